"""The database: connections set up alike everywhere, writers that take turns, and errors in plain words."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection as Connection
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy import Row as Row
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoConnection

from allocator.db.dialects import for_database
from allocator.db.home import NO_STORE, private_folder
from allocator.errors import NOTHING_CHANGED, AllocatorError, Unavailable
from allocator.files.atomic import cannot_write

BUSY_SECONDS, TURN_SECONDS = 30, 1  # for which a turn to write is waited for: of who acts, of who asks whether one can
BUSY_MS, TURN_MS = 1000 * BUSY_SECONDS, 1000 * TURN_SECONDS
_WAIT = {BUSY_SECONDS: f"PRAGMA busy_timeout = {BUSY_MS}", TURN_SECONDS: f"PRAGMA busy_timeout = {TURN_MS}"}
# A server that is switched off sends no word: who connects, or waits for an answer, gives up by itself.
_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
# Nor does a client that is: the database lets go of its locks as soon.
_NOTICE_GONE = (
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; "
    "SET tcp_user_timeout = 30000"
)
# One that is there and does nothing, as when its machine is paused, does not keep others waiting for ever either.
END_IDLE = "SET LOCAL idle_in_transaction_session_timeout = '60s'"
# Any number would do, as long as nothing else in the database uses it.
_WRITE_LOCK = 0x616C6C6F63
# What a transaction begins with. SQLite has one view of the data anyhow, and takes its lock with BEGIN IMMEDIATE.
_BEGIN_READING: dict[str, tuple[str, ...]] = {
    "sqlite": (),
    "postgresql": ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",),
}
_TAKE_TURN = (END_IDLE, f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")
_BEGIN_WRITING: dict[str, dict[int, tuple[str, ...]]] = {  # by how long it is waited for
    "sqlite": {BUSY_SECONDS: (), TURN_SECONDS: ()},
    "postgresql": {
        BUSY_SECONDS: (f"SET LOCAL lock_timeout = {BUSY_MS}", *_TAKE_TURN),
        TURN_SECONDS: (f"SET LOCAL lock_timeout = {TURN_MS}", *_TAKE_TURN),
    },
}
_MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One database, by its URL: of SQLite, or of PostgreSQL (``postgresql://…``, driven by psycopg 3).

    Attributes
    ----------
    failed, worked : callable
        Told whenever something goes wrong with it or with its store, and whenever it goes well, for who notes that:
        ``reading``, ``writing`` or ``home``, and the error.

    Raises
    ------
    AllocatorError
        When the URL is of neither, or the driver is not installed.
    """

    def __init__(self, url: str) -> None:
        self.failed: Callable[[str, Unavailable], object] = _nothing
        self.worked: Callable[[str], object] = _nothing
        self.engine = _engine(url)
        self.where = make_url(url).render_as_string(hide_password=True)
        self._has_tables = False

    @property
    def sqlite(self) -> bool:
        """Whether it is SQLite."""
        return self.engine.dialect.name == "sqlite"

    @property
    def read_only(self) -> bool:
        """Whether it is a file of SQLite that cannot be written, nor anything beside it."""
        return self.file is not None and _is_read_only(self.file)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Connect for reading: one view of the data, whatever others write meanwhile."""
        with self._plain_errors("reading"), self._connect() as connection, connection.begin():
            for statement in for_database(connection, _BEGIN_READING):
                connection.execute(text(statement))
            self._require_current(connection)
            yield connection
        self.worked("reading")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Connect for writing, when no other writer does; all that is written stays, or none of it."""
        with self._write_transaction() as connection:
            self._require_current(connection)
            yield connection
        self.worked("writing")

    def require_turn(self) -> None:
        """Refuse where nothing can be written, or others keep the turn to write for longer than a second.

        Raises
        ------
        Unavailable
        """
        with self._write_transaction(TURN_SECONDS):
            pass
        self.worked("writing")

    def upgrade(self) -> None:
        """Bring the tables up to date; from nothing, make them. Only its owner can read the file of SQLite.

        Raises
        ------
        AllocatorError
            When that cannot be done.
        """
        if self.file is not None:
            _make_private(self.file)
        with self._write_transaction() as connection:
            command.upgrade(_config(connection), "head")

    def compact(self) -> None:
        """Overwrite what was deleted from an SQLite file, and give its room back."""
        with self._plain_errors("writing"), self._connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            cursor = raw.cursor()
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.close()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        # SQLite would make a file that is not there.
        if self.file is not None and not self.file.exists():
            folder = self.file.parent
            wrong = f"{self.where} has no tables yet" if folder.is_dir() else f"{folder} does not exist"
            told = "The database is not there."
            raise self._note("reading", Unavailable(f"{wrong}.", told=told, maybe=NO_STORE))
        with self.engine.connect() as connection:
            yield connection

    @property
    def file(self) -> Path | None:
        """The file of SQLite."""
        path = self.engine.url.database if self.sqlite else None
        return None if not path or path.startswith(("file:", ":memory:")) else Path(path)

    @contextmanager
    def _write_transaction(self, within: int = BUSY_SECONDS) -> Iterator[Connection]:
        with self._plain_errors("writing"), self._connect() as connection:
            connection.info["writes"] = within
            try:
                with connection.begin():
                    for statement in for_database(connection, _BEGIN_WRITING)[within]:
                        connection.execute(text(statement))
                    yield connection
            finally:
                connection.info.pop("writes", None)

    def _require_current(self, connection: Connection) -> None:
        wanted, known = _revisions()
        if self._has_tables:
            found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
        else:
            found = MigrationContext.configure(connection).get_current_revision()
        if found == wanted:
            self._has_tables = True
            return
        wrong, advice = "is of a newer version of allocator than this one", None
        if found is None or found in known:
            wrong = "has no tables yet" if found is None else "is of an older version"
            advice = NO_STORE if found is None else "run `allocator db upgrade` first."
        told = f"The database {wrong}."
        raise self._note("reading", Unavailable(f"{self.where} {wrong}.", told=told, maybe=advice))

    def _note(self, what: str, error: Unavailable) -> Unavailable:
        self.failed(what, error)
        return error

    @contextmanager
    def _plain_errors(self, what: str) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, NoConnection) as error:
            words = _words(error) if isinstance(error, DBAPIError) else "it keeps too many waiting"
            raise self._note(
                what,
                Unavailable(
                    f"{self.where}: {words}.", told=f"The database cannot be used: {words}.", outcome=NOTHING_CHANGED
                ),
            ) from error


