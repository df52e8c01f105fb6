from __future__ import annotations

from typing import Any

import pytest

from allocator.domain.force import Force
from allocator.domain.plan import Finding
from tests.rules.found import amounts, found
from tests.tiny import agree, current, force, new, officer, plan


def above(officer_id: str, received: int, limit: int) -> Finding:
    facts = {"received": received, "limit": limit}
    return Finding("intake", "excess", received - limit, officer=officer_id, facts=facts)


def given(officer_id: str, count: int, **policy: Any) -> tuple[Force, dict[str, str]]:
    """A trained and U untrained, both at half capacity; and a plan that gives one of them so many new cases."""
    officers = [officer("A", capacity=50), officer("U", capacity=50, mosovo="awaiting", buddy="A")]
    cases = [new(f"n{k}") for k in range(count)]
    return force(officers, cases, **policy), {case.case_id: officer_id for case in cases}


def test_holds() -> None:
    # Five kept are not received; one moved and one placed are.
    f = force(
        [officer("A"), officer("B")],
        [*(current(f"c{k}", "A") for k in range(5)), current("m", "B"), new("n")],
        limits={"intake": 2},
    )
    assert found(plan(f, m="A", n="A"), "intake") == []


def test_breaks() -> None:
    f = force(
        [officer("A"), officer("B"), officer("C", status="closed")],
        [current("m", "B"), new("n1"), new("n2")],
        limits={"intake": 0},
    )
    # Whoever receives: that C may not is another rule's finding.
    assert found(plan(f, m="A", n1="A", n2="C"), "intake") == [above("A", 2, 0), above("C", 1, 0)]


def test_boundary() -> None:
    # At half capacity floor(5 * 50 / 100) = 2 of intake; for the untrained floor(7 * 50 / 100) = 3 in its place,
    # greater than intake though it is.
    policy = {"limits": {"intake": 5}, "training": {"untrained_intake": 7}}
    for officer_id, limit in [("A", 2), ("U", 3)]:
        f, gifts = given(officer_id, limit, **policy)
        assert found(plan(f, **gifts), "intake") == []
        f, gifts = given(officer_id, limit + 1, **policy)
        assert found(plan(f, **gifts), "intake") == [above(officer_id, limit + 1, limit)]
    # With no buddy required the untrained are still untrained: floor(4 * 50 / 100) = 2.
    f, gifts = given("U", 3, training={"buddy_required": False})
    assert found(plan(f, **gifts), "intake") == [above("U", 3, 2)]


@pytest.mark.parametrize(
    ("intake", "untrained", "counted"),
    [
        # Intake: A 1, U floor(2 * 50 / 100) = 1. Three are new: 2 + 1 are one above, 3 + 0 two. c1 moved to U and all
        # new ones as well: 4 - 1; with c2 moved to A besides, 5 received, 3 above however they are spread.
        (1, 2, {1, 2, 3}),
        # A 3, U 0: as many above as U receives, up to 4, and as A receives above 3, only c2 with all the new ones.
        (3, 1, {0, 1, 2, 3, 4}),
        # None for anybody: all that is received, 3 new and up to 2 moved.
        (0, 0, {3, 4, 5}),
    ],
)
def test_agrees(intake: int, untrained: int, counted: set[int]) -> None:
    f = force(
        [officer("A"), officer("U", capacity=50, mosovo="none", buddy="A")],
        [current("c1", "A"), current("c2", "U"), new("c3"), new("c4"), new("c5")],
        limits={"intake": intake},
        training={"untrained_intake": untrained},
    )
    assert agree(f) == (2**5, 3**5 - 2**5)
    assert amounts(f, "intake") == counted
