from __future__ import annotations

from typing import Any

import pytest

from allocator.domain.force import Force, Officer, Premises
from allocator.domain.plan import Finding
from tests.rules.found import amounts, found, under
from tests.tiny import agree, current, force, new, officer, plan

P: dict[str, Any] = {"premises": frozenset({"P"})}
BOTH: dict[str, Any] = {"premises": frozenset({"P", "Q"})}
ABROAD = [officer("A", **P), officer("S", division="South", **P), officer("B")]


def site(premises_id: str, expected_arrivals: int) -> Premises:
    return Premises(premises_id=premises_id, division="North", expected_arrivals=expected_arrivals)


def short(room: int, needed: int, premises: str = "P") -> Finding:
    return Finding("reserve", "excess", needed - room, premises=premises, facts={"room": room, "needed": needed})


def serving(expected: int, *others: Officer) -> Force:
    """A serves P, has 1 case of 4, so room for 3; three new cases are to be placed."""
    cases = [current("c1", "A"), new("n1"), new("n2"), new("n3")]
    return force([officer("A", **P), officer("B"), *others], cases, [site("P", expected)], limits={"cases": 4})


def test_holds() -> None:
    assert found(plan(serving(2), n1="A", n2="B", n3="B"), "reserve") == []
    assert found(plan(serving(0), n1="A", n2="A", n3="A"), "reserve") == []


def test_breaks() -> None:
    # With 4 of 4 there is room for none; 2 are expected. B has room, but is not linked.
    f, everything = serving(2), {"n1": "A", "n2": "A", "n3": "A"}
    assert found(plan(f, **everything), "reserve") == [short(0, 2)]
    assert found(plan(under(f, premises={"reserve_arrivals": False}), **everything), "reserve") == []


def test_boundary() -> None:
    # Two expected: with 2 of 4 there is room for 2, with 3 for one.
    assert found(plan(serving(2), n1="A"), "reserve") == []
    assert found(plan(serving(2), n1="A", n2="A"), "reserve") == [short(1, 2)]
    # Nine expected, but the cycle started with room for 3: 3 is all that must stay.
    assert found(plan(serving(9)), "reserve") == []
    assert found(plan(serving(9), n1="A"), "reserve") == [short(2, 3)]


@pytest.mark.parametrize(
    ("other", "counts"),
    [
        (officer("C", **P), True),
        (officer("C", status="closed", **P), False),
        (officer("C", status="absent", **P), False),
        (officer("C", status="leaving", **P), False),
        (officer("C", capacity=0, **P), False),
        (officer("C", mosovo="none", **P), False),
        (officer("C", mosovo="none", buddy="A", **P), True),
        (officer("C"), False),
    ],
)
def test_who_has_room(other: Officer, counts: bool) -> None:
    # A gives all its room away. C's 4 are room at the start and now, or at neither time.
    room, at_start = (4, 7) if counts else (0, 3)
    findings = found(plan(serving(9, other), n1="A", n2="A", n3="A"), "reserve")
    assert findings == [short(room, at_start)]


def test_nobody_has_less_than_no_room() -> None:
    # A starts with 3 of 2 and C with 0 of 2: room for 0 + 2 = 2. Moving two away from A makes room there: 1 + 2 - 1.
    cases = [*(current(f"c{k}", "A") for k in range(3)), new("n1"), new("n2")]
    f = force(
        [officer("A", **P), officer("B"), officer("C", **P)],
        cases,
        [site("P", 3)],
        limits={"cases": 2},
    )
    assert found(plan(f, n1="A", n2="A"), "reserve") == []
    assert found(plan(f, n1="A", n2="C"), "reserve") == [short(1, 2)]
    assert found(plan(f, c0="B", c1="B", n1="B", n2="C"), "reserve") == []


def test_premises_apart() -> None:
    # A's room for 2 serves P and Q both, as long as it lasts: one case more leaves 1 of 2 at P and 1 of 1 at Q.
    f = force([officer("A", **BOTH)], [new("n1"), new("n2")], [site("P", 2), site("Q", 1)], limits={"cases": 2})
    assert found(plan(f, n1="A"), "reserve") == [short(1, 2)]
    assert found(plan(f, n1="A", n2="A"), "reserve") == [short(0, 2), short(0, 1, "Q")]


