"""Caseloads before and after, worked by hand."""

import pytest

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.officers import OfficerChange, officer_changes
from allocator.caseloads import Caseload
from allocator.checking import check
from tests.tiny import current, force, new, officer, plan


def changes(of_plan):
    found = officer_changes(CachedLedger(of_plan), check(of_plan).findings)
    return {change.officer.officer_id: change for change in found}


def test_before_and_after_of_two_officers():
    # P = 6 + 3 + 3 = 12 points, C = 100 + 50 = 150. A: c1, c2 before (9 points), c1 after (6).
    # A before floor(100*9*150/(12*100)) = 112, after floor(100*6*150/1200) = 75.
    # B: nothing before; c2 and c3 after, 6 points: floor(100*6*150/(12*50)) = 150. Limit floor(50*50/100) = 25.
    f = force(
        [officer("A"), officer("B", capacity=50)],
        [current("c1", "A", risk="high", points=6), current("c2", "A", points=3), new("c3", points=3)],
        limits={"small_caseload": 0},
    )
    found = changes(plan(f, c2="B", c3="B"))
    assert found["A"].before == Caseload(2, 50, 1, 0, 9, 112)
    assert found["A"].after == Caseload(1, 50, 1, 0, 6, 75)
    assert (found["A"].received, found["A"].given_up) == (0, 1)
    assert found["B"].before == Caseload(0, 25, 0, 0, 0, 0)
    assert found["B"].after == Caseload(2, 25, 0, 0, 6, 150)
    assert (found["B"].received, found["B"].given_up) == (2, 0)


@pytest.mark.parametrize(
    "fields", [{"status": "absent"}, {"status": "leaving"}, {"capacity": 0}], ids=lambda f: "".join(f)
)
def test_no_fair_share_for_who_does_not_count_in_fairness(fields):
    f = force([officer("A", **fields), officer("B")], [current("c1", "A"), current("c2", "B")])
    found = changes(plan(f))
    assert found["A"].after.fair_percent is None
    assert found["B"].after.fair_percent is not None


def test_no_fair_share_without_points():
    f = force([officer("A")], [current("c1", "A", points=0)])
    assert changes(plan(f))["A"].after.fair_percent is None


def test_who_leaves_gives_up_what_nobody_takes():
    f = force([officer("A", status="leaving")], [current("c1", "A")])
    change = changes(plan(f, c1=None))["A"]
    assert (change.before.cases, change.after.cases, change.given_up) == (1, 0, 1)


def test_a_case_that_nobody_may_take_stays_with_its_officer():
    f = force([officer("A"), officer("B")], [current("c1", "A", excluded=frozenset({"A", "B"}))])
    change = changes(plan(f, c1=None))["A"]
    assert (change.after.cases, change.given_up, change.changed) == (1, 0, False)


@pytest.mark.parametrize(
    ("high", "cases", "share"),
    # 8 of 39 is 20.51...; 1 of 8 is 12.5; 1 of 16 is 6.25, half a tenth up; 9 of 45 is 20 exactly.
    [(8, 39, 20.5), (1, 8, 12.5), (1, 16, 6.3), (9, 45, 20.0), (0, 3, 0.0), (0, 0, None)],
)
def test_share_of_high_risk_to_one_decimal(high, cases, share):
    assert Caseload(cases, 50, high, 0, 0, None).share == share


def test_what_the_check_says_of_an_officer_goes_with_them():
    # A starts with 2 of 1 cases: over a limit, and above it still.
    f = force([officer("A"), officer("B")], [current("c1", "A"), current("c2", "A")], limits={"cases": 1})
    found = changes(plan(f))
    assert isinstance(found["A"], OfficerChange)
    assert [finding.rule for finding in found["A"].findings] == ["case-limit", "over-limit"]
    assert (found["A"].over, found["B"].over) == (True, False)
