"""Due dates: of every case, within the published interval of its risk, with the published share overdue."""

from datetime import timedelta

import pytest

from allocator.domain.force import Case
from allocator.synth import draw
from allocator.synth.due import LONGEST, REVIEWS_OVERDUE, VISIT_EVERY, VISITS_OVERDUE, reschedule_visit

COLUMNS = {"visit_due": VISITS_OVERDUE, "review_due": REVIEWS_OVERDUE}


def days(force, case, column):
    return (getattr(case, column) - force.cycle_date).days


def in_community(force):
    return [c for c in force.cases if c.setting == "community" and c.officer is not None]


def test_the_published_shares():
    assert pytest.approx(14.3, abs=0.05) == 100 * VISITS_OVERDUE
    assert pytest.approx(9.9, abs=0.05) == 100 * REVIEWS_OVERDUE


def test_every_case_has_both_dates(drawn):
    assert all(c.visit_due is not None and c.review_due is not None for c in drawn.cases)


@pytest.mark.parametrize("column", COLUMNS)
def test_so_many_are_overdue_and_none_by_more_than_eight_months(drawn, column):
    late = [c for c in drawn.cases if days(drawn, c, column) < 0]
    assert all(-days(drawn, c, column) <= LONGEST for c in late)
    if drawn.name.startswith("County: all-new"):
        return
    able = in_community(drawn)
    assert {c.case_id for c in late} <= {c.case_id for c in able}
    assert len(late) / len(able) == pytest.approx(COLUMNS[column], abs=0.025)  # overfull repeats cases by chance


@pytest.mark.parametrize("column", COLUMNS)
def test_shares_and_delays_of_the_nation(nation, column):
    able = [(force, c) for force in nation.values() for c in in_community(force)]
    late = [(force, c) for force, c in able if days(force, c, column) < 0]
    assert len(late) / len(able) == pytest.approx(COLUMNS[column], abs=0.001)
    # Of the riskiest few: 17% of the cases, a quarter as soon overdue, make 5%.
    assert sum(force.high_risk(c) for force, c in late) / len(late) == pytest.approx(0.05, abs=0.01)
    delays = sorted(-days(force, c, column) for force, c in late)
    assert delays[-1] > 0.95 * LONGEST
    assert delays[len(delays) // 2] == pytest.approx(LONGEST / 4, rel=0.1)


def test_visits_of_current_cases_fall_within_the_interval_of_their_risk(drawn):
    for c in drawn.cases:
        if c.officer is not None and c.setting != "custody":
            assert days(drawn, c, "visit_due") <= VISIT_EVERY[c.risk]


@pytest.mark.parametrize("risk", VISIT_EVERY)
def test_visits_are_spread_evenly_over_the_interval(nation, risk):
    found = [days(f, c, "visit_due") for f in nation.values() for c in in_community(f) if c.risk == risk]
    ahead = [due for due in found if due >= 0]
    assert sum(ahead) / len(ahead) == pytest.approx(VISIT_EVERY[risk] / 2, rel=0.06)
    assert max(ahead) == VISIT_EVERY[risk]


def test_nobody_is_visited_at_home_in_custody(drawn):
    for c in drawn.cases:
        if c.setting == "custody" and c.release_on is not None:
            assert timedelta(0) <= c.visit_due - c.release_on <= timedelta(28)
        elif c.setting == "custody":
            assert 0 <= days(drawn, c, "visit_due") <= 365


def test_new_cases_are_visited_in_the_cycle_and_assessed_in_another(drawn):
    if drawn.name.startswith("County: all-new"):
        return  # these were current before
    for c in drawn.cases:
        if c.officer is None and c.setting != "custody":
            assert 0 <= days(drawn, c, "visit_due") <= 28
            assert timedelta(0) <= c.review_due - c.visit_due <= timedelta(28)


def test_reviews_are_due_within_a_year(drawn):
    assert all(days(drawn, c, "review_due") <= 365 for c in drawn.cases)


def current(force, setting):
    ahead = (c for c in force.cases if c.officer is not None and c.visit_due > force.cycle_date)
    return next(c for c in ahead if c.setting == setting and c.risk == "low")


def test_a_visit_is_due_sooner_when_the_risk_rises():
    force = draw("county", 4)
    today = force.cycle_date
    case = Case(**{**dict(current(force, "community")), "visit_due": today + timedelta(200)})
    # 200 of 365 days become floor(200 * 91 / 365) = 49 of 91.
    assert reschedule_visit(case, "high", today) == today + timedelta(49)
    late = Case(**{**dict(case), "visit_due": today - timedelta(3)})
    assert reschedule_visit(late, "high", today) == late.visit_due
    for other in (current(force, "custody"), next(c for c in force.cases if c.officer is None)):
        assert reschedule_visit(other, "very_high", today) == other.visit_due


@pytest.mark.parametrize("regime", ["fifth", "budget"])
def test_regimes_that_change_risks_change_visits_with_them(regime):
    before, after = draw("county", 4), draw("county", 4, regime)
    changed = [(c, d) for c, d in zip(before.cases, after.cases, strict=True) if c.risk != d.risk]
    assert changed
    for c, d in changed:
        assert d.visit_due == reschedule_visit(c, d.risk, before.cycle_date)
        assert d.review_due == c.review_due
