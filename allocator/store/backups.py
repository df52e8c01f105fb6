"""Backup and restore: every row of every table, the audit's key and head, and the messages, in one file.

Rows are written as JSON, so that a backup of an SQLite store can be restored into PostgreSQL and the other way round.
"""

from __future__ import annotations

import base64
import io
import json
import os
import secrets
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Connection, Date, LargeBinary, Table, func, select, text

import allocator.store.service_tables  # noqa: F401  (its tables are kept too)
from allocator.errors import AllocatorError, InputError, Problem
from allocator.store.audit import Head, publish
from allocator.store.store import Conflict, Store
from allocator.store.tables import Moment, audit, metadata

FORMAT = 1
_AT_ONCE = 2_000  # rows
_LEFT_OUT = ("sessions",)  # whoever was signed in signs in again


def backup(store: Store, path: Path) -> int:
    """Write everything that a store holds into one file that only its owner can read.

    Parameters
    ----------
    store : Store
    path : Path
        A new file, ``.tar.gz``.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    AllocatorError
        When the file is there already, or cannot be written.
    """
    if path.exists():
        raise AllocatorError(f"{path} is there already. Nothing was changed.")
    draft, count = path.with_name(f".{path.name}.{secrets.token_hex(4)}"), 0
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as packed:
            with store.reading() as connection:
                _add(packed, "about.json", json.dumps({"format": FORMAT, "entries": _entries(connection)}).encode())
                for table in _tables():
                    lines = [json.dumps(row, ensure_ascii=False) for row in _rows(connection, table)]
                    count += len(lines)
                    _add(packed, f"tables/{table.name}.jsonl", "\n".join(lines).encode())
            _add(packed, "audit.key", store.home.key.hex().encode())
            for message in sorted(store.home.messages.rglob("*")):
                if message.is_file():
                    name = PurePosixPath("messages") / message.relative_to(store.home.messages).as_posix()
                    _add(packed, str(name), message.read_bytes())
        os.link(draft, path)
    except OSError as error:
        raise AllocatorError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return count


def restore(store: Store, path: Path) -> int:
    """Put a backup into a store that holds nothing yet.

    Parameters
    ----------
    store : Store
    path : Path

    Returns
    -------
    int
        Rows read.

    Raises
    ------
    InputError
        When the file is no backup, or of another format.
    Conflict
        When the store holds something.
    """
    try:
        with tarfile.open(path, mode="r:gz") as packed:
            found = {m.name: packed.extractfile(m).read() for m in packed.getmembers() if m.isfile()}  # type: ignore[union-attr]
        about = json.loads(found["about.json"])
        key = bytes.fromhex(found["audit.key"].decode("ascii"))
    except (OSError, tarfile.TarError, EOFError, KeyError, ValueError) as error:
        raise InputError([Problem(str(path), "a backup of a store")]) from error
    if about.get("format") != FORMAT:
        raise InputError([Problem(str(path), f"a backup of format {FORMAT}", value=str(about.get("format")))])
    store.upgrade()
    count = 0
    with store.database.writing() as connection:
        if _entries(connection):
            raise Conflict(f"The store in {store.home.folder} holds something. Nothing was changed.")
        for table in _tables():
            lines = found.get(f"tables/{table.name}.jsonl", b"").decode("utf-8").splitlines()
            rows = [_read(table, json.loads(line)) for line in lines]
            for start in range(0, len(rows), _AT_ONCE):
                connection.execute(table.insert(), rows[start : start + _AT_ONCE])
            count += len(rows)
            if rows and not store.database.sqlite and "id" in table.c and not isinstance(rows[0]["id"], str):
                sequence = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")
                connection.execute(sequence, {"table": table.name, "last": max(row["id"] for row in rows)})
        last = connection.execute(select(audit.c.seq, audit.c.mac).order_by(audit.c.seq.desc()).limit(1)).first()
        _files(store, found, key)
    if last is not None:
        store.home.head.unlink(missing_ok=True)
        publish(store.home.head, Head(last.seq, last.mac))
    return count


def _files(store: Store, found: dict[str, bytes], key: bytes) -> None:
    path = store.home.folder / "audit.key"
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key.hex() + "\n")
    for name, data in found.items():
        parts = PurePosixPath(name).parts
        if parts[0] == "messages" and len(parts) > 1 and ".." not in parts:
            target = store.home.messages.joinpath(*parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            target.write_bytes(data)


def _tables() -> Iterator[Table]:
    return (table for table in metadata.sorted_tables if table.name not in _LEFT_OUT)


def _entries(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(audit)).scalar_one())


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    order: Iterable[Any] = table.primary_key.columns
    for row in connection.execute(select(table).order_by(*order)):
        yield {column.name: _plain(row._mapping[column.name]) for column in table.c}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value.isoformat() if isinstance(value, date | datetime) else value


def _read(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _typed(table.c[name].type, value) for name, value in row.items() if name in table.c}


def _typed(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def _add(packed: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), 0o600
    packed.addfile(entry, io.BytesIO(data))
