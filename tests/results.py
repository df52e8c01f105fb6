"""Results made by hand, for what is shown and written without a solve."""

from __future__ import annotations

from allocator.checking import check
from allocator.domain.plan import GoalValue, Plan
from allocator.domain.result import RULES_VERSION, Result


def result(plan: Plan, **changes: object) -> Result:
    """A plan as if a run had found and proved it; ``changes`` replace fields of the result."""
    checked = check(plan)
    goals = tuple(GoalValue(name, value, value, True) for name, value in checked.goals.items())
    fields: dict[str, object] = {
        "plan": plan,
        "goals": goals,
        "findings": checked.findings,
        "without_moves": goals,
        "seed": 0,
        "seconds": 1.5,
        "versions": {"allocator": "0", "rules": RULES_VERSION},
        "stopped": None,
    }
    return Result(**{**fields, **changes})  # type: ignore[arg-type]


def goals(*figures: tuple[int, int]) -> tuple[GoalValue, ...]:
    """Goals of a value and a bound each, proved as far as they and all before them meet."""
    found, proven = [], True
    for name, (value, bound) in zip(("unplaced", "excess", "disruption", "fairness"), figures, strict=True):
        proven = proven and value == bound
        found.append(GoalValue(name, value, bound, proven))
    return tuple(found)
