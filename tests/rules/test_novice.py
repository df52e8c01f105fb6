from __future__ import annotations

from typing import Any

import pytest

from allocator.domain.force import Force, Premises
from allocator.domain.plan import Finding
from tests.rules.found import amounts, found
from tests.tiny import agree, current, force, new, officer, plan

VERY: dict[str, Any] = {"risk": "very_high"}


def given(*cases: str) -> Finding:
    return Finding("novice", "excess", len(cases), officer="U", facts={"cases": cases})


def staffed(mosovo: str = "none", **training: Any) -> Force:
    """U is supported by A, and holds c1; n2 is high risk, the others very high."""
    return force(
        [officer("A"), officer("U", mosovo=mosovo, buddy="A")],
        [current("c1", "U", **VERY), current("c2", "A", **VERY), new("n1", **VERY), new("n2", risk="high")],
        training=training,
    )


def test_holds() -> None:
    # What U has already U may keep; a case of another risk, and a trained officer, are no matter.
    assert found(plan(staffed(), n1="A", n2="U"), "novice") == []
    assert found(plan(staffed("trained"), c2="U", n1="U", n2="U"), "novice") == []


def test_breaks() -> None:
    # Placed and moved alike; one who awaits the course counts as untrained.
    for mosovo in ("none", "awaiting"):
        assert found(plan(staffed(mosovo), c2="U", n1="U", n2="U"), "novice") == [given("c2", "n1")], mosovo
        assert found(plan(staffed(mosovo), n1="U", n2="U"), "novice") == [given("n1")], mosovo


def test_boundary() -> None:
    # The risks are the policy's: none, others, or more of them.
    every = plan(staffed(risks=[]), c2="U", n1="U", n2="U")
    assert found(every, "novice") == []
    every = plan(staffed(risks=["high"]), c2="U", n1="U", n2="U")
    assert found(every, "novice") == [given("n2")]
    every = plan(staffed(risks=["high", "very_high"]), c2="U", n1="U", n2="U")
    assert found(every, "novice") == [given("c2", "n1", "n2")]
    # It is no question of level, of what counts as high risk or of where the person is.
    f = force(
        [officer("A"), officer("U", mosovo="none", buddy="A", premises=frozenset({"P"}))],
        [new("n1", level=1, risk="high"), new("n2", setting="premises", premises="P", **VERY)],
        [Premises(premises_id="P", division="North")],
        limits={"high_risk": []},
    )
    assert found(plan(f, n1="U", n2="U"), "novice") == [given("n2")]


@pytest.mark.parametrize(
    ("of", "counted"),
    [
        # c2 and n1 with A or with U.
        (staffed(), {0, 1, 2}),
        (staffed("awaiting"), {0, 1, 2}),
        (staffed("trained"), {0}),
        (staffed(risks=[]), {0}),
        # n2 as well; n2 alone.
        (staffed(risks=["high", "very_high"]), {0, 1, 2, 3}),
        (staffed(risks=["high"]), {0, 1}),
        # Without a buddy, but with none required.
        (staffed(buddy_required=False), {0, 1, 2}),
    ],
)
def test_agrees(of: Force, counted: set[int]) -> None:
    # A or U for each of four cases.
    assert agree(of) == (2**4, 3**4 - 2**4)
    assert amounts(of, "novice") == counted


def test_agrees_where_nobody_else_is_left() -> None:
    # A is closed: n and c2, which has to leave A, go to U, one above each; c1 and c3 stay or go to U.
    f = force(
        [officer("A", status="closed"), officer("U", mosovo="none", buddy="A")],
        [
            current("c1", "U", **VERY),
            current("c2", "A", excluded=frozenset({"A"}), **VERY),
            current("c3", "A", **VERY),
            new("n", **VERY),
        ],
    )
    # c1: U; c2: U; c3: A or U; n: U.
    assert agree(f) == (2, 3**4 - 2)
    assert amounts(f, "novice") == {2, 3}
