"""Check any plan, ours or a hand-made one: goal values, broken rules and findings. No solver."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.domain.plan import Finding, Plan
from allocator.rules import GOALS, NOTES, RULES
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
