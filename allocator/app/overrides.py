"""Changing single placements of a plan: checked at once, priced, and exempt from a rule only by a coded decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import get_args

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.effects import Effect, Effects, bars
from allocator.app.actors import Actor
from allocator.app.acts import require_act, require_fresh, require_state
from allocator.app.views import load_view
from allocator.app.visibility import hidden
from allocator.checking import check
from allocator.cycles.codes import EXEMPTION_REASONS, OVERRIDE_REASONS, require_code, require_note
from allocator.db.cycles import Cycle, bump_version, find_cycle
from allocator.db.proposals import (
    Override,
    Proposal,
    find_proposal,
    insert_override,
    plan_digest,
    with_overrides,
)
from allocator.db.store import Store
from allocator.domain.force import ExemptRule
from allocator.domain.lookup import find_case, find_officer
from allocator.domain.plan import Plan
from allocator.errors import NOTHING_CHANGED, AllocatorError, InputError, Problem
from allocator.reporting.words import finding_sentence
from allocator.rules.placement import is_permitted

EXEMPTIBLE: frozenset[str] = frozenset(get_args(ExemptRule))


@dataclass(frozen=True)
class Overridden:
    """A placement that a person changed, its price with all else as planned, and the plan with it."""

    cycle: Cycle
    override: Override
    effect: Effect
    plan: Plan


def override_case(
    store: Store,
    actor: Actor,
    case_id: str,
    officer_id: str,
    *,
    reason: str,
    note: str = "",
    exemption: str | None = None,
    cycle_id: int | None = None,
    version: int | None = None,
) -> Overridden:
    """Give one case to another officer than planned; checked at once.

    Parameters
    ----------
    reason : str
        A code of ``allocator.cycles.codes.OVERRIDE_REASONS``.
    exemption : str, optional
        A code of ``EXEMPTION_REASONS``, needed where rules bar the officer; it then stands as a finding as long as the
        case is with that officer.

    Raises
    ------
    NotThere
        When the case or the officer is not there for the person.
    InputError
        For unknown ids and codes, and an exemption that is missing or not needed.
    Conflict
        When the state does not allow it, or the plan is stale.
    AllocatorError
        When the placement breaks a rule that nobody can be exempted from.
    """
    require_act(actor, "override")
    if actor.signed_in:
        seen = load_view(store, actor, "override", cycle_id=cycle_id, details={"case": case_id[:80]})
        seen.case(case_id)
        seen.officer(officer_id)
    reason = require_code(reason, OVERRIDE_REASONS, "--reason")
    code = None if exemption is None else require_code(exemption, EXEMPTION_REASONS, "--exemption")
    note = require_note(note, {"--reason": reason, "--exemption": code})
    with store.writing() as writing:
        connection = writing.connection
        cycle = find_cycle(connection, cycle_id, version)
        require_state(connection, cycle, "override")
        proposal = find_proposal(connection, cycle)
        require_fresh(connection, actor, cycle, proposal)
        made, effect, plan = price_override(
            proposal, case_id, officer_id, actor, reason=reason, note=note, exemption=code
        )
        insert_override(connection, proposal.id, made)
        bump_version(connection, cycle)
        details = {
            "case": made.case_id,
            "officer": made.officer_id,
            "instead_of": made.instead_of,
            "reason": reason,
            "exemption": code,
            "rules": list(made.rules),
        }
        before, after = plan_digest(proposal.plan), plan_digest(plan)
        writing.log.append(actor.name, "override", details, cycle_id=cycle.id, before=before, after=after)
        return Overridden(find_cycle(connection, cycle.id), made, effect, plan)


def price_override(
    proposal: Proposal, case_id: str, officer_id: str, actor: Actor, *, reason: str, note: str, exemption: str | None
) -> tuple[Override, Effect, Plan]:
    """Check an override against the rules, and reckon its price; nothing is written.

    Raises
    ------
    InputError, AllocatorError
        As in `override_case`.
    """
    force = proposal.plan.force
    case, officer = find_case(force, case_id, "CASE"), find_officer(force, officer_id, "OFFICER")
    planned = proposal.plan.officer_of[case.case_id]
    if planned == officer.officer_id:
        raise InputError([Problem("OFFICER", "another officer than planned", value=officer_id)])
    if case.locked and officer.officer_id != case.officer and is_permitted(force, case):
        raise AllocatorError(
            f"Case {case.case_id} is pinned to {case.officer}.",
            outcome=NOTHING_CHANGED,
            maybe="lift the pin in the next export.",
        )
    barred = bars(proposal.planned.force, case, officer)
    fixed = [rule for rule in barred if rule not in EXEMPTIBLE]
    if fixed:
        # Others are told no more of an exclusion than that the officer is not eligible.
        why = "not eligible for" if "excluded" in fixed else "leaving, so cannot be given"
        raise AllocatorError(f"{officer.officer_id} is {why} case {case.case_id}.", outcome=NOTHING_CHANGED)
    if barred and exemption is None:
        expected = f"the code of an exemption, since these rules bar {officer.officer_id}: {', '.join(barred)}"
        raise InputError([Problem("--exemption", expected, maybe=f"one of: {', '.join(EXEMPTION_REASONS)}.")])
    if exemption is not None and not barred:
        expected = f"none, since no rule bars {officer.officer_id} from case {case.case_id}"
        raise InputError([Problem("--exemption", expected, value=exemption)])
    made = Override(
        case_id=case.case_id,
        officer_id=officer.officer_id,
        instead_of=planned,
        reason=reason,
        note=note,
        exemption=exemption,
        rules=barred,
        effect={},
        by=actor.name,
        at=datetime.now(UTC),
    )
    plan = with_overrides(proposal.planned, (*proposal.overrides, made))
    checked = check(plan)
    if checked.broken:
        told = dict.fromkeys(map(finding_sentence, hidden(force, actor.scope, proposal.plan).cut(checked.broken)))
        raise AllocatorError(
            " ".join(told) or "It would break a rule about a case or officer that is not yours.",
            outcome=NOTHING_CHANGED,
        )
    effect = Effects(CachedLedger(proposal.plan)).of(CachedLedger(plan))
    return replace(made, effect={pair.name: pair.difference for pair in effect.goals}), effect, plan
