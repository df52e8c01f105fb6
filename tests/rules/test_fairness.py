from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from allocator.domain.force import Force, Premises
from allocator.rules import GOALS
from tests.describing import value_of
from tests.rules.found import under
from tests.tiny import TODAY, agree, current, force, new, officer, plan

HALVES: dict[str, Any] = {"fairness": {"band_percent": 50}}  # k = 1 to 4: 50, 100, 150 and 200 percent
TWICE: dict[str, Any] = {"fairness": {"band_percent": 100}}  # k = 1 and 2


def value(of: Force, **officers: str | None) -> int:
    return value_of(plan(of, **officers), "fairness")


def test_value() -> None:
    # Points 6 and 2: P = 8, C = 200, t = floor(8 * 100 * k * 50 / (200 * 100)) = 2, 4, 6, 8.
    assert GOALS[3].id == "fairness"
    f = force([officer("A"), officer("B")], [current("c1", "A", points=6), current("c2", "B", points=2)], **HALVES)
    # A: (6 - 2) + (6 - 4); B holds 2: nothing.
    assert value(f) == 6
    # All 8 with A: 6 + 4 + 2 + 0.
    assert value(f, c2="A") == 12
    # 4 each: twice 4 - 2. The sum is least when shares are even.
    even = force([officer("A"), officer("B")], [current("c1", "A", points=4), current("c2", "B", points=4)], **HALVES)
    assert value(even) == 4


