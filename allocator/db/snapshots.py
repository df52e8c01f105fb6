"""Snapshots: a force as it was read, packed, immutable, and named after its own content."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any

from cachetools import TTLCache
from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from allocator.db.dialects import for_database
from allocator.db.tables import snapshots
from allocator.domain.force import Force
from allocator.errors import NOTHING_CHANGED, AllocatorError, Purged
from allocator.files.digest import digest

if TYPE_CHECKING:
    from allocator.db.store import Store

# Forces that were read lately, by their ids, with the data that they were made of.
_RECENT: TTLCache[str, tuple[bytes, Force]] = TTLCache(maxsize=4, ttl=600)
_LOCK = Lock()

# The inserts that find what is there already.
_INSERT: dict[str, Callable[[Table], postgresql.Insert | sqlite.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def pack(document: Any) -> tuple[str, bytes]:
    """Pack plain data: its name, which is the SHA-256 of its one written form, and that form compressed."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    return hashlib.sha256(text).hexdigest(), zlib.compress(text, 9)


def unpack(name: str, data: bytes) -> Any:
    """Give packed data back.

    Raises
    ------
    AllocatorError
        When it is not what its name says.
    """
    text = packed_text(name, data)
    if text is None:
        raise AllocatorError(
            f"The data kept as {name[:12]} is damaged or was changed.",
            maybe="tell whoever runs the service: `allocator audit verify` says more.",
        )
    return json.loads(text)


def packed_name(data: bytes) -> str:
    """The name that packed data should have; empty where it is none."""
    try:
        return hashlib.sha256(zlib.decompress(data)).hexdigest()
    except zlib.error:
        return ""


def packed_text(name: str, data: bytes) -> bytes | None:
    """The written form of packed data; None where it is not what its name says."""
    try:
        text = zlib.decompress(data)
    except zlib.error:
        return None
    return text if hashlib.sha256(text).hexdigest() == name else None


def save(connection: Connection, force: Force) -> str:
    """Keep a force, and give its id; one that is kept already is found, not kept twice."""
    name, data = pack(_plain(force.model_dump(mode="python")))
    row = {
        "id": name,
        "digest": digest(force),
        "name": force.name,
        "cycle_date": force.cycle_date,
        "officers": len(force.officers),
        "cases": len(force.cases),
        "data": data,
    }
    statement = for_database(connection, _INSERT)(snapshots).values(row)
    # The same content may be read again after its purge.
    again = {"data": data, "tombstone": None}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=again))
    return name


def keep(store: Store, force: Force) -> str:
    """Keep a force by itself, for workers to read, and give its id; the log tells of one that is new."""
    with store.writing() as writing:
        name = save(writing.connection, force)
        if writing.log.rows.pairs():
            writing.log.append("allocator", "kept", {"snapshot": name})
        return name


def load(connection: Connection, snapshot_id: str) -> Force:
    """Read a force back.

    Raises
    ------
    Purged
        When a purge has removed it.
    AllocatorError
        When it is damaged.
    """
    data = connection.execute(select(snapshots.c.data).where(snapshots.c.id == snapshot_id)).scalar_one_or_none()
    with _LOCK:
        if data is None:
            _RECENT.pop(snapshot_id, None)
        kept, known = _RECENT.get(snapshot_id, (None, None))
    if data is None:
        raise Purged(
            f"Snapshot {snapshot_id[:12]} was purged.",
            outcome=NOTHING_CHANGED,
            maybe="go on with a new export: `allocator cycle import`.",
        )
    if known is not None and kept == data:  # to compare costs little, and to make cases anew much
        return known
    force = Force.model_validate_json(json.dumps(unpack(snapshot_id, data)))
    with _LOCK:
        _RECENT[snapshot_id] = data, force
    return force


def digest_of(connection: Connection, snapshot_id: str) -> str:
    """The digest of a force that is kept."""
    digest: str = connection.execute(select(snapshots.c.digest).where(snapshots.c.id == snapshot_id)).scalar_one()
    return digest


def _plain(value: Any) -> Any:
    """Plain data in one form: sets sorted, dates as ISO dates, and nothing that is its default."""
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items() if item not in (None, frozenset())}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | bool) else value.isoformat()
