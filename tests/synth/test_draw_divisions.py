"""The plain parametric force is as big, as full and as risky as it was asked to be."""

from collections import Counter

import pytest

from allocator.synth import draw_divisions


def in_use(force):
    """Cases over limits, without officers who have no limit and the cases of absent ones."""
    limits = sum(50 * o.capacity // 100 for o in force.officers if o.status in ("open", "closed"))
    absent = {o.officer_id for o in force.officers if o.status == "absent"}
    return sum(c.officer not in absent for c in force.cases) / limits


@pytest.fixture(scope="module", params=[0, 1, 9])
def force(request):
    return draw_divisions(request.param)


def test_80_officers_and_3500_cases_in_four_divisions(force):
    assert Counter(o.division for o in force.officers) == {f"Division {i}": 20 for i in (1, 2, 3, 4)}
    assert len(force.cases) == 3500
    assert sum(c.officer is None for c in force.cases) == 105  # 3%


def test_15_percent_high_risk(force):
    current = [c for c in force.cases if c.officer is not None]
    assert sum(map(force.high_risk, current)) / len(current) == pytest.approx(0.15, abs=0.001)
    new = [c for c in force.cases if c.officer is None]
    assert sum(map(force.high_risk, new)) / len(new) == pytest.approx(0.15, abs=0.01)


def test_nine_tenths_of_the_limits_in_use(force):
    assert in_use(force) == pytest.approx(0.9, abs=0.003)


def test_absences_leavers_and_part_time(force):
    status = Counter(o.status for o in force.officers)
    assert (status["closed"], status["absent"], status["leaving"]) == (1, 1, 1)
    assert sum(o.capacity < 100 for o in force.officers) >= 4


def test_each_division_has_an_officer_above_their_share_and_two_untrained_with_buddies(force):
    cases = Counter(c.officer for c in force.cases if c.officer)
    high = Counter(c.officer for c in force.cases if c.officer and force.high_risk(c))
    over = Counter(o.division for o in force.officers if high[o.officer_id] > 20 * cases[o.officer_id] // 100)
    # One in every division, and the two linked officers of each of the two premises.
    assert over == {"Division 1": 3, "Division 2": 3, "Division 3": 1, "Division 4": 1}
    learning = [o for o in force.officers if not o.trained]
    assert Counter((o.division, o.mosovo) for o in learning) == {
        (f"Division {i}", mosovo): 1 for i in (1, 2, 3, 4) for mosovo in ("awaiting", "none")
    }
    for o in learning:
        buddy = force.officer_by_id[o.buddy]
        assert buddy.trained and buddy.status == "open" and buddy.division == o.division


def test_only_the_leaver_has_cases_that_must_move(force):
    for c in force.cases:
        if c.officer is None:
            continue
        o = force.officer_by_id[c.officer]
        assert o.division in (c.division, force.home(c))
        assert c.needs <= o.skills
        assert o.trained or c.level < 2
        assert o.officer_id not in c.excluded


@pytest.mark.parametrize(
    ("numbers", "officers", "cases"),
    [
        ({"divisions": 2, "officers": 9, "cases": 380, "fill": None}, 18, 760),
        ({"divisions": 1, "officers": 10, "cases": 400, "fill": None, "premises": 0, "absent": 0}, 10, 400),
        ({"divisions": 2, "officers": 30, "cases": 1300, "fill": 0.95}, 60, 2600),
    ],
)
def test_other_sizes(numbers, officers, cases):
    force = draw_divisions(4, **numbers)
    assert (len(force.officers), len(force.cases)) == (officers, cases)
    if numbers["fill"] is not None:
        assert in_use(force) == pytest.approx(numbers["fill"], abs=0.005)


def test_more_risk_needs_more_officers_above_their_share():
    # 20% of 42 cases is 8.4, and S(42) is 8: without anybody above, a fifth does not fit.
    with pytest.raises(ValueError, match="high-risk cases for officers whose shares hold"):
        draw_divisions(high_share=0.2, over_share=0, premises=0)
    force = draw_divisions(high_share=0.2, over_share=6, over_by=3)
    current = [c for c in force.cases if c.officer is not None]
    assert sum(map(force.high_risk, current)) / len(current) == pytest.approx(0.2, abs=0.001)


def test_a_fill_that_part_time_cannot_reach():
    # 3500 - 3395/80 = 3457.6 cases counted, 78 * 50 = 3900: 0.887 with everybody at full time.
    with pytest.raises(ValueError, match=r"fill 0.8: with everybody at full time it is 0.887"):
        draw_divisions(fill=0.8)
