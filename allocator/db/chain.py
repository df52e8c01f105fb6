"""The chain of the audit log, recomputed from its key: what was changed, inserted, removed, emptied or cut off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from allocator.db.audit import BEGINNING, Head, details_mac, entry_mac
from allocator.db.tables import audit


def chain_problems(connection: Connection, key: bytes, head: Head | None) -> Iterator[str]:
    """What is wrong with the log itself: each entry recomputed from the key, and the last compared with a head."""
    expected, previous, purges = 1, BEGINNING, _purged_entries(connection)
    links: dict[int, str] = {}
    for row in connection.execute(select(audit).order_by(audit.c.seq)):
        entry: Any = row._mapping
        if row.seq > expected:
            yield f"Audit {_rows(expected, row.seq - 1)} removed."
        true = entry_mac(key, entry) == row.mac
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


def is_whole(connection: Connection, key: bytes, head: Head | None) -> bool:
    """Whether nothing is wrong with the log, and a head outside the database knows it."""
    return head is not None and next(chain_problems(connection, key, head), None) is None


def _rows(first: int, last: int) -> str:
    return f"row {first} was" if first == last else f"rows {first} to {last} were"


def _purged_entries(connection: Connection) -> list[range]:
    found = []
    for row in connection.execute(select(audit.c.details).where(audit.c.act == "purge")):
        if row.details is not None:
            found += [range(first, last + 1) for first, last in json.loads(row.details)["audit_rows"]]
    return found