@pytest.mark.parametrize(
    ("band", "expected"),
    [
        # One officer with all 100 points: t = k * band. Those of 50 to 200 that are below 100 count.
        (100, 0),  # 100, 200
        (51, 49),  # 51; 102
        (50, 50),  # 50; 100
        (49, 2),  # 98, as 49 is too little; 147, 196
        (26, 48 + 22),  # 52, 78; 104
        (25, 50 + 25),  # 50, 75; 100
        (24, 28 + 4),  # 72, 96, as 48 is too little; 120
        (1, 50 * 51 // 2),  # 50, 51, ... 99: 50 + 49 + ... + 1
    ],
)
def test_bands(band: int, expected: int) -> None:
    f = force([officer("A")], [current("c1", "A", points=100)], fairness={"band_percent": band})
    assert value(f) == expected
    assert agree(f) == (1, 1)


def test_last_band() -> None:
    # A holds all 300 points, three times the share of 100. Bands of 67: 67, 134, and 201 is beyond 200.
    officers = [officer("A"), officer("B"), officer("C")]
    f = force(officers, [current("c1", "A", points=300)], fairness={"band_percent": 67})
    assert value(f) == (300 - 67) + (300 - 134)
    # Bands of 40: 80, 120, 160, and 200 counts.
    f = force(officers, [current("c1", "A", points=300)], fairness={"band_percent": 40})
    assert value(f) == 220 + 180 + 140 + 100


def test_boundary() -> None:
    # The floor: P = 7, C = 150. A, at 100: floor(7 * 100 * k * 50 / 15000) = floor(2.33 k) = 2, 4, 7, 9.
    # B, at 50: floor(1.17 k) = 1, 2, 3, 4. With 4 and 3: A 4 - 2; B (3 - 1) + (3 - 2).
    officers = [officer("A"), officer("B", capacity=50)]
    f = force(officers, [current("c1", "A", points=4), current("c2", "B", points=3)], **HALVES)
    assert value(f) == 2 + 3
    # At the band exactly there is nothing: 2 of A's 2, 1 of B's 1; one point more with B: 2 - 1.
    f = force(officers, [current("c1", "A", points=2), current("c2", "B", points=1), new("c3", points=4)], **HALVES)
    assert value(f) == 0
    f = force(officers, [current("c1", "A", points=2), current("c2", "B", points=2), new("c3", points=3)], **HALVES)
    assert value(f) == 1


@pytest.mark.parametrize(
    ("c", "expected"),
    [
        # With C at 100 there are 300 to share 12 points: 2, 4, 6, 8. A holds 8: 6 + 4 + 2 + 0, C 4: 2.
        ({}, 12 + 2),
        ({"status": "closed"}, 12 + 2),
        # C's 4 are cover, and neither C nor they are shared: 8 and 200 are, as before: 2, 4, 6, 8.
        ({"status": "absent"}, 12),
        # C leaves: the 4 are shared by A and B, 12 * 100 * k * 50 / 20000 = 3, 6, 9, 12. A: 5 + 2.
        ({"status": "leaving"}, 7),
        # Without capacity: as much, and C's 4 are nobody's excess.
        ({"capacity": 0}, 7),
        # Of another division: the 4 have their home here, and are shared by A and B; but C has 4 of nothing to share.
        ({"division": "South"}, 7 + 4 * 4),
    ],
)
def test_who_counts(c: dict[str, Any], expected: int) -> None:
    officers = [officer("A"), officer("B"), officer("C", **c)]
    f = force(officers, [current("c1", "A", points=8), current("c2", "C", points=4)], **HALVES)
    assert value(f) == expected


def test_what_is_shared() -> None:
    # New cases are, whether placed or not: P = 8 with c2 unplaced. A holds 4 of t = 2, 4, 6, 8.
    officers = [officer("A"), officer("B")]
    f = force(officers, [current("c1", "A", points=4), new("c2", points=4)], **HALVES)
    assert value(f) == 2
    # So is a case still with an officer, who holds it meanwhile; one who leaves does not, yet it is shared.
    stuck = current("c2", "B", points=4, needs=frozenset({"da"}))
    f = force(officers, [current("c1", "A", points=4), stuck], **HALVES)
    assert value(f, c2=None) == 2 + 2
    leaving = [officer("A"), officer("B", status="leaving"), officer("C")]
    f = force(leaving, [current("c1", "A", points=4), stuck], **HALVES)
    assert value(f, c2=None) == 2
    # A case that leaves an absent officer counts with whoever receives it, though it is not in what is shared:
    # P = 4, t = 1, 2, 3, 4; A holds 8: 7 + 6 + 5 + 4.
    away = [officer("A"), officer("B"), officer("C", status="absent")]
    f = force(away, [current("c1", "A", points=4), current("c2", "C", points=4)], **HALVES)
    assert value(f, c2="A") == 22


def test_divisions() -> None:
    # Of North and at premises in South: its 4 points count in South. Linked A of North holds them, B none.
    sites = [Premises(premises_id="P", division="South")]
    cases = [
        current("c1", "A", points=4, setting="premises", premises="P"),
        current("c2", "S", division="South", points=4),
        current("c3", "A", points=2),
    ]
    f = force([officer("A"), officer("S", division="South")], cases, sites, **HALVES)
    # North: P = 2, t = 1, 2, 3, 4; A holds 6: 5 + 4 + 3 + 2. South: P = 8, t = 4, 8, 12, 16; S holds 4.
    assert value(f) == 14
    # Crossing, one force: P = 10, C = 200, t = floor(2.5 k) = 2, 5, 7, 10: A 4 + 1, S 2.
    assert value(under(f, divisions={"cross": True})) == 7
    # Nothing to share: every band is 0, and points held from elsewhere count on each of four.
    f = force([officer("A")], [current("c1", "A", division="South", points=3)], **HALVES)
    assert value(f) == 12


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, 2 + 1),
        ({"risk": "medium"}, 2 + 2),
        ({"risk": "high"}, 2 + 4),
        ({"risk": "very_high"}, 2 + 12),
        ({"level": 1}, 2 + 1),
        ({"level": 2}, 2 + 1 + 6),
        ({"level": 3}, 2 + 1 + 12),
        ({"setting": "premises", "premises": "P"}, 2 + 1 + 4),
        ({"category": 3}, 2 + 1),
        # In custody ceil(3 * 50 / 100) = 2, ceil(4 * 50 / 100) = 2, ceil(20 * 50 / 100) = 10.
        ({"setting": "custody"}, 2),
        ({"setting": "custody", "risk": "medium"}, 2),
        ({"setting": "custody", "risk": "high", "level": 3}, 9),
        # Release within 28 days, or past: in full. A day later, or elsewhere: not touched by it.
        ({"setting": "custody", "release_on": TODAY + timedelta(days=28)}, 3),
        ({"setting": "custody", "release_on": TODAY}, 3),
        ({"setting": "custody", "release_on": date(2020, 1, 1)}, 3),
        ({"setting": "custody", "release_on": TODAY + timedelta(days=29)}, 2),
        ({"setting": "community", "release_on": TODAY + timedelta(days=29)}, 3),
        # Its own points are used as they are.
        ({"points": 0, "risk": "very_high", "level": 3}, 0),
        ({"points": 7, "setting": "custody"}, 7),
    ],
)
def test_points(case: dict[str, Any], expected: int) -> None:
    # A's capacity of 1 in 101 is a share of floor(p / 101) = 0, and of twice that floor(2 p / 101) = 0: p stands above
    # both bands.
    sites = [Premises(premises_id="P", division="North")]
    officers = [officer("A", capacity=1, premises=frozenset({"P"})), officer("B")]
    f = force(officers, [new("c1", **case)], sites, **TWICE)
    assert value(f, c1="A") == 2 * expected
    assert agree(f) == ((1, 2) if "premises" in case else (2, 1))


