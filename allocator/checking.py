"""Check any plan or cover, ours or a hand-made one: goal values, broken rules and findings. No solver."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.domain.cover import Cover
from allocator.domain.plan import Finding, Plan
from allocator.rules import GOALS, NOTES, RULES
from allocator.rules.cover import COVER_GOALS, COVER_NOTES
from allocator.rules.cover.ledger import CoverLedger
from allocator.rules.cover.who_may import cover_bar
from allocator.rules.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check found.

    Attributes
    ----------
    goals : mapping of str to int
        Value of each goal, in their strict order.
    broken : tuple of Finding
        One for each rule broken.
    findings : tuple of Finding
        Excesses and notes.
    """

    goals: dict[str, int]
    broken: tuple[Finding, ...]
    findings: tuple[Finding, ...]


def check(plan: Plan) -> Checked:
    """Recompute every goal of any plan and list what it breaks, exceeds and should tell."""
    ledger = Ledger(plan)
    found = [finding for rule in (*RULES, *NOTES, *GOALS) for finding in rule.findings(ledger)]
    return Checked(
        goals={goal.id: goal.value(ledger) for goal in GOALS},
        broken=tuple(f for f in found if f.kind == "broken"),
        findings=tuple(f for f in found if f.kind != "broken"),
    )


def check_cover(cover: Cover) -> Checked:
    """Recompute every goal of any cover; one broken rule for each case with who may not cover it, or with nobody."""
    ledger = CoverLedger(cover)
    broken = []
    for case, officer_id in cover:
        may = ledger.may(case)
        if officer_id is None and may:
            broken.append(Finding("covered", "broken", 1, case=case.case_id, facts={"able": may[0]}))
        elif officer_id is not None and officer_id not in may:
            rule = cover_bar(cover.force, cover.force.officer_by_id[officer_id], case) or "holder"
            broken.append(Finding(rule, "broken", 1, officer=officer_id, case=case.case_id))
    return Checked(
        goals={goal.id: goal.value(ledger) for goal in COVER_GOALS},
        broken=tuple(broken),
        findings=tuple(finding for note in COVER_NOTES for finding in note.findings(ledger)),
    )
