"""Rounds that one process at a time does, of all that share a database, on whatever machine they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text

from allocator.db.database import END_IDLE, Database
from allocator.db.dialects import for_database
from allocator.db.store import Store
from allocator.errors import Unavailable
from allocator.files.atomic import lock_file

# Any number would do, as long as nothing else in the database uses it.
_TRY = text("SELECT pg_try_advisory_xact_lock(1634495599, hashtext(:name))")


@contextmanager
def sole_round(store: Store, name: str) -> Iterator[Callable[[], object] | None]:
    """Do a round, unless somebody else is at it.

    A lock in the database, or beside the file of SQLite, keeps others away. It goes with the process that holds it,
    however that ends, and in PostgreSQL also when that does nothing for a minute: the next who comes is free to begin.

    Parameters
    ----------
    name : str
        Of what is done.

    Yields
    ------
    callable or None
        To be called before each step: refuses where the lock is lost. None where somebody else is at it.

    Raises
    ------
    Unavailable
        When the database is away, the home cannot be written, or the lock was lost.
    """
    store.require_writable()
    with store.reading() as connection:
        lock = for_database(connection, _LOCKS)
    with lock(store.database, name) as still_ours:
        yield still_ours


@contextmanager
def _beside_the_file(database: Database, name: str) -> Iterator[Callable[[], object] | None]:
    """A file that is locked for as long as its process lives; in memory nobody else can come."""
    if database.file is None:
        yield _nothing
        return
    with lock_file(database.file.with_name(f"{database.file.name}.{name}.lock")) as mine:
        yield _nothing if mine else None


@contextmanager
def _in_the_database(database: Database, name: str) -> Iterator[Callable[[], object] | None]:
    """An advisory lock, held by a transaction that does nothing else."""
    over = False
    try:
        with database.reading() as connection:
            connection.execute(text(END_IDLE))
            mine = connection.execute(_TRY, {"name": name}).scalar_one()
            yield (lambda: connection.execute(text("SELECT 1"))) if mine else None
            over = True
    except Unavailable as error:
        if not over:  # what was done is done, whatever becomes of the lock afterwards
            raise Unavailable(error.text, told=error.told, maybe=error.maybe) from error


def _nothing() -> None:
    """The lock of a file is not lost."""


_LOCKS = {"sqlite": _beside_the_file, "postgresql": _in_the_database}
