"""Rows of cover that has been agreed, from the word that was given until it ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from allocator.cycles.covers import CoverEntry, with_cover
from allocator.cycles.days import today
from allocator.cycles.reductions import apply_reductions
from allocator.cycles.rollover import next_force, without_reductions
from allocator.db.cycles import Cycle, last_kept
from allocator.db.logged_plans import require_logged
from allocator.db.outbox import write_letters
from allocator.db.proposals import find_proposal
from allocator.db.registers import stored_reductions
from allocator.db.snapshots import load
from allocator.db.store import Writing
from allocator.db.tables import as_record, covers, insert_rows
from allocator.db.vouching import require_logged_rows
from allocator.domain.force import Force
from allocator.errors import Purged
from allocator.reporting.cover_letters import cover_ended


def standing_cover(connection: Connection) -> tuple[CoverEntry, ...]:
    """Entries that nothing has ended yet, the oldest first; some may hold no longer."""
    rows = connection.execute(select(covers).where(covers.c.ended_at.is_(None)).order_by(covers.c.id))
    return tuple(as_record(CoverEntry, row) for row in rows)


def cases_covered_by(connection: Connection, divisions: Iterable[str]) -> frozenset[str]:
    """Cases that an officer of these divisions covers."""
    query = select(covers.c.case_id).where(covers.c.ended_at.is_(None), covers.c.division.in_(tuple(divisions)))
    return frozenset(connection.execute(query).scalars())


def force_today(connection: Connection, cycle: Cycle) -> Force:
    """The force as a cycle leaves it, with the reductions that are in force today and the cover that holds.

    Raises
    ------
    Conflict
        When one of these was changed beside the log.
    Purged
        When a purge has removed the cycle's data.
    """
    require_logged_rows(connection, "reductions", "covers")
    if cycle.state == "committed":
        require_logged(connection, cycle)
        force = next_force(find_proposal(connection, cycle).plan, cycle.exported)
    else:
        force = without_reductions(load(connection, cycle.snapshot_id), cycle.exported)
    return with_cover(apply_reductions(force, stored_reductions(connection), today()), standing_cover(connection))


def insert_cover(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write entries; those before of the same cases have ended."""
    insert_rows(connection, covers, rows)


def end_cover(writing: Writing, entries: Iterable[CoverEntry]) -> None:
    """Write down that entries have ended."""
    ids = [entry.id for entry in entries]
    if ids:
        statement = covers.update().where(covers.c.id.in_(ids)).values(ended_at=writing.log.now)
        writing.connection.execute(statement)


def settle_cover(writing: Writing) -> dict[str, Any]:
    """End the entries that hold no longer as the force stands, and tell who covered; details of it for the log."""
    connection = writing.connection
    entries, cycle = standing_cover(connection), last_kept(connection)
    if not entries or cycle is None:
        return {}
    try:
        force = force_today(connection, cycle)
    except Purged:
        return {}
    over = [entry for entry in entries if not entry.holds(force)]
    if not over:
        return {}
    end_cover(writing, over)
    write_letters(writing, cycle.id, cover_ended(over, force))
    return {"cover_ended": [entry.case_id for entry in over]}
