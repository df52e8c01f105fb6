from __future__ import annotations

from typing import Any

from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding
from tests.rules.found import found
from tests.tiny import current, force, new, officer, plan


def told(cases: int, limit: int, high_risk: int, allowed: int) -> Finding:
    facts = {"cases": cases, "limit": limit, "high_risk": high_risk, "allowed": allowed}
    return Finding("over-limit", "note", 0, officer="A", facts=facts)


def caseload(count: int, high: int = 0) -> list[Case]:
    return [current(f"c{k:02}", "A", risk="high" if k < high else "low") for k in range(count)]


def of(held: list[Case], status: str = "open", **limits: Any) -> Force:
    return force([officer("A", capacity=50, status=status), officer("B")], held, limits=limits)


def test_told() -> None:
    # A starts with 3 of floor(5 * 50 / 100) = 2, whether the plan gives more or brings A under, or nothing is new.
    f = of([*caseload(3, high=1), new("n")], cases=5)
    for moves in ({"n": "A"}, {"n": "B", "c00": "B", "c01": "B"}):
        assert found(plan(f, **moves), "over-limit") == [told(3, 2, 1, 2)]
    for status in ("open", "closed"):
        assert found(plan(of(caseload(3), status, cases=5)), "over-limit") == [told(3, 2, 0, 2)], status


def test_not_told() -> None:
    # Over a limit by the plan alone, or where the policy freezes nobody.
    f = of([*caseload(2), new("n")], cases=5)
    assert found(plan(f, n="A"), "over-limit") == []
    assert found(plan(of(caseload(3), cases=5, freeze_over_limit=False)), "over-limit") == []


def test_boundary() -> None:
    # By number: 25 of floor(50 * 50 / 100) = 25, and 26. By share: floor(20 * 10 / 100) = 2 of 10, and 3.
    assert found(plan(of(caseload(25))), "over-limit") == []
    assert found(plan(of(caseload(26))), "over-limit") == [told(26, 25, 0, 5)]
    assert found(plan(of(caseload(10, high=2))), "over-limit") == []
    assert found(plan(of(caseload(10, high=3))), "over-limit") == [told(10, 25, 3, 2)]
    # The start with 9 is small: 2 are granted, and of the share alone, floor(1.8), but one.
    assert found(plan(of(caseload(9, high=2))), "over-limit") == []
    assert found(plan(of(caseload(9, high=2), small_caseload=9)), "over-limit") == [told(9, 25, 2, 1)]
