from __future__ import annotations

from typing import Any

import pytest

from allocator.domain.plan import Finding
from tests.rules.found import found
from tests.tiny import current, force, new, officer, plan

DA: dict[str, Any] = {"needs": frozenset({"da"})}


def told(case_id: str) -> Finding:
    return Finding("category-3", "note", 0, case=case_id)


@pytest.mark.parametrize("risk", ["high", "very_high"])
def test_told(risk: str) -> None:
    # New or current, placed or not, alone or with other needs.
    f = force(
        [officer("A", skills=frozenset({"da"}))],
        [
            new("c1", risk=risk, **DA),
            current("c2", "A", risk=risk, **DA),
            new("c3", risk=risk, needs=frozenset({"da", "iom"})),
        ],
    )
    assert found(plan(f, c1="A"), "category-3") == [told("c1"), told("c2"), told("c3")]


def test_not_told() -> None:
    f = force(
        [officer("A")],
        [
            new("c1", risk="medium", **DA),
            new("c2", risk="high", category=3, **DA),
            new("c3", risk="high", needs=frozenset({"iom"})),
            new("c4", risk="high"),
        ],
    )
    assert found(plan(f), "category-3") == []


def test_boundary() -> None:
    # Category 0 alone is in no category; a MAPPA level changes nothing. What is high risk is for the policy to say.
    cases = [new(f"c{category}", risk="high", level=2, category=category, **DA) for category in range(5)]
    assert found(plan(force([officer("A")], cases)), "category-3") == [told("c0")]
    assert found(plan(force([officer("A")], cases, limits={"high_risk": ["very_high"]})), "category-3") == []
