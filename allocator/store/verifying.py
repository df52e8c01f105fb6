"""Verifying the audit log and all that it vouches for: every row is recomputed from the key, none is believed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from allocator.errors import AllocatorError
from allocator.store.audit import BEGINNING, Head, details_mac, link, published, tombstone
from allocator.store.registers import held_digest, held_now
from allocator.store.store import Store
from allocator.store.tables import audit, messages, proposals, snapshots


@dataclass(frozen=True)
class Verified:
    """What a verification found.

    Attributes
    ----------
    entries : int
        Entries of the log.
    purged : int
        Of those, whose details a purge took away.
    problems : tuple of str
        Sentences, each naming a row; none where all is as it was written.
    """

    entries: int
    purged: int
    problems: tuple[str, ...]


def verify(store: Store) -> Verified:
    """Recompute the chain, compare it with the head outside the database, and the data with what was logged of it.

    Parameters
    ----------
    store : Store
    """
    key = store.home.key
    # Read before the database, which may be ahead of the file, never behind it.
    head, found = _head(store.home.head)
    with store.reading() as connection:
        found += _chain(connection, key, head)
        found += _kept(connection, key)
        found += _holdings(connection)
        rows = connection.execute(select(audit.c.details)).all()
        if head is None and rows and not store.home.head.exists():
            found.append("The head of the audit log is not where it should be outside the database.")
        purged = sum(1 for row in rows if row.details is None)
        return Verified(len(rows), purged, tuple(found))


def _head(path: Path) -> tuple[Head | None, list[str]]:
    try:
        return published(path), []
    except AllocatorError as error:
        return None, [str(error).partition(" Nothing was changed.")[0]]


def _chain(connection: Connection, key: bytes, head: Head | None) -> Iterator[str]:
    expected, previous, purges = 1, BEGINNING, _purged_entries(connection)
    links: dict[int, str] = {}
    for row in connection.execute(select(audit).order_by(audit.c.seq)):
        entry: Any = row._mapping
        if row.seq > expected:
            yield f"Audit {_rows(expected, row.seq - 1)} removed."
        true = link(key, entry) == row.mac
        if not true:
            yield f"Audit row {row.seq} was changed or inserted."
        elif row.previous != previous and row.seq == expected:
            yield f"Audit row {row.seq} does not follow from the row before it, which was changed or inserted."
        if row.details is not None:
            if details_mac(key, row.seq, row.details) != row.details_mac:
                yield f"The details of audit row {row.seq} were changed."
        elif not any(row.seq in purged for purged in purges):
            yield f"The details of audit row {row.seq} were removed, and by no purge."
        expected, previous = row.seq + 1, row.mac
        links[row.seq] = row.mac
    if head is None:
        return
    if head.count >= expected:
        yield f"Audit {_rows(expected, head.count)} cut off at the end."
    elif head.count in links and links[head.count] != head.mac:
        yield f"Audit row {head.count} is another than the head outside the database says."


def _rows(first: int, last: int) -> str:
    return f"row {first} was" if first == last else f"rows {first} to {last} were"


def _purged_entries(connection: Connection) -> list[range]:
    found = []
    for row in connection.execute(select(audit.c.details).where(audit.c.act == "purge")):
        if row.details is not None:
            found += [range(first, last + 1) for first, last in json.loads(row.details)["audit_rows"]]
    return found


def _kept(connection: Connection, key: bytes) -> Iterator[str]:
    """Snapshots, plans and messages: what they hold, or the tombstone of it."""
    for row in connection.execute(select(snapshots.c.id, snapshots.c.data, snapshots.c.tombstone)):
        yield from _content(key, "snapshots", row.id, row.id, row.data, row.tombstone)
    plans = select(proposals.c.id, proposals.c.digest, proposals.c.data, proposals.c.tombstone)
    for plan in connection.execute(plans.order_by(proposals.c.id)):
        yield from _content(key, "proposals", plan.id, plan.digest, plan.data, plan.tombstone)
    gone = select(messages.c.id, messages.c.tombstone).where(messages.c.text.is_(None)).order_by(messages.c.id)
    for message in connection.execute(gone):
        if message.tombstone != tombstone(key, "messages", message.id, ""):
            yield f"Message {message.id} was removed, and by no purge."


def _content(
    key: bytes, table: str, row_id: str | int, digest: str, data: bytes | None, stone: str | None
) -> Iterator[str]:
    name = f"{'Snapshot' if table == 'snapshots' else 'Plan'} {str(row_id)[:12]}"
    if data is None:
        if stone != tombstone(key, table, row_id, digest):
            yield f"{name} was removed, and by no purge."
        return
    try:
        text = zlib.decompress(data)
    except zlib.error:
        text = b""
    if sha256(text).hexdigest() != digest:
        yield f"{name} was changed."


def _holdings(connection: Connection) -> Iterator[str]:
    query = select(audit.c.after).where(audit.c.act.in_(("commit", "undo"))).order_by(audit.c.seq.desc()).limit(1)
    last = connection.execute(query).scalar_one_or_none()
    if last is not None and held_digest(held_now(connection)) != last:
        yield "Who manages whom is not what the last commit or undo left."
