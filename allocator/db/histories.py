"""What a store knows of one case or one officer, cycle by cycle; each reading is logged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from allocator.cycles.codes import PURPOSES, require_code
from allocator.cycles.history import History, HistoryEntry
from allocator.db.cycles import find_cycle
from allocator.db.placements import list_placements
from allocator.db.snapshots import Purged, load
from allocator.db.store import Store, normalise_actor
from allocator.db.tables import caseloads, changes, cycles, decisions, holdings
from allocator.domain.force import Force
from allocator.errors import InputError, Problem, meant


def case_history(store: Store, case_id: str, *, by: str, purpose: str) -> History:
    """Everything that is known of a case: who had it, since when, why it moved, what changed about it.

    Parameters
    ----------
    store : Store
    case_id : str
    by, purpose : str
        Who reads, and a code of ``allocator.cycles.codes.PURPOSES``.

    Raises
    ------
    InputError
        When no cycle knows the case.
    """
    by = normalise_actor(by)
    purpose = require_code(purpose, PURPOSES, "--purpose")
    case_id = case_id.strip()
    with store.writing() as writing:
        connection = writing.connection
        held = connection.execute(select(holdings).where(holdings.c.case_id == case_id)).first()
        entries = [*_decisions(connection, decisions.c.case_id == case_id), *_changes(connection, "cases", case_id)]
        entries += _placements(connection, "case_id", case_id)
        if held is None and not entries:
            known = connection.execute(select(holdings.c.case_id)).scalars()
            maybe = meant(case_id, known)
            raise InputError([Problem("--case", "a case that a commit knows", value=case_id, maybe=maybe)])
        writing.log.append(by, "read", {"of": "history", "case": case_id}, purpose=purpose)
        now, since = (None, None) if held is None else (held.officer_id, held.since)
        return History(case_id, now, since, 0, _in_order(entries))


def officer_history(store: Store, officer_id: str, *, by: str, purpose: str) -> History:
    """Everything that is known of an officer: caseload cycle by cycle, what they received and gave up.

    Parameters
    ----------
    store : Store
    officer_id : str
    by, purpose : str
        Who reads, and a code of ``allocator.cycles.codes.PURPOSES``.

    Raises
    ------
    InputError
        When no cycle knows the officer.
    """
    by = normalise_actor(by)
    purpose = require_code(purpose, PURPOSES, "--purpose")
    officer_id = officer_id.strip()
    with store.writing() as writing:
        connection = writing.connection
        either = or_(decisions.c.officer_id == officer_id, decisions.c.from_officer_id == officer_id)
        entries = [*_decisions(connection, either), *_changes(connection, "officers", officer_id)]
        entries += _placements(connection, "officer_id", officer_id)
        query = select(caseloads, cycles.c.cycle_date, cycles.c.state).join(cycles)
        for row in connection.execute(query.where(caseloads.c.officer_id == officer_id)):
            facts = {column.name: getattr(row, column.name) for column in caseloads.c}
            entries.append(HistoryEntry(row.cycle_id, row.cycle_date, row.state, "caseload", facts))
        if not entries:
            known = connection.execute(select(caseloads.c.officer_id).distinct()).scalars()
            maybe = meant(officer_id, known)
            raise InputError([Problem("--officer", "an officer whom a commit knows", value=officer_id, maybe=maybe)])
        mine = select(func.count()).select_from(holdings).where(holdings.c.officer_id == officer_id)
        holds = connection.execute(mine).scalar_one()
        writing.log.append(by, "read", {"of": "history", "officer": officer_id}, purpose=purpose)
        return History(officer_id, None, None, holds, _in_order(entries))


def _decisions(connection: Connection, of: Any) -> list[HistoryEntry]:
    query = select(decisions, cycles.c.cycle_date, cycles.c.state).join(cycles).where(of)
    return [_entry(row, row.action, decisions.c.keys()) for row in connection.execute(query)]


def _changes(connection: Connection, subject: str, name: str) -> list[HistoryEntry]:
    query = select(changes, cycles.c.cycle_date, cycles.c.state).join(cycles)
    query = query.where(changes.c.subject == subject, changes.c.name == name).order_by(changes.c.id)
    return [_entry(row, row.kind, ("column", "before", "after")) for row in connection.execute(query)]


def _placements(connection: Connection, key: str, name: str) -> Iterator[HistoryEntry]:
    """Placements between two plans, of a case or to an officer."""
    for one in list_placements(connection):
        if getattr(one, key) == name:
            cycle, facts = find_cycle(connection, one.cycle_id), asdict(one)
            del facts["cycle_id"]
            yield HistoryEntry(cycle.id, cycle.cycle_date, cycle.state, "given", facts)


def _entry(row: Row[Any], kind: str, names: Any) -> HistoryEntry:
    return HistoryEntry(row.cycle_id, row.cycle_date, row.state, kind, {name: row._mapping[name] for name in names})


def _in_order(entries: list[HistoryEntry]) -> tuple[HistoryEntry, ...]:
    order = {"joined": 0, "changed": 1, "left": 2, "given": 2}
    return tuple(sorted(entries, key=lambda entry: (entry.cycle_id, order.get(entry.kind, 3))))


def forces_by_cycle(connection: Connection) -> Iterator[tuple[int, Force]]:
    """The data of each cycle, the newest first, as far back as no purge took it."""
    for row in connection.execute(select(cycles.c.id).order_by(cycles.c.id.desc())).all():
        try:
            yield row.id, load(connection, find_cycle(connection, row.id).snapshot_id)
        except Purged:
            return


def planned_officer(connection: Connection, cycle_id: int, case_id: str) -> str | None:
    """Who has a case under the plan of a cycle; None where nobody has, or no plan decides it."""
    query = select(decisions.c.officer_id).where(decisions.c.cycle_id == cycle_id, decisions.c.case_id == case_id)
    officer_id: str | None = connection.execute(query).scalar_one_or_none()
    return officer_id
