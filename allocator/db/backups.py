"""Backup and restore: every row of every table, the audit's key and head, and the messages, in one file.

Rows are written as JSON, so that a backup of an SQLite store can be restored into PostgreSQL and the other way round.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import secrets
import shutil
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Integer, LargeBinary, Table, select, text
from sqlalchemy.exc import StatementError

import allocator.db.service_tables  # noqa: F401  (its tables are kept too)
from allocator.db.audit import Head, Log, in_chain, newest_head, parse_head, read_head
from allocator.db.chain import is_whole
from allocator.db.covering import RowWatch, cover_rows, covered_since
from allocator.db.database import Database
from allocator.db.dialects import for_database
from allocator.db.home import KEY_BYTES, write_private
from allocator.db.store import Store
from allocator.db.tables import Moment, audit, count_rows, metadata
from allocator.errors import NOTHING_CHANGED, AllocatorError, Conflict, InputError, Problem
from allocator.files.atomic import draft_lock, folder_lock, remove_drafts

FORMAT = 2  # programs that know only format 1 could not read what snapshots hold now
_READABLE = (1, FORMAT)
# By which new rows get numbers behind those restored; SQLite sees to that by itself.
_GO_ON: dict[str, tuple[str, ...]] = {
    "sqlite": (),
    "postgresql": ("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)",),
}
_AT_ONCE = 2_000  # rows
_LEFT_OUT = ("sessions", "servers")  # whoever was signed in signs in again; servers of then are not those of now


def backup(store: Store, path: Path) -> int:
    """Write everything that a store holds into a new ``.tar.gz`` that only its owner can read; how many rows.

    Raises
    ------
    AllocatorError
        When the file is there already, or cannot be written.
    """
    if path.exists():
        raise AllocatorError(f"{path} is there already.", outcome=NOTHING_CHANGED)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.draft")
    head = _head(store)  # read before the database, which may be ahead of it, never behind
    counts: dict[str, int] = {}
    digests: dict[str, str] = {}
    try:
        remove_drafts(path.parent)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file, draft_lock(file), _packing(file) as packed:

            def add(name: str, data: bytes) -> None:
                digests[name] = sha256(data).hexdigest()
                _add(packed, name, data)

            with store.reading() as connection:
                for table in _tables():
                    lines = [json.dumps(row) for row in _rows(connection, table)]
                    counts[table.name] = len(lines)
                    add(f"tables/{table.name}.jsonl", "\n".join(lines).encode())
            if head is not None:
                add("audit.head", json.dumps(asdict(head)).encode())
            add("audit.key", store.home.key.hex().encode())
            for message in sorted(store.home.messages.rglob("*")):
                if message.is_file() and not message.name.startswith("."):
                    name = PurePosixPath("messages") / message.relative_to(store.home.messages).as_posix()
                    add(str(name), message.read_bytes())
            about = {"format": FORMAT, "entries": counts["audit"], "rows": counts, "digests": digests}
            _add(packed, "about.json", json.dumps(about).encode())
        _flush(draft)
        os.link(draft, path)
    except OSError as error:
        raise AllocatorError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return sum(counts.values())


def _head(store: Store) -> Head | None:
    """The head of the log; none where it cannot be read, since a backup and its restoration make it again."""
    try:
        return read_head(store.home.head)
    except AllocatorError:
        return None


def restore(store: Store, path: Path) -> int:
    """Put a backup into a store that holds nothing yet; how many rows.

    Raises
    ------
    InputError
        When the file is no backup, of another format, or damaged; the table and row are named.
    Conflict
        When the store holds something.
    """
    found = _Backup(path)
    found.check()
    _require_free(store)
    store.upgrade()
    restoring, mine = store.home.restoring, False
    try:
        restoring.mkdir(mode=0o700)  # refused where somebody else restores
        mine = True
        with folder_lock(restoring):
            with store.database.writing() as connection:
                if any(count_rows(connection, table) for table in _tables()):
                    raise Conflict(f"The store in {store.home.folder} holds something.", outcome=NOTHING_CHANGED)
                count = sum(_insert(connection, table, found) for table in _tables())
                head = _head_of(connection, found)
                if head.count and covered_since(connection) is None and is_whole(connection, found.key, head):
                    log = Log(connection, found.key, RowWatch(connection, found.key))
                    cover_rows(connection, log, found.key)
                    log.finish()
                    head = log.head
                _prepare(restoring, found, head, newest_head(connection))
            mine = False
            # The rows are there now: with the files they are whole, and whoever opens the store puts those in place.
            store.home.finish_restoring()
        store.publish_head()
    except OSError as error:
        raise AllocatorError(f"{error.filename or store.home.folder} cannot be written: {error.strerror}.") from error
    finally:
        if mine:
            shutil.rmtree(restoring, ignore_errors=True)
    return count


def check_backup(path: Path) -> int:
    """Check that a backup is whole and as it was written; how many rows.

    Raises
    ------
    InputError
        When the file is no backup, of another format, or damaged.
    """
    return _Backup(path).check()


def _prepare(folder: Path, found: _Backup, head: Head, newest: Head) -> None:
    """Put the files of a backup into a folder, through to the disk; last the one that says that all are there."""
    for target, data in found.messages(folder / "messages"):
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.write_bytes(data)
        target.chmod(0o600)
        _flush(target)
    write_private(folder / "audit.key", f"{found.key.hex()}\n")
    write_private(folder / "audit.head", json.dumps(asdict(head)) + "\n")
    write_private(folder / "newest", json.dumps(asdict(newest)) + "\n")


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


class _Backup:
    """A backup as a file holds it, every part of it checked when it is asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            # To its end, where the checksum of the whole stands.
            with tarfile.open(fileobj=io.BytesIO(gzip.decompress(path.read_bytes()))) as packed:
                files = {m.name: packed.extractfile(m).read() for m in packed.getmembers() if m.isfile()}  # type: ignore[union-attr]
            about = json.loads(files["about.json"])
            self.key = bytes.fromhex(files["audit.key"].decode("ascii"))
        except (OSError, tarfile.TarError, zlib.error, EOFError, KeyError, ValueError, RecursionError) as error:
            raise self.wrong("a backup of a store, whole and undamaged") from error
        if type(about) is not dict or type(about.get("entries")) is not int or type(about.get("rows", {})) is not dict:
            raise self.wrong("what the backup holds", file="about.json")
        if about.get("format") not in _READABLE:
            formats = " or ".join(map(str, _READABLE))
            raise self.wrong(f"a backup of format {formats}", value=str(about.get("format")))
        if len(self.key) != KEY_BYTES:
            raise self.wrong(f"a key of {KEY_BYTES} bytes", file="audit.key")
        if "digests" in about:  # an earlier version wrote none
            self._compare(files, about["digests"])
        self._files = files
        self._counts = {**about.get("rows", {}), "audit": about["entries"]}

    def _compare(self, files: Mapping[str, bytes], digests: Mapping[str, str]) -> None:
        for name in sorted({*files, *digests} - {"about.json"}):
            if name not in files or sha256(files[name]).hexdigest() != digests.get(name):
                raise self.wrong("what was written: the backup is damaged", file=name)

    def wrong(self, expected: str, *, file: str = "", row: int | None = None, value: str | None = None) -> InputError:
        """What is wrong with the backup, and where."""
        where = f"{self.path}: {file}" if file else str(self.path)
        return InputError([Problem(where, expected, row=row, value=value)])

    def check(self) -> int:
        """Read all that it holds; how many rows.

        Raises
        ------
        InputError
            For the first part that is not right.
        """
        self.head()
        return sum(len(self.rows(table)) for table in _tables())

    def head(self) -> Head | None:
        """The head of the log as the backup has it."""
        data = self._files.get("audit.head")
        if data is None:
            return None
        try:
            return parse_head(data)
        except ValueError as error:
            raise self.wrong("the head of an audit log", file="audit.head") from error

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """Rows of a table."""
        file, rows = f"tables/{table.name}.jsonl", []
        lines = [line for line in self._files.get(file, b"").split(b"\n") if line]
        for number, line in enumerate(lines, 1):
            try:
                rows.append(_read(table, json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise self.wrong(f"a row of the table {table.name}", file=file, row=number) from error
        expected = self._counts.get(table.name, len(rows))
        if len(rows) != expected:
            raise self.wrong(f"{expected} rows, as about.json says", file=file, value=f"{len(rows)} rows")
        return rows

    def messages(self, folder: Path) -> Iterator[tuple[Path, bytes]]:
        """Files of delivered messages, with where they go."""
        for name, data in self._files.items():
            parts = PurePosixPath(name).parts
            if parts[0] == "messages" and len(parts) > 1 and ".." not in parts:
                yield folder.joinpath(*parts[1:]), data


def _require_free(store: Store) -> None:
    """Refuse a folder whose key or head is of another log, wherever that is kept."""
    own = store.home.folder / "allocator.db"
    head = read_head(store.home.head)
    if (head is not None and head.count) or (store.home.database is not None and own.exists() and _has_entries(own)):
        raise Conflict(
            f"The store in {store.home.folder} holds something: the key of another log.",
            outcome=NOTHING_CHANGED,
            maybe="restore into a new folder, with --home.",
        )


def _has_entries(path: Path) -> bool:
    """Whether an SQLite file holds a log with entries."""
    database = Database(f"sqlite:///{path.absolute()}")
    try:
        with database.reading() as connection:
            return count_rows(connection, audit) > 0
    except AllocatorError:  # no tables, or none that this version knows: something is there all the same
        return path.stat().st_size > 0
    finally:
        database.close()


def _insert(connection: Connection, table: Table, found: _Backup) -> int:
    rows = found.rows(table)
    try:
        for start in range(0, len(rows), _AT_ONCE):
            connection.execute(table.insert(), rows[start : start + _AT_ONCE])
    except (StatementError, OverflowError) as error:
        expected = "rows that are right one by one and fit together"
        raise found.wrong(expected, file=f"tables/{table.name}.jsonl") from error
    if rows and "id" in table.c and not isinstance(rows[0]["id"], str):
        for statement in for_database(connection, _GO_ON):
            connection.execute(text(statement), {"table": table.name, "last": max(row["id"] for row in rows)})
    return len(rows)


def _head_of(connection: Connection, found: _Backup) -> Head:
    """The end of the log; the head of the backup where that is not in the log, so that a verification says so."""
    head = found.head()
    if head is not None and not in_chain(connection, head):
        return head
    return newest_head(connection)


def _tables() -> Iterator[Table]:
    return (table for table in metadata.sorted_tables if table.name not in _LEFT_OUT)


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    order: Iterable[Any] = table.primary_key.columns
    for row in connection.execute(select(table).order_by(*order)):
        yield {column.name: _plain(row._mapping[column.name]) for column in table.c}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value.isoformat() if isinstance(value, date | datetime) else value


def _read(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {column.name: _convert(column, row.get(column.name)) for column in table.c}


def _convert(column: Column[Any], value: Any) -> Any:
    kind = column.type
    if value is None and column.nullable:
        return None
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value, validate=True)
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, JSON):
        return value
    wanted: type = int if isinstance(kind, Integer) else str
    wanted = bool if isinstance(kind, Boolean) else wanted
    if type(value) is not wanted:
        raise ValueError(f"{column.name}: {wanted.__name__} expected")
    return value


@contextmanager
def _packing(file: IO[bytes]) -> Iterator[tarfile.TarFile]:
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as packed,
    ):
        yield packed


def _add(packed: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), 0o600
    packed.addfile(entry, io.BytesIO(data))
