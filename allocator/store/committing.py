"""Making a plan real, and taking that back: holdings, figures and messages, in one transaction each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, select

from allocator.cycles.messages import letters, undone
from allocator.cycles.rollover import after
from allocator.cycles.whys import whys
from allocator.domain.plan import Plan
from allocator.explain.officers import OfficerChange, officer_changes
from allocator.explain.tally import Tally
from allocator.store.cycles import Cycle, Proposal, find, first_of, may, moved_on, proposal_of, require_fresh
from allocator.store.outbox import put
from allocator.store.snapshots import load, packed
from allocator.store.store import Conflict, Store, Writing, named
from allocator.store.tables import caseloads, cycles, decisions, divisions, exemptions, holdings, messages, supervisors

_OVER = ("case-limit", "high-risk-share")


@dataclass(frozen=True)
class Committed:
    """What a commit did.

    Attributes
    ----------
    cycle : Cycle
    plan : Plan
    messages : int
        Written to the outbox.
    """

    cycle: Cycle
    plan: Plan
    messages: int


def commit(store: Store, *, by: str, cycle_id: int | None = None) -> Committed:
    """Make an approved plan real, and write everybody's messages, in one transaction.

    Parameters
    ----------
    store : Store
    by : str
        The acting person.
    cycle_id : int, optional
        The newest cycle unless given.

    Raises
    ------
    Conflict
        When the state does not allow it, or newer data has overtaken the plan.
    """
    by = named(by)
    with store.writing() as writing:
        connection = writing.connection
        cycle = find(connection, cycle_id)
        act = may(connection, cycle, "commit")
        proposal = proposal_of(connection, cycle)
        require_fresh(connection, cycle, proposal)
        plan = proposal.plan
        tally = Tally(plan)
        changes = officer_changes(tally, proposal.checked.findings)
        why = whys(plan, {case_id: o.reason for case_id, o in proposal.by_person.items()})
        _keep_decisions(connection, cycle, tally, why)
        _keep_exemptions(connection, cycle, proposal)
        _keep_caseloads(connection, cycle, proposal, changes)
        _keep_divisions(connection, cycle, tally)
        before, digest = hold(connection, after(plan))
        moved_on(connection, cycle, state=act.after)
        told = list(letters(plan, changes, proposal.checked.findings, why, _supervisors(connection), cycle.id))
        put(writing, cycle.id, told)
        counts = {action: len(cases) for action, cases in plan.actions.items()}
        details = {"counts": counts, "messages": len(told)}
        writing.log.append(by, "commit", details, cycle_id=cycle.id, before=before, after=digest)
        return Committed(find(connection, cycle.id), plan, len(told))


@dataclass(frozen=True)
class Undone:
    """What an undo did.

    Attributes
    ----------
    cycle : Cycle
    withdrawn : int
        Messages that nobody had been sent yet, and nobody will be.
    told : int
        People who had been told, and are told that it no longer holds.
    """

    cycle: Cycle
    withdrawn: int
    told: int


def undo(store: Store, *, by: str, cycle_id: int | None = None) -> Undone:
    """Take a commit back: officers and dates are again what the cycle began with.

    Parameters
    ----------
    store : Store
    by : str
        The acting person.
    cycle_id : int, optional
        The newest cycle unless given.

    Raises
    ------
    Conflict
        When the cycle is not committed, or a later one builds on it.
    """
    by = named(by)
    with store.writing() as writing:
        connection = writing.connection
        cycle = find(connection, cycle_id)
        act = may(connection, cycle, "undo")
        later = select(cycles).where(cycles.c.follows_id == cycle.id, cycles.c.state.not_in(("discarded", "undone")))
        builds = first_of(connection, later)
        if builds is not None:
            advice = "undone" if builds.state == "committed" else "discarded"
            raise Conflict(
                f"Cycle {builds.id} builds on cycle {cycle.id}. Nothing was changed.\n"
                f"Maybe cycle {builds.id} should be {advice} first."
            )
        force = load(connection, cycle.snapshot_id)
        before, digest = hold(
            connection, {c.case_id: (c.officer, c.since) for c in force.cases if c.officer is not None and c.since}
        )
        connection.execute(delete(exemptions).where(exemptions.c.cycle_id == cycle.id))
        withdrawn, told = _take_back(writing, cycle)
        moved_on(connection, cycle, state=act.after)
        details = {"withdrawn": withdrawn, "told": told}
        writing.log.append(by, "undo", details, cycle_id=cycle.id, before=before, after=digest)
        return Undone(find(connection, cycle.id), withdrawn, told)


def hold(connection: Connection, wanted: Mapping[str, tuple[str, date]]) -> tuple[str, str]:
    """Write who manages whom; only rows that differ are touched.

    Parameters
    ----------
    connection : Connection
        Of a writer.
    wanted : mapping of str to (str, date)
        Officer and beginning for each case_id.

    Returns
    -------
    (before, after)
        Digests of all that is held.
    """
    held = held_now(connection)
    gone = [case_id for case_id in held if held[case_id] != wanted.get(case_id)]

    new = [
        {"case_id": case_id, "officer_id": officer_id, "since": since}
        for case_id, (officer_id, since) in wanted.items()
        if held.get(case_id) != (officer_id, since)
    ]
    for start in range(0, len(gone), 500):
        connection.execute(delete(holdings).where(holdings.c.case_id.in_(gone[start : start + 500])))
    if new:
        connection.execute(holdings.insert(), new)
    return held_digest(held), held_digest(wanted)


def held_now(connection: Connection) -> dict[str, tuple[str, date]]:
    """Officer and beginning of every relationship, as of the last commit or undo."""
    return {row.case_id: (row.officer_id, row.since) for row in connection.execute(select(holdings))}


def held_digest(held: Mapping[str, tuple[str, date]]) -> str:
    """SHA-256 of who manages whom, and since when."""
    return packed([[case_id, *map(str, held[case_id])] for case_id in sorted(held)])[0]


def _keep_decisions(connection: Connection, cycle: Cycle, tally: Tally, why: Mapping[str, str]) -> None:
    rows: list[dict[str, Any]] = []
    for case, officer_id in tally.plan:
        action = tally.plan.action(case)
        if action != "kept" or case.case_id in why:  # a case that a person kept where it is has a row too
            had = case.officer is not None
            rows.append(
                {
                    "cycle_id": cycle.id,
                    "case_id": case.case_id,
                    "action": action,
                    "officer_id": officer_id,
                    "from_officer_id": case.officer,
                    "since": case.since,
                    "months": tally.months(case) if had else None,
                    "why": why[case.case_id],
                }
            )
    if rows:
        connection.execute(decisions.insert(), rows)


def _keep_exemptions(connection: Connection, cycle: Cycle, proposal: Proposal) -> None:
    before = set(load(connection, proposal.snapshot_id).exemptions)
    rows = [
        {"cycle_id": cycle.id, **exemption.model_dump()}
        for exemption in proposal.plan.force.exemptions
        if exemption not in before and proposal.plan.officer_of[exemption.case_id] == exemption.officer_id
    ]
    if rows:
        connection.execute(exemptions.insert(), rows)


def _keep_caseloads(
    connection: Connection, cycle: Cycle, proposal: Proposal, changes: tuple[OfficerChange, ...]
) -> None:
    over: dict[str, int] = defaultdict(int)
    for finding in proposal.checked.findings:
        if finding.rule in _OVER and finding.officer is not None:
            over[finding.officer] += finding.amount
    rows = [
        {
            "cycle_id": cycle.id,
            "officer_id": change.officer.officer_id,
            "division": change.officer.division,
            "status": change.officer.status,
            "capacity": change.officer.capacity,
            "cases_before": change.before.cases,
            "cases": change.after.cases,
            "case_limit": change.after.limit,
            "high_risk": change.after.high_risk,
            "high_risk_allowed": change.after.allowed,
            "points": change.after.points,
            "fair_percent": change.after.fair_percent,
            "received": change.received,
            "given_up": change.given_up,
            "over": over[change.officer.officer_id],
        }
        for change in changes
    ]
    if rows:
        connection.execute(caseloads.insert(), rows)


def _keep_divisions(connection: Connection, cycle: Cycle, tally: Tally) -> None:
    force, plan = tally.force, tally.plan
    names = ("cases", "high_risk", "kept", "moved", "placed", "unplaced", "months_ended")
    figures: dict[str, dict[str, int]] = {o.division: dict.fromkeys(names, 0) for o in force.officers}
    for case in force.cases:
        of, action = figures.setdefault(force.home(case), dict.fromkeys(names, 0)), plan.action(case)
        of["cases"] += 1
        of["high_risk"] += force.high_risk(case)
        of[action] += 1
        of["months_ended"] += tally.months(case) if action == "moved" else 0
    if figures:
        rows = [{"cycle_id": cycle.id, "division": division, **figures[division]} for division in sorted(figures)]
        connection.execute(divisions.insert(), rows)


def _supervisors(connection: Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(supervisors).order_by(supervisors.c.name)):
        found[row.division].append(row.name)
    return found


def _take_back(writing: Writing, cycle: Cycle) -> tuple[int, int]:
    """Withdraw what has not gone out, and tell those to whom anything has."""
    connection = writing.connection
    of_cycle = messages.c.cycle_id == cycle.id
    withdrawn = connection.execute(
        messages.update().where(of_cycle, messages.c.state == "waiting").values(state="withdrawn")
    ).rowcount
    sent: dict[str, list[str]] = defaultdict(list)
    gone_out = messages.c.state.in_(("sending", "delivered"))
    query = select(messages.c.recipient, messages.c.subject).where(of_cycle, gone_out).order_by(messages.c.id)
    for row in connection.execute(query):
        sent[row.recipient].append(row.subject)
    put(writing, cycle.id, [undone(who, tuple(told), cycle.id, cycle.cycle_date) for who, told in sent.items()])
    return withdrawn, len(sent)
