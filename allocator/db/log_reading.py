"""Rows of the audit log, read page by page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from allocator.db.cycles import MOST
from allocator.db.tables import as_record, audit, count_rows

READS = ("read", "export")  # acts that change nothing


@dataclass(frozen=True, slots=True)
class LogEntry:
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


def newest_entries(connection: Connection, *, cycle_id: int | None = None, last: int = 40) -> tuple[LogEntry, ...]:
    """The last so many entries of the audit log, or of those about one cycle, oldest of them first."""
    query = select(audit).order_by(audit.c.seq.desc()).limit(min(last, MOST))
    if cycle_id is not None:
        query = query.where(audit.c.cycle_id == cycle_id)
    return tuple(_as_entry(row) for row in reversed(connection.execute(query).all()))


def entries_page(
    connection: Connection,
    *,
    offset: int,
    limit: int,
    act: str = "",
    person: str = "",
    about: str = "",
    reads: bool = True,
) -> tuple[tuple[LogEntry, ...], int]:
    """One page of the audit log, newest first, and how many entries it has.

    Parameters
    ----------
    offset, limit : int
        Newest entries to leave out; how many to give.
    act, person : str
        Only entries of this act, and by this person; of all unless given.
    about : str
        Only entries whose details name this case or officer.
    reads : bool
        Whether entries of who read what are among them.
    """
    wanted: list[ColumnElement[bool]] = [] if reads or act else [audit.c.act.not_in(READS)]
    wanted += [audit.c.act == act] if act else []
    wanted += [audit.c.actor == person] if person else []
    wanted += [audit.c.details.contains(json.dumps(about, ensure_ascii=False), autoescape=True)] if about else []
    query = select(audit).where(*wanted).order_by(audit.c.seq.desc()).offset(offset).limit(limit)
    return tuple(_as_entry(row) for row in connection.execute(query)), count_rows(connection, audit, *wanted)


def list_acts(connection: Connection) -> tuple[str, ...]:
    """Acts that the log has, by name."""
    return tuple(connection.execute(select(audit.c.act).distinct().order_by(audit.c.act)).scalars())


def _as_entry(row: Row[Any]) -> LogEntry:
    details = None if row.details is None else json.loads(row.details)
    if details is not None:
        details.pop("rows", None)  # digests, for whoever verifies
    return as_record(LogEntry, row, details=details)