def test_agrees() -> None:
    # A serves P and Q, B serves P; limits 2, one case each: P needs min(2, 1 + 1) = 2, Q min(1, 1) = 1.
    # With A's cases a and B's b: shortfall max(0, 2 - max(0, 2 - a) - max(0, 2 - b)) and max(0, 1 - max(0, 2 - a)).
    # All with C: 0. a = 1, b = 2: 1 + 0. a = 2, b = 1: 1 + 1. a = 2, b = 2: 2 + 1.
    f = force(
        [officer("A", **BOTH), officer("B", **P), officer("C")],
        [current("c1", "A"), current("c2", "B"), new("c3"), new("c4")],
        [site("P", 2), site("Q", 1)],
        limits={"cases": 2},
    )
    assert agree(f) == (3**4, 4**4 - 3**4)
    assert amounts(f, "reserve") == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("officers", "expected", "policy", "counted"),
    [
        # A alone serves, limit 2, none held: needs min(1, 2). With 2 cases or more, one short, however many above.
        ([officer("A", **P), officer("B")], 1, {}, {0, 1}),
        # Room for 2 at the start, though 9 are expected: 0 to 2 short.
        ([officer("A", **P), officer("B")], 9, {}, {0, 1, 2}),
        ([officer("A", **P), officer("B")], 9, {"premises": {"reserve_arrivals": False}}, {0}),
        # At half capacity, room for 1.
        ([officer("A", capacity=50, **P), officer("B")], 9, {}, {0, 1}),
        # Nobody linked may receive: no room at the start, none needed.
        ([officer("A", mosovo="none", **P), officer("B")], 9, {}, {0}),
        ([officer("A", status="closed", **P), officer("B", status="closed", **P), officer("C")], 9, {}, {0}),
        # Room with one who may not receive serves no arrival: 2 are needed of A's 2, whatever U, C or D have.
        ([officer("A", **P), officer("U", mosovo="none", **P), officer("B")], 2, {}, {0, 1, 2}),
        ([officer("A", **P), officer("C", status="closed", **P), officer("B")], 2, {}, {0, 1, 2}),
        ([officer("A", **P), officer("D", status="absent", **P), officer("B")], 2, {}, {0, 1, 2}),
        # With no buddy required A has room; U, who needs none, has as much: together 4 of 9 expected, short by the
        # cases they receive, up to the three new and B's c4.
        (
            [officer("A", **P), officer("U", mosovo="none", **P), officer("B")],
            9,
            {"training": {"buddy_required": False}},
            {0, 1, 2, 3, 4},
        ),
        # Whoever is linked in another division serves too, so there is room for 4 at the start. Cases of North take up
        # A's 2, which leaves 2 of 3 and 2 of 4; crossing, they take up all.
        (ABROAD, 3, {}, {0, 1}),
        (ABROAD, 4, {}, {0, 1, 2}),
        (ABROAD, 4, {"divisions": {"cross": True}}, {0, 1, 2, 3, 4}),
    ],
)
def test_agrees_about_who_has_room(
    officers: list[Officer], expected: int, policy: dict[str, Any], counted: set[int]
) -> None:
    cases = [new("c1"), new("c2"), new("c3"), current("c4", "B")]
    f = under(force(officers, cases, [site("P", expected)]), limits={"cases": 2}, **policy)
    allowed, refused = agree(f)
    assert allowed > 0 and refused > 0
    assert amounts(f, "reserve") == counted


def test_agrees_about_one_over_their_limit() -> None:
    # A starts with 3 of 1, one of which nobody may hold: it stays and counts. B has room for 1: needs min(3, 0 + 1).
    # The room stays with B untouched; or B takes one, and A has no room however many leave: c3 keeps A at 1.
    f = force(
        [officer("A", **BOTH), officer("B", **BOTH), officer("C")],
        [
            current("c1", "A"),
            current("c2", "A"),
            current("c3", "A", needs=frozenset({"da"})),
            new("c4"),
        ],
        [site("P", 3), site("Q", 1)],
        limits={"cases": 1},
    )
    # c1, c2 and c4: anybody; c3 has nobody. P and Q are short alike.
    assert agree(f) == (3**3, 4**4 - 3**3)
    assert amounts(f, "reserve") == {0, 2}
