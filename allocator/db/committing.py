"""Making a plan real, and taking that back: holdings, figures and messages, in one transaction each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.officers import officer_changes
from allocator.cycles.rollover import holdings_after
from allocator.db.assignments import (
    decisions_digest,
    figures_digest,
    keep_caseloads,
    keep_decisions,
    keep_divisions,
    keep_exemptions,
    write_holdings,
)
from allocator.db.cycles import Cycle, bump_version, find_cycle, first_cycle, require_state
from allocator.db.outbox import last_letter, letters_since, write_letters
from allocator.db.placements import LETTERS, end_placements, list_placements
from allocator.db.proposals import find_proposal, require_fresh
from allocator.db.snapshots import load
from allocator.db.store import Conflict, Store, Writing, normalise_actor
from allocator.db.tables import audit, cycles, exemptions, messages, supervisors
from allocator.domain.plan import Plan
from allocator.errors import NOTHING_CHANGED
from allocator.reporting.messages import letters, undone
from allocator.reporting.whys import whys


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


def commit(store: Store, *, by: str, cycle_id: int | None = None, version: int | None = None) -> Committed:
    """Make an approved plan real, and write everybody's messages, in one transaction.

    Parameters
    ----------
    store : Store
    by : str
        The acting person.
    cycle_id : int, optional
        The newest cycle unless given.
    version : int, optional
        The one that was seen when this was decided; unless given, whatever it is now.

    Raises
    ------
    Conflict
        When the state does not allow it, or newer data has overtaken the plan.
    """
    by = normalise_actor(by)
    with store.writing() as writing:
        connection = writing.connection
        cycle = find_cycle(connection, cycle_id, version)
        act = require_state(connection, cycle, "commit")
        proposal = find_proposal(connection, cycle)
        require_fresh(connection, cycle, proposal)
        plan = proposal.plan
        ledger = CachedLedger(plan)
        changes = officer_changes(ledger, proposal.checked.findings)
        why = whys(plan, {case_id: o.reason for case_id, o in proposal.by_person.items()})
        keep_decisions(connection, cycle, ledger, why)
        keep_exemptions(connection, cycle, proposal)
        keep_caseloads(connection, cycle, proposal, changes)
        keep_divisions(connection, cycle, ledger)
        before, digest = write_holdings(connection, holdings_after(plan))
        bump_version(connection, cycle, state=act.after)
        told = list(letters(plan, changes, proposal.checked.findings, why, _supervisors(connection), cycle.id))
        before_letters = last_letter(connection)
        write_letters(writing, cycle.id, told)
        counts = {action: len(cases) for action, cases in plan.actions.items()}
        details = {
            "counts": counts,
            "messages": len(told),
            "decisions": decisions_digest(connection, cycle.id),
            "figures": figures_digest(connection, cycle.id),
            **letters_since(connection, before_letters),
        }
        writing.log.append(by, "commit", details, cycle_id=cycle.id, before=before, after=digest)
        return Committed(find_cycle(connection, cycle.id), plan, len(told))


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


def undo(store: Store, *, by: str, cycle_id: int | None = None, version: int | None = None) -> Undone:
    """Take a commit back: officers and dates are again what the cycle began with.

    Parameters
    ----------
    store : Store
    by : str
        The acting person.
    cycle_id : int, optional
        The newest cycle unless given.
    version : int, optional
        The one that was seen when this was decided; unless given, whatever it is now.

    Raises
    ------
    Conflict
        When the cycle is not committed, or a later one builds on it.
    """
    by = normalise_actor(by)
    with store.writing() as writing:
        connection = writing.connection
        cycle = find_cycle(connection, cycle_id, version)
        act = require_state(connection, cycle, "undo")
        later = select(cycles).where(cycles.c.follows_id == cycle.id, cycles.c.state.not_in(("discarded", "undone")))
        builds = first_cycle(connection, later)
        if builds is not None:
            advice = "undone" if builds.state == "committed" else "discarded"
            raise Conflict(
                f"Cycle {builds.id} builds on cycle {cycle.id}.",
                outcome=NOTHING_CHANGED,
                maybe=f"cycle {builds.id} should be {advice} first.",
            )
        force = load(connection, cycle.snapshot_id)
        before, digest = write_holdings(
            connection, {c.case_id: (c.officer, c.since) for c in force.cases if c.officer is not None and c.since}
        )
        stand = list_placements(connection, audit.c.cycle_id > cycle.id)  # in cycles that were undone before this one
        connection.execute(delete(exemptions).where(exemptions.c.cycle_id == cycle.id))
        before_letters = last_letter(connection)
        withdrawn, told = _withdraw_letters(writing, cycle)
        end_placements(writing, cycle.id, stand, force)
        bump_version(connection, cycle, state=act.after)
        details = {"withdrawn": withdrawn, "told": told, **letters_since(connection, before_letters)}
        writing.log.append(by, "undo", details, cycle_id=cycle.id, before=before, after=digest)
        return Undone(find_cycle(connection, cycle.id), withdrawn, told)


def _supervisors(connection: Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(supervisors).order_by(supervisors.c.name)):
        found[row.division].append(row.name)
    return found


def _withdraw_letters(writing: Writing, cycle: Cycle) -> tuple[int, int]:
    """Withdraw what has not gone out, and tell those to whom anything has.

    Letters about placements stay: the cycle began with those cases, and its officers have them again.
    """
    connection = writing.connection
    of_cycle = (messages.c.cycle_id == cycle.id) & messages.c.kind.not_in(LETTERS)
    withdrawn = connection.execute(
        messages.update().where(of_cycle, messages.c.state == "waiting").values(state="withdrawn")
    ).rowcount
    sent: dict[str, list[str]] = defaultdict(list)
    gone_out = messages.c.state.in_(("sending", "delivered"))
    query = select(messages.c.recipient, messages.c.subject).where(of_cycle, gone_out).order_by(messages.c.id)
    for row in connection.execute(query):
        sent[row.recipient].append(row.subject)
    write_letters(
        writing, cycle.id, [undone(who, tuple(told), cycle.id, cycle.cycle_date) for who, told in sent.items()]
    )
    return withdrawn, len(sent)