def database_clock(connection: Connection) -> datetime:
    """The time by the one clock that all who share a database can agree on; SQLite's is this machine's."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return now.astimezone(UTC)


def _nothing(*_: object) -> None:
    """Nobody counts."""


def _make_private(path: Path) -> None:
    """Let only its owner read a database's file, which is made where there is none; a new journal takes that over."""
    private_folder(path.parent)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            if file.exists() and file.stat().st_mode & 0o077:
                file.chmod(0o600)
    except OSError as error:
        raise cannot_write(path, error) from error


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise AllocatorError(f"{parsed.drivername} found, expected the URL of an SQLite or PostgreSQL database.")
        if parsed.get_backend_name() == "postgresql":
            patience = {name: value for name, value in _PATIENCE.items() if name not in parsed.query}
            engine = create_engine(parsed, pool_pre_ping=True, connect_args=patience)
            event.listen(engine, "connect", _set_up_postgres)
            return engine
        engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
    except ArgumentError:
        raise AllocatorError("The database's URL cannot be read; expected sqlite:///FILE or postgresql://….") from None
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise AllocatorError(
            f"The database's driver is not installed ({error}).", maybe="run `pip install 'allocator[postgres]'`."
        ) from error
    event.listen(engine, "do_connect", _open_read_only)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up_postgres(connection: Any, record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NOTICE_GONE)
    connection.commit()


def _is_read_only(path: Path) -> bool:
    return path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def _open_read_only(dialect: Any, record: Any, arguments: list[Any], options: dict[str, Any]) -> None:
    """Have SQLite open a file that cannot be written as one that does not change: it would write a journal's index."""
    path = Path(arguments[0])
    if not _is_read_only(path):
        return
    journal, index = (path.with_name(f"{path.name}-{end}") for end in ("wal", "shm"))
    if not (journal.exists() and index.exists()):  # else another process may be writing, or was when it was copied
        if journal.exists() and journal.stat().st_size:
            raise Unavailable(
                f"{path} cannot be read where nothing can be written: {journal.name} is there, and not {index.name}.",
                told="The database cannot be read where nothing can be written.",
                maybe="copy it to where you may write, with its journal.",
            )
        arguments[0], options["uri"] = f"{path.absolute().as_uri()}?immutable=1", True


def _set_up(connection: Any, record: Any) -> None:
    # The driver's own transactions begin too late to keep writers apart; ours begin below.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except Exception as error:  # a read-only file keeps its mode; the first write will say so
            if "readonly" not in str(error):
                raise
    cursor.close()


def _begin(connection: Connection) -> None:
    within = connection.info.get("writes")
    connection.exec_driver_sql(_WAIT[within or BUSY_SECONDS])
    connection.exec_driver_sql("BEGIN IMMEDIATE" if within else "BEGIN")


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@lru_cache
def _revisions() -> tuple[str | None, frozenset[str]]:
    """Newest revision of the tables, and all there are."""
    scripts = ScriptDirectory.from_config(_config(None))
    return scripts.get_current_head(), frozenset(script.revision for script in scripts.walk_revisions())


# Words of SQLite and codes of PostgreSQL for what an operator can mend.
_SQLITE = {
    "database or disk is full": "there is no space left for it",
    "readonly database": "it cannot be written (read only)",
    "database is locked": "another process keeps it locked",
    "unable to open database file": "the file cannot be opened",
    "file is not a database": "the file is not an SQLite database",
    "malformed": "the file is damaged; restore it from a backup",
    "disk I/O error": "the disk cannot be read or written; there may be no space left",
}
_POSTGRES = {
    "53100": "there is no space left for it",
    "53200": "the server is out of memory",
    "53300": "the server has too many connections",
    "25P03": "the server ended the connection, over which nothing had come for a minute",
    "25006": "it cannot be written (read only)",
    "42501": "this user may not do that there",
    "28P01": "the password is wrong",
    "28000": "this user may not connect",
    "3D000": "there is no such database",
    "57P01": "the server ended the connection",
    "57P03": "the server is starting up or shutting down",
    "55P03": "another process keeps it locked",
}


def _words(error: DBAPIError) -> str:
    origin = error.orig
    code = getattr(origin, "sqlstate", None)
    words = _POSTGRES.get(code or "")
    if words is None:
        words = next((said for sign, said in _SQLITE.items() if sign in str(origin)), None)
    if words is None and code is None and "connection" in str(origin):
        words = "the server cannot be reached"
    if words is None:
        # The driver's own words may quote a row.
        words = f"something unexpected went wrong ({type(origin).__name__}{f' {code}' if code else ''})"
    return words
