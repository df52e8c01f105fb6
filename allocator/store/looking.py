"""Reading what a store holds. Whatever tells of cases is logged, with the purpose for which it was read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from allocator.cycles.codes import PURPOSES, coded
from allocator.cycles.reductions import Reduction, expiring
from allocator.cycles.staleness import Staleness
from allocator.domain.force import Force
from allocator.errors import InputError, Problem, meant
from allocator.store.cycles import Cycle, Proposal, as_cycle, find, proposal_of, stale
from allocator.store.importing import kept_reductions
from allocator.store.snapshots import load
from allocator.store.store import Store, named
from allocator.store.tables import audit, caseloads, changes, cycles, decisions, holdings, proposals, snapshots

# Acts on a cycle, as against readings of it.
_ACTS = ("import", "rollover", "propose", "override", "submit", "return", "approve", "commit", "undo", "discard")


@dataclass(frozen=True, slots=True)
class Event:
    """One act on a cycle: what, by whom, when."""

    act: str
    actor: str
    at: datetime


@dataclass(frozen=True)
class Shown:
    """A cycle as it stands.

    Attributes
    ----------
    cycle : Cycle
    force : Force
        Its newest data.
    digest : str
        Of the plan's input.
    proposal : Proposal or None
    stale : Staleness or None
        What newer data has other than the plan's input.
    events : tuple of Event
    expiring : tuple of (int, Reduction)
        Reductions that end within the next cycles; their reasons are for the division's supervisors alone.
    """

    cycle: Cycle
    force: Force
    digest: str
    proposal: Proposal | None
    stale: Staleness | None
    events: tuple[Event, ...]
    expiring: tuple[tuple[int, Reduction], ...]


def show(store: Store, *, by: str, purpose: str, cycle_id: int | None = None, act: str = "read") -> Shown:
    """Read a cycle with its plan.

    Parameters
    ----------
    store : Store
    by, purpose : str
        Who reads, and a code of ``allocator.cycles.codes.PURPOSES``.
    cycle_id : int, optional
        The newest cycle unless given.
    act : str
        ``read``, or ``export`` where it leaves the store.

    Raises
    ------
    Purged
        When a purge has removed its data.
    """
    by, purpose = named(by), coded(purpose, PURPOSES, "--purpose")
    with store.writing() as writing:
        connection = writing.connection
        cycle = find(connection, cycle_id)
        proposal = None if cycle.proposal_id is None else proposal_of(connection, cycle)
        force = load(connection, cycle.snapshot_id)
        source = cycle.snapshot_id if proposal is None else proposal.snapshot_id
        digest = connection.execute(select(snapshots.c.digest).where(snapshots.c.id == source)).scalar_one()
        writing.log.append(by, act, {"of": "cycle"}, cycle_id=cycle.id, purpose=purpose)
        return Shown(
            cycle,
            force,
            digest,
            proposal,
            None if proposal is None else stale(connection, cycle, proposal),
            _events(connection, cycle.id),
            expiring(kept_reductions(connection), cycle.cycle_date, force.policy.cycle.days),
        )


def _events(connection: Connection, cycle_id: int) -> tuple[Event, ...]:
    query = select(audit.c.act, audit.c.actor, audit.c.at).where(audit.c.cycle_id == cycle_id, audit.c.act.in_(_ACTS))
    return tuple(Event(row.act, row.actor, row.at) for row in connection.execute(query.order_by(audit.c.seq)))


@dataclass(frozen=True, slots=True)
class Listed:
    """A cycle in a list: counts and no cases.

    Attributes
    ----------
    cycle : Cycle
    officers, cases : int
        In its newest data.
    goals : mapping of str to int
        Of the plan as proposed; empty without one.
    moved, placed, unplaced : int
        Cases, once committed; else 0.
    """

    cycle: Cycle
    officers: int
    cases: int
    goals: Mapping[str, int]
    moved: int
    placed: int
    unplaced: int


def listing(store: Store) -> tuple[Listed, ...]:
    """Every cycle, oldest first."""
    with store.reading() as connection:
        counts: dict[tuple[int, str], int] = {}
        query = select(decisions.c.cycle_id, decisions.c.action, func.count()).group_by(
            decisions.c.cycle_id, decisions.c.action
        )
        for cycle_id, action, count in connection.execute(query):
            counts[cycle_id, action] = count
        goals = {row.id: row.facts["goals"] for row in connection.execute(select(proposals.c.id, proposals.c.facts))}
        size = {
            row.id: (row.officers, row.cases)
            for row in connection.execute(select(snapshots.c.id, snapshots.c.officers, snapshots.c.cases))
        }
        return tuple(
            Listed(
                cycle,
                *size[cycle.snapshot_id],
                {goal["name"]: goal["value"] for goal in goals.get(cycle.proposal_id, ())},
                *(counts.get((cycle.id, action), 0) for action in ("moved", "placed", "unplaced")),
            )
            for cycle in map(as_cycle, connection.execute(select(cycles).order_by(cycles.c.id)))
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a history.

    Attributes
    ----------
    cycle_id : int
    cycle_date : date
    state : str
        Of the cycle: what was undone or never committed is told as such.
    kind : str
        moved, placed, unplaced; joined, left, changed; caseload.
    facts : mapping
        What a sentence about it needs.
    """

    cycle_id: int
    cycle_date: date
    state: str
    kind: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """What a store knows of one case or officer.

    Attributes
    ----------
    name : str
    now : str or None
        For a case: who manages it as of the last commit.
    since : date or None
    holds : int
        For an officer: cases held as of the last commit.
    entries : tuple of Entry
        Oldest first.
    """

    name: str
    now: str | None
    since: date | None
    holds: int
    entries: tuple[Entry, ...]


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
    by, purpose, case_id = named(by), coded(purpose, PURPOSES, "--purpose"), case_id.strip()
    with store.writing() as writing:
        connection = writing.connection
        held = connection.execute(select(holdings).where(holdings.c.case_id == case_id)).first()
        entries = [*_decisions(connection, decisions.c.case_id == case_id), *_changes(connection, "cases", case_id)]
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
    by, purpose, officer_id = named(by), coded(purpose, PURPOSES, "--purpose"), officer_id.strip()
    with store.writing() as writing:
        connection = writing.connection
        either = or_(decisions.c.officer_id == officer_id, decisions.c.from_officer_id == officer_id)
        entries = [*_decisions(connection, either), *_changes(connection, "officers", officer_id)]
        query = select(caseloads, cycles.c.cycle_date, cycles.c.state).join(cycles)
        for row in connection.execute(query.where(caseloads.c.officer_id == officer_id)):
            facts = {column.name: getattr(row, column.name) for column in caseloads.c}
            entries.append(Entry(row.cycle_id, row.cycle_date, row.state, "caseload", facts))
        if not entries:
            known = connection.execute(select(caseloads.c.officer_id).distinct()).scalars()
            maybe = meant(officer_id, known)
            raise InputError([Problem("--officer", "an officer whom a commit knows", value=officer_id, maybe=maybe)])
        mine = select(func.count()).select_from(holdings).where(holdings.c.officer_id == officer_id)
        holds = connection.execute(mine).scalar_one()
        writing.log.append(by, "read", {"of": "history", "officer": officer_id}, purpose=purpose)
        return History(officer_id, None, None, holds, _in_order(entries))