def test_points_of_the_policy() -> None:
    # 1 + 9 + 3 at level 1: 13; in custody ceil(13 * 34 / 100) = ceil(4.42) = 5, and at 0 percent none.
    own: dict[str, Any] = {"base": 1, "risk": {"low": 9}, "level": {"1": 3}}
    officers = [officer("A", capacity=1), officer("B")]
    for setting, percent, expected in [
        ("community", 34, 13),
        ("custody", 34, 5),
        ("custody", 0, 0),
        ("custody", 100, 13),
    ]:
        cases = [new("c1", level=1, setting=setting)]
        f = force(officers, cases, points={**own, "custody_percent": percent}, **TWICE)
        assert value(f, c1="A") == 2 * expected
        assert agree(f) == (2, 1)
    # Tables are merged key by key: level 2 still adds 6, and a medium risk 2.
    f = force(officers, [new("c1", level=2, risk="medium")], points=own, **TWICE)
    assert value(f, c1="A") == 2 * (1 + 2 + 6)
    # Days of a cycle: release in 7 is within 7 and not within 6.
    for days, expected in [(7, 3), (6, 2)]:
        cases = [new("c1", setting="custody", release_on=TODAY + timedelta(days=7))]
        f = force(officers, cases, cycle={"days": days}, **TWICE)
        assert value(f, c1="A") == 2 * expected
        assert agree(f) == (2, 1)


@pytest.mark.parametrize("cross", [False, True])
@pytest.mark.parametrize("band", [5, 30, 50])
def test_agrees(cross: bool, band: int) -> None:
    f = force(
        [
            officer("A"),
            officer("B", capacity=60),
            officer("S", division="South", status="closed"),
            officer("X", status="absent"),
        ],
        [
            current("c1", "A", risk="very_high"),
            current("c2", "X", points=9),
            current("c3", "S", division="South", risk="medium"),
            new("c4", setting="custody", risk="high"),
        ],
        fairness={"band_percent": band},
        divisions={"cross": cross},
    )
    # c1: A or B; c2: A, B or stays with X; c3 stays, or crossing A or B; c4: A or B.
    allowed = 2 * 3 * (3 if cross else 1) * 2
    assert agree(f) == (allowed, 5**4 - allowed)
