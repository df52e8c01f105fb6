from __future__ import annotations

from typing import Any

import pytest

from allocator.domain.force import Case, Force, Premises
from allocator.domain.plan import Finding
from tests.rules.found import amounts, found, under
from tests.tiny import agree, current, force, new, officer, plan

SITES = [Premises(premises_id="P", division="North"), Premises(premises_id="Q", division="North")]
P: dict[str, Any] = {"setting": "premises", "premises": "P"}
Q: dict[str, Any] = {"setting": "premises", "premises": "Q"}


def linked(cases: list[Case], capacity: int = 100, per_cycle: int = 4) -> Force:
    both = frozenset({"P", "Q"})
    f = force([officer("A", capacity=capacity, premises=both), officer("B", premises=both)], cases, SITES)
    return under(f, premises={"arrivals_per_cycle": per_cycle})


def above(officer_id: str, received: int, limit: int) -> Finding:
    facts = {"received": received, "limit": limit}
    return Finding("arrivals", "excess", received - limit, officer=officer_id, facts=facts)


def test_holds() -> None:
    # Kept at premises, or received in the community, is no arrival.
    cases = [*(current(f"c{k}", "A", **P) for k in range(5)), *(new(f"n{k}") for k in range(5)), new("a", **P)]
    f = linked(cases, per_cycle=1)
    assert found(plan(f, a="A", **{f"n{k}": "A" for k in range(5)}), "arrivals") == []


def test_breaks() -> None:
    # A move to A counts as a placement does: 2 of 0. B: 1 of 0.
    f = linked([new("n1", **P), new("n2", **P), current("c1", "B", **P)], per_cycle=0)
    assert found(plan(f, n1="A", n2="B", c1="A"), "arrivals") == [above("A", 2, 0), above("B", 1, 0)]


def test_boundary() -> None:
    # Four in all, over both premises together: 2 + 2 are allowed, 3 + 2 are one too many. Capacity does not matter.
    cases = [new("p1", **P), new("p2", **P), new("p3", **P), new("q1", **Q), new("q2", **Q)]
    for capacity in (100, 50):
        f = linked(cases, capacity)
        four = {"p1": "A", "p2": "A", "q1": "A", "q2": "A"}
        assert found(plan(f, **four), "arrivals") == []
        assert found(plan(f, **four, p3="A"), "arrivals") == [above("A", 5, 4)]


@pytest.mark.parametrize(
    ("per_cycle", "counted"),
    [
        # A receives c2 always, and c1 and c3 or not: 1 to 3. B receives c1 and c5 or not: both are one above.
        (1, {0, 1, 2}),
        # All that is received: c1 and c2, and each of c3 and c5 that moves.
        (0, {2, 3, 4}),
        (4, {0}),
    ],
)
def test_agrees(per_cycle: int, counted: set[int]) -> None:
    f = force(
        [officer("A", premises=frozenset({"P", "Q"})), officer("B", premises=frozenset({"P"}))],
        [
            new("c1", **P),
            new("c2", **Q),
            current("c3", "B", **P),
            new("c4"),
            current("c5", "A", **P),
        ],
        SITES,
    )
    f = under(f, premises={"arrivals_per_cycle": per_cycle})
    # c1: A or B; c2: A; c3, c4, c5: A or B.
    assert agree(f) == (2**4, 3**5 - 2**4)
    assert amounts(f, "arrivals") == counted