def _decisions(connection: Connection, of: Any) -> list[Entry]:
    query = select(decisions, cycles.c.cycle_date, cycles.c.state).join(cycles).where(of)
    return [_entry(row, row.action, decisions.c.keys()) for row in connection.execute(query)]


def _changes(connection: Connection, subject: str, name: str) -> list[Entry]:
    query = select(changes, cycles.c.cycle_date, cycles.c.state).join(cycles)
    query = query.where(changes.c.subject == subject, changes.c.name == name).order_by(changes.c.id)
    return [_entry(row, row.kind, ("column", "before", "after")) for row in connection.execute(query)]


def _entry(row: Row[Any], kind: str, names: Any) -> Entry:
    return Entry(row.cycle_id, row.cycle_date, row.state, kind, {name: row._mapping[name] for name in names})


def _in_order(entries: list[Entry]) -> tuple[Entry, ...]:
    order = {"joined": 0, "changed": 1, "left": 2}
    return tuple(sorted(entries, key=lambda entry: (entry.cycle_id, order.get(entry.kind, 3))))


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
        query = select(audit).order_by(audit.c.seq.desc()).limit(last)
        if cycle_id is not None:
            find(writing.connection, cycle_id)
            query = query.where(audit.c.cycle_id == cycle_id)
        rows = writing.connection.execute(query).all()
        writing.log.append(by, "read", {"of": "audit"}, cycle_id=cycle_id, purpose="audit")
        return tuple(
            Logged(
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
            for row in reversed(rows)
        )
