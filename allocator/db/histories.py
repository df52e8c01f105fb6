"""What a store knows of one case or one officer, cycle by cycle."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached
from sqlalchemy import Connection, Row, Select, Table, or_, select

from allocator.cycles.history import History, HistoryEntry
from allocator.db.placements import Placement, list_placements
from allocator.db.snapshots import load
from allocator.db.tables import caseloads, changes, count_rows, cycles, decisions, holdings, snapshots
from allocator.domain.outline import ForceOutline
from allocator.errors import InputError, Problem, meant

MOST_OUTLINES = 512  # remembered: those of twenty years
_GIVEN = ("case_id", "officer_id", "reason", "by", "at")


def case_history(connection: Connection, case_id: str) -> History:
    """Everything that is known of a case: who had it, since when, why it moved, what changed about it.

    Raises
    ------
    InputError
        When no cycle knows the case.
    """
    held = connection.execute(select(holdings).where(holdings.c.case_id == case_id)).first()
    entries = [*_decisions(connection, decisions.c.case_id == case_id), *_changes(connection, "cases", case_id)]
    entries += _placements(connection, lambda one: one.case_id == case_id)
    if held is None and not entries:
        maybe = meant(case_id, connection.execute(select(holdings.c.case_id)).scalars())
        raise InputError([Problem("--case", "a case that a commit knows", value=case_id, maybe=maybe)])
    now, since = (None, None) if held is None else (held.officer_id, held.since)
    return History(case_id, now, since, 0, _in_order(entries))


def officer_history(connection: Connection, officer_id: str) -> History:
    """Everything that is known of an officer: caseload cycle by cycle, what they received and gave up.

    Raises
    ------
    InputError
        When no cycle knows the officer.
    """
    either = or_(decisions.c.officer_id == officer_id, decisions.c.from_officer_id == officer_id)
    entries = [*_decisions(connection, either), *_changes(connection, "officers", officer_id)]
    entries += _placements(connection, lambda one: one.officer_id == officer_id)
    query = _with_cycle(caseloads).where(caseloads.c.officer_id == officer_id)
    entries += [_entry(row, "caseload", caseloads.c.keys()) for row in connection.execute(query)]
    if not entries:
        maybe = meant(officer_id, connection.execute(select(caseloads.c.officer_id).distinct()).scalars())
        raise InputError([Problem("--officer", "an officer whom a commit knows", value=officer_id, maybe=maybe)])
    holds = count_rows(connection, holdings, holdings.c.officer_id == officer_id)
    return History(officer_id, None, None, holds, _in_order(entries))


def _decisions(connection: Connection, of: Any) -> list[HistoryEntry]:
    rows = connection.execute(_with_cycle(decisions).where(of))
    return [_entry(row, row.action, decisions.c.keys()) for row in rows]


def _changes(connection: Connection, subject: str, name: str) -> list[HistoryEntry]:
    query = _with_cycle(changes).where(changes.c.subject == subject, changes.c.name == name).order_by(changes.c.id)
    return [_entry(row, row.kind, ("column", "before", "after")) for row in connection.execute(query)]


def _placements(connection: Connection, of: Callable[[Placement], bool]) -> list[HistoryEntry]:
    """Placements between two plans."""
    found = [one for one in list_placements(connection) if of(one)]
    ids = {one.cycle_id for one in found}
    rows = {row.id: row for row in connection.execute(select(cycles).where(cycles.c.id.in_(ids)))}
    return [
        HistoryEntry(
            one.cycle_id,
            rows[one.cycle_id].cycle_date,
            rows[one.cycle_id].state,
            "given",
            {name: getattr(one, name) for name in _GIVEN},
        )
        for one in found
    ]


def _with_cycle(table: Table) -> Select[Any]:
    return select(table, cycles.c.cycle_date, cycles.c.state).join(cycles)


def _entry(row: Row[Any], kind: str, names: Any) -> HistoryEntry:
    return HistoryEntry(row.cycle_id, row.cycle_date, row.state, kind, {name: row._mapping[name] for name in names})


def _in_order(entries: list[HistoryEntry]) -> tuple[HistoryEntry, ...]:
    order = {"joined": 0, "changed": 1, "left": 2, "given": 2}
    return tuple(sorted(entries, key=lambda entry: (entry.cycle_id, order.get(entry.kind, 3))))


def outlines_by_cycle(connection: Connection) -> list[tuple[int, ForceOutline]]:
    """The data of each cycle as far back as no purge took it, the newest first, after it that of discarded cycles.

    Each is read whoever asks and whatever is looked for, so that how long it takes tells nothing of what is there.
    """
    rows = sorted(_by_cycle(connection), key=lambda row: row.state == "discarded")
    return [(row.id, _outline(connection, row.snapshot_id)) for row in rows]


def _by_cycle(connection: Connection) -> list[Row[Any]]:
    """Number, state and snapshot of each cycle whose data is there, the newest first."""
    query = select(cycles.c.id, cycles.c.state, cycles.c.snapshot_id).join(snapshots)
    return list(connection.execute(query.where(snapshots.c.data.is_not(None)).order_by(cycles.c.id.desc())))


@cached(LRUCache(maxsize=MOST_OUTLINES), key=lambda connection, snapshot_id: snapshot_id, lock=Lock())
def _outline(connection: Connection, snapshot_id: str) -> ForceOutline:
    return ForceOutline.of(load(connection, snapshot_id))


def cases_excluding(connection: Connection, officer_id: str) -> frozenset[str]:
    """Cases that exclude an officer in the newest data that has them, whichever cycle that is of.

    What was discarded may say so, and cannot take it back.
    """
    excluding: set[str] = set()
    newer: list[ForceOutline] = []
    for row in _by_cycle(connection):
        outline = _outline(connection, row.snapshot_id)
        here = outline.excluding.get(officer_id, frozenset())
        excluding |= {case_id for case_id in here if not any(case_id in one.case_by_id for one in newer)}
        if row.state != "discarded":
            newer.append(outline)
    return frozenset(excluding)


def planned_officers(connection: Connection, cycle_id: int) -> dict[str, str | None]:
    """Who has each case under the plan of a cycle, as its commit kept it; empty before one."""
    query = select(decisions.c.case_id, decisions.c.officer_id).where(decisions.c.cycle_id == cycle_id)
    return {row.case_id: row.officer_id for row in connection.execute(query)}


def planned_by_cycle(connection: Connection, case_id: str) -> dict[int, str | None]:
    """Who has a case under the plan of each cycle that decides it, as its commit kept it."""
    query = select(decisions.c.cycle_id, decisions.c.officer_id).where(decisions.c.case_id == case_id)
    return {row.cycle_id: row.officer_id for row in connection.execute(query)}
