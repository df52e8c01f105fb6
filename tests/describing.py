"""What a failing test says of a plan: the value of every goal, what is broken or exceeded, and who is with whom."""

from __future__ import annotations

from typing import Any

from allocator.checking import check
from allocator.domain.plan import Finding, Plan


class Value(int):
    """A goal's value, with the plan that has it."""

    plan: Plan


class Values(tuple[int, ...]):
    """Values of goals, with the plan that has them."""

    plan: Plan


class Findings(list[Finding]):
    """What a rule finds, with the plan in which it does."""

    plan: Plan


def value_of(plan: Plan, goal: str) -> Value:
    """What a plan reaches on a goal."""
    value = Value(check(plan).goals[goal])
    value.plan = plan
    return value


def values_of(plan: Plan, values: Any) -> Values:
    """Values of goals that a plan is said to reach."""
    found = Values(values)
    found.plan = plan
    return found


def describe(plan: Plan) -> str:
    """Goals, what is broken or exceeded, and each case with its officer before and under the plan."""
    checked = check(plan)
    exceeded = [finding for finding in checked.findings if finding.kind == "excess"]
    over = [f"{f.rule} {f.officer or f.premises or f.case} +{f.amount}" for f in (*checked.broken, *exceeded)]
    cases = [f"{case.case_id}: {case.officer or 'new'} -> {officer or 'nobody'}" for case, officer in plan]
    return "\n".join(
        (
            "goals  " + ", ".join(f"{goal} {value}" for goal, value in checked.goals.items()),
            "found  " + (", ".join(over) or "nothing"),
            "plan   " + ", ".join(cases),
        )
    )


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Show the plan beside what was compared."""
    if not isinstance(left, Value | Values | Findings):
        return None
    return [f"{left!r} {op} {right!r}", *describe(left.plan).splitlines()]
