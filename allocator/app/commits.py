"""Making a plan real, and taking that back: holdings, figures and messages, in one transaction each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.officers import officer_changes
from allocator.app.accounts import fold_name
from allocator.app.actors import Actor
from allocator.app.acts import require_act, require_fresh, require_state
from allocator.cycles.rollover import holdings_after
from allocator.db.assignments import (
    decisions_digest,
    drop_exemptions,
    figures_digest,
    keep_caseloads,
    keep_decisions,
    keep_divisions,
    keep_exemptions,
    write_holdings,
)
from allocator.db.covers import settle_cover
from allocator.db.cycles import Cycle, bump_version, cycle_after, find_cycle
from allocator.db.database import Connection
from allocator.db.histories import cases_excluding
from allocator.db.logged_plans import require_approved
from allocator.db.outbox import last_letter, letters_since, withdraw, write_letters
from allocator.db.placements import LETTERS, end_placements, list_placements
from allocator.db.proposals import find_proposal
from allocator.db.registers import supervisors_by_division
from allocator.db.snapshots import load
from allocator.db.store import Store
from allocator.db.users import user_rows
from allocator.db.vouching import require_logged_rows
from allocator.domain.force import Force
from allocator.domain.plan import Plan
from allocator.errors import NOTHING_CHANGED, Conflict
from allocator.reporting.letters import letters, undone
from allocator.reporting.reasons import whys


@dataclass(frozen=True)
class Committed:
    """What a commit did, with how many messages it wrote to the outbox."""

    cycle: Cycle
    plan: Plan
    messages: int


def commit_cycle(store: Store, actor: Actor, *, cycle_id: int | None = None, version: int | None = None) -> Committed:
    """Make an approved plan real, and write everybody's messages, in one transaction.

    Raises
    ------
    Conflict
        When the state does not allow it, newer data has overtaken the plan, or it is not the one that was approved.
    """
    require_act(actor, "commit")
    with store.writing() as writing:
        connection = writing.connection
        cycle = find_cycle(connection, cycle_id, version)
        act = require_state(connection, cycle, "commit")
        proposal = find_proposal(connection, cycle)
        require_approved(writing, cycle, proposal)
        require_fresh(connection, actor, cycle, proposal)
        require_logged_rows(connection, "supervisors", "users")  # who is told, and of which cases
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
        supervisors = supervisors_by_division(connection)
        unseen = _unseen(connection, plan.force, {name for names in supervisors.values() for name in names})
        told = list(letters(plan, changes, proposal.checked.findings, why, supervisors, unseen, cycle.id))
        before_letters = last_letter(connection)
        write_letters(writing, cycle.id, told)
        settled = settle_cover(writing)
        counts = {action: len(cases) for action, cases in plan.actions.items()}
        details = {
            "counts": counts,
            "messages": len(told),
            "decisions": decisions_digest(connection, cycle.id),
            "figures": figures_digest(connection, cycle.id),
            **settled,
            **letters_since(connection, before_letters),
        }
        writing.log.append(actor.name, "commit", details, cycle_id=cycle.id, before=before, after=digest)
        return Committed(find_cycle(connection, cycle.id), plan, len(told))


def _unseen(connection: Connection, force: Force, names: Collection[str]) -> dict[str, frozenset[str]]:
    """For each of these people who has an account and is an officer whom cases exclude: which."""
    officer_of = {row.folded: row.officer_id for row in user_rows(connection) if row.officer_id is not None}
    found = {name: officer_of[fold_name(name)] for name in names if fold_name(name) in officer_of}
    return {
        name: cases_excluding(connection, who) | {case.case_id for case in force.cases if who in case.excluded}
        for name, who in found.items()
    }


@dataclass(frozen=True)
class Undone:
    """What an undo did: messages withdrawn before they were sent, and people who are told that theirs do not hold."""

    cycle: Cycle
    withdrawn: int
    told: int


def undo_cycle(store: Store, actor: Actor, *, cycle_id: int | None = None, version: int | None = None) -> Undone:
    """Take a commit back: officers and dates are again what the cycle began with.

    Letters about placements stay: the cycle began with those cases, and its officers have them again.

    Raises
    ------
    Conflict
        When the cycle is not committed, or a later one builds on it.
    """
    require_act(actor, "undo")
    with store.writing() as writing:
        connection = writing.connection
        cycle = find_cycle(connection, cycle_id, version)
        act = require_state(connection, cycle, "undo")
        builds = cycle_after(connection, cycle)
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
        stand = list_placements(connection, after=cycle.id)  # in cycles that were undone before this one
        drop_exemptions(connection, cycle.id)
        before_letters = last_letter(connection)
        withdrawn, sent = withdraw(connection, cycle.id, but=LETTERS)
        write_letters(
            writing, cycle.id, [undone(who, tuple(told), cycle.id, cycle.cycle_date) for who, told in sent.items()]
        )
        end_placements(writing, cycle.id, stand, force)
        bump_version(connection, cycle, state=act.after)
        details = {"withdrawn": withdrawn, "told": len(sent), **settle_cover(writing)}
        details |= letters_since(connection, before_letters)
        writing.log.append(actor.name, "undo", details, cycle_id=cycle.id, before=before, after=digest)
        return Undone(find_cycle(connection, cycle.id), withdrawn, len(sent))
