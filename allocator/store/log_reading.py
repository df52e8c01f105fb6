"""Reading the audit log, which is logged too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from allocator.store.cycles import MOST, find
from allocator.store.store import Store, named
from allocator.store.tables import audit


@dataclass(frozen=True, slots=True)
class Logged:
    """One entry of the audit log; details are None where a purge took them."""

    seq: int
    at: datetime
    actor: str
    act: str
    cycle_id: int | None
    purpose: str | None
    details: Mapping[str, Any] | None
    before: str | None
    after: str | None


def log_entries(store: Store, *, by: str, cycle_id: int | None = None, last: int = 40) -> tuple[Logged, ...]:
    """Newest entries of the audit log, oldest of them first; that they were read is logged.

    Parameters
    ----------
    store : Store
    by : str
        Who reads.
    cycle_id : int, optional
        Only entries about this cycle.
    last : int
        How many.
    """
    by = named(by)
    with store.writing() as writing:
        query = select(audit).order_by(audit.c.seq.desc()).limit(min(last, MOST))
        if cycle_id is not None:
            find(writing.connection, cycle_id)
            query = query.where(audit.c.cycle_id == cycle_id)
        rows = writing.connection.execute(query).all()
        writing.log.append(by, "read", {"of": "audit"}, cycle_id=cycle_id, purpose="audit")
        return tuple(_logged(row) for row in reversed(rows))


def log_page(store: Store, *, by: str, offset: int, limit: int) -> tuple[tuple[Logged, ...], int]:
    """One page of the audit log, newest first, and how many entries it has; that it was read is logged.

    Parameters
    ----------
    store : Store
    by : str
        Who reads.
    offset, limit : int
        Newest entries to leave out; how many to give.
    """
    by = named(by)
    with store.writing() as writing:
        total = writing.log.head.count
        query = select(audit).where(audit.c.seq <= total - offset).order_by(audit.c.seq.desc()).limit(limit)
        rows = writing.connection.execute(query).all()
        writing.log.append(by, "read", {"of": "audit"}, purpose="audit")
        return tuple(_logged(row) for row in rows), total


def _logged(row: Row[Any]) -> Logged:
    return Logged(
        row.seq,
        row.at,
        row.actor,
        row.act,
        row.cycle_id,
        row.purpose,
        None if row.details is None else json.loads(row.details),
        row.before,
        row.after,
    )
