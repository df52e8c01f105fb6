from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from allocator.checking import check
from allocator.domain.force import Case, Force, Premises
from allocator.rules import GOALS
from tests.tiny import agree, current, force, new, officer, plan

HOSTEL = Premises(premises_id="P", division="South")
P: dict[str, Any] = {"premises": frozenset({"P"})}


def value(of: Force, **officers: str | None) -> int:
    return check(plan(of, **officers)).goals["disruption"]


def pair(*cases: Case, **relationship: int) -> Force:
    return force([officer("A"), officer("B")], list(cases), relationship=relationship)


def test_value() -> None:
    # At 31 March 2026. c1: since 31 March 2024, 24 months, low: 12 + 24. c2: since 1 February 2026, 3 - 2 = 1 month and
    # 30 days over, high: 12 + 1 + 12 for the risk + 12 to settle. c3 is placed, c4 kept: nothing.
    f = pair(
        current("c1", "A"),
        current("c2", "A", risk="high", since=date(2026, 2, 1)),
        new("c3"),
        current("c4", "A"),
    )
    assert GOALS[2].id == "disruption"
    assert value(f, c3="B") == 0
    assert value(f, c1="B", c3="B") == 36
    assert value(f, c2="B", c3="B") == 37
    assert value(f, c1="B", c2="B", c3="B") == 73
    # Own weights: 1 + min(24, 20), 1 + 1 + 3 + 4.
    f = pair(*f.cases, base=1, months_cap=20, high_risk=3, settle=4)
    assert value(f, c1="B") == 21
    assert value(f, c2="B") == 9


@pytest.mark.parametrize(
    ("since", "today", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 0),  # 2 - 1, less 1: 28 comes before 31
        (date(2026, 1, 28), date(2026, 2, 28), 1),
        (date(2026, 1, 29), date(2026, 2, 28), 0),
        (date(2024, 2, 29), date(2025, 2, 28), 11),  # 12 + 0, less 1
        (date(2024, 2, 29), date(2025, 3, 1), 12),  # 12 + 1, less 1
        (date(2024, 2, 29), date(2028, 2, 29), 48),
        (date(2025, 12, 15), date(2026, 1, 14), 0),  # 12 + 1 - 12, less 1
        (date(2025, 12, 15), date(2026, 1, 15), 1),
        (date(2026, 3, 31), date(2026, 3, 31), 0),
        (date(2025, 8, 31), date(2026, 2, 28), 5),  # 12 + 2 - 8, less 1
    ],
)
def test_months(since: date, today: date, months: int) -> None:
    f = pair(current("c1", "A", since=since), base=0, settle=0, high_risk=0).changed(cycle_date=today)
    assert value(f, c1="B") == months
    assert agree(f) == (2, 1)


def test_boundary() -> None:
    # settle is for fewer months than settle_months: 30 September is 6 months before 31 March, 1 October is 5.
    assert value(pair(current("c1", "A", since=date(2025, 9, 30))), c1="B") == 12 + 6
    assert value(pair(current("c1", "A", since=date(2025, 10, 1))), c1="B") == 12 + 5 + 12
    assert value(pair(current("c1", "A", since=date(2026, 3, 31)), settle_months=0), c1="B") == 12 + 0
    # No more than 60 months count: March 2021 is 60 before, February 61.
    assert value(pair(current("c1", "A", since=date(2021, 4, 30))), c1="B") == 12 + 59
    assert value(pair(current("c1", "A", since=date(2021, 3, 31))), c1="B") == 12 + 60
    assert value(pair(current("c1", "A", since=date(2021, 2, 28))), c1="B") == 12 + 60
    # A short cap does not make an old relationship a young one.
    assert value(pair(current("c1", "A"), months_cap=2), c1="B") == 12 + 2
    # A case that may not stay costs the same when it moves, and nothing when nobody may receive it.
    barred = current("c1", "A", excluded=frozenset({"A"}))
    assert value(pair(barred), c1="B") == 36
    assert value(pair(barred), c1=None) == 0


def hostel(cross: bool, away: int = 24) -> Force:
    """c1 and c2 are of North and at premises in South: South is their home."""
    return force(
        [officer("A", **P), officer("B", **P), officer("S", division="South", **P)],
        [
            new("c1", setting="premises", premises="P"),
            current("c2", "A", setting="premises", premises="P"),
            new("c3"),
            current("c4", "S", division="South"),
        ],
        [HOSTEL],
        divisions={"cross": cross, "away": away},
    )


def test_away() -> None:
    for cross in (False, True):
        f = hostel(cross)
        # Placed in the case's own division is away from its home all the same; in South it is at home.
        assert value(f, c1="A") == 24
        assert value(f, c1="S") == 0
        # Moved: 36, and 24 on top where the receiver is not of the home. Kept away from home, it costs nothing.
        assert value(f, c2="B") == 36 + 24
        assert value(f, c2="S") == 36
        assert value(f) == 0
    f = hostel(cross=True, away=5)
    assert value(f, c3="S") == 5
    assert value(f, c4="A", c3="A") == 36 + 5


def test_agrees() -> None:
    # c1: A, B or S; c2: A, B or S; c3: A or B; c4 stays. Crossing: anybody.
    assert agree(hostel(cross=False)) == (3 * 3 * 2, 4**4 - 18)
    for away in (0, 5, 24):
        assert agree(hostel(cross=True, away=away)) == (3**4, 4**4 - 3**4)
    # Alike in all but the price of their relationships, and some that must end.
    f = pair(
        current("c1", "A", since=date(2026, 3, 31)),
        current("c2", "A", since=date(2025, 9, 30)),
        current("c3", "A", since=date(2019, 5, 1), risk="high"),
        current("c4", "B", excluded=frozenset({"B"}), since=date(2025, 10, 1)),
        current("c5", "B", since=date(2024, 2, 29), risk="very_high"),
    )
    assert agree(f) == (2**4, 3**5 - 2**4)
    assert agree(f.changed(cycle_date=date(2026, 4, 29))) == (2**4, 3**5 - 2**4)
