"""Demand against closed forms, and the same people for every staffing."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from allocator.domain.force import Case, Force, Officer, Premises
from allocator.planning.chance import per_cycle, poisson, stream
from allocator.planning.demand import draw_demand
from allocator.planning.settings import Planning
from allocator.planning.staffing import with_officers

DAY = date(2026, 1, 5)
QUIET = {"growth": 0.0, "exits": 0.0, "arrivals": 0.0, "custody": 0.0, "risk_up": 0.0, "risk_down": 0.0}


def force(cases=(), premises=()):
    officers = (Officer(officer_id="A", division="North", mosovo="trained"),)
    return Force(name="test", cycle_date=DAY, officers=officers, cases=tuple(cases), premises=tuple(premises))


def many(count, **fields):
    row = {"division": "North", "risk": "medium", "officer": "A", "since": date(2025, 1, 1), **fields}
    return [Case(case_id=f"c{k}", **row) for k in range(count)]


def planning(**demand):
    return Planning.model_validate({"demand": {**QUIET, **demand}})


def test_arrivals_without_exits_are_poisson():
    counts = []
    for future in range(400):
        steps = draw_demand(force(many(5)), planning(arrivals=120.0), 3, future, 14)
        assert not any(step.left or step.changed for step in steps)
        counts.append(sum(len(step.arrived) for step in steps))
    expected = 120 * 13 * 28 / 365.25
    # Mean and variance of a Poisson count are the same; both within four standard errors.
    assert np.mean(counts) == pytest.approx(expected, abs=4 * (expected / 400) ** 0.5)
    assert np.var(counts) == pytest.approx(expected, rel=4 * (2 / 400) ** 0.5)


def test_occupancy_of_premises_is_what_littles_law_says():
    residents = [
        Case(case_id=f"r{k}", division="North", risk="high", setting="premises", premises="AP") for k in range(20)
    ]
    start = force(residents, [Premises(premises_id="AP", division="North")])
    assumed = Planning.model_validate({"demand": QUIET, "premises": {"weeks": 8.0, "remain": 0.0}})
    last = []
    for future in range(300):
        present = {case.case_id for case in residents}
        for step in draw_demand(start, assumed, 5, future, 40):
            present |= {case.case_id for case in step.arrived if case.premises}
            present -= step.left
        last.append(len(present))
    # Arrivals keep the premises as full as they are: 20 on average, Poisson once those of the start are gone.
    assert np.mean(last) == pytest.approx(20, abs=4 * (20 / 300) ** 0.5)
    assert np.var(last) == pytest.approx(20, rel=4 * (2 / 300) ** 0.5)


def test_exits_and_growth_are_as_assumed():
    left = [
        sum(len(step.left) for step in draw_demand(force(many(200)), planning(exits=20.0), 7, future, 14))
        for future in range(100)
    ]
    expected = 200 * (1 - np.exp(-0.2 * 13 * 28 / 365.25))
    assert np.mean(left) == pytest.approx(expected, rel=0.04)
    grown = []
    for future in range(100):
        steps = draw_demand(force(many(200)), planning(growth=10.0, exits=15.0, arrivals=None), 7, future, 27)
        ids = {f"c{k}" for k in range(200)}
        for step in steps:
            ids |= {case.case_id for case in step.arrived}
            ids -= step.left
        grown.append(len(ids))
    assert np.mean(grown) == pytest.approx(200 * 1.1 ** (26 * 28 / 365.25), rel=0.02)


def test_nothing_happens_where_nothing_is_assumed():
    steps = draw_demand(force(many(50)), planning(), 1, 0, 20)
    assert not any(step.left or step.changed or step.arrived for step in steps)


def test_known_releases_come_on_their_day():
    inside = many(1, setting="custody", release_on=DAY + timedelta(days=60))
    steps = draw_demand(force(inside), planning(), 1, 0, 6)
    found = [dict(step.changed) for step in steps]
    assert found == [{}, {}, {"c0": {"setting": "community", "release_on": None}}, {}, {}]


def test_the_same_people_whatever_the_staffing_and_others_in_another_future():
    assumed = Planning()
    start = force(many(80))
    one = draw_demand(start, assumed, 1, 4, 20)
    again = draw_demand(with_officers(start, "North", 3), assumed, 1, 4, 20)
    other = draw_demand(start, assumed, 1, 5, 20)
    assert repr(one) == repr(again)
    assert repr(one) != repr(other)


def test_more_is_expected_more_arrives():
    uniform = stream(1, 2, "x").random(200)
    for low, high in ((0.5, 0.7), (3.0, 3.3), (40.0, 44.0)):
        assert all(poisson(low, u) <= poisson(high, u) for u in uniform)
    assert per_cycle(0, 28) == 0 and per_cycle(50, 28) == pytest.approx(1 - np.exp(-0.5 * 28 / 365.25))
