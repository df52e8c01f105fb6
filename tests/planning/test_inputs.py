"""What planners give, and what the store's cycles tell."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from allocator.domain.force import Premises
from allocator.domain.policy import RISKS
from allocator.errors import InputError
from allocator.planning.demand import draw_demand
from allocator.planning.future import apply_step
from allocator.planning.history import rates_of, with_rates
from allocator.planning.inputs import planning_problems, read_courses, read_planning
from allocator.planning.settings import Planning, assumptions
from tests.planning.test_demand import DAY, force, many


def test_every_assumption_has_a_source_or_is_ours():
    found = {one.key: one for one in assumptions(Planning())}
    assert len(found) >= 25 and all(one.source and one.says for one in found.values())
    assert "NPCC" in found["mix.high"].source and not found["mix.high"].ours
    assert found["supply.leave"].ours
    changed = {one.key: one for one in assumptions(Planning.model_validate({"supply": {"leave": 5.0}}))}
    assert changed["supply.leave"].source == "set"


def test_assumptions_are_read_and_wrong_ones_told_together(tmp_path):
    path = tmp_path / "assume.toml"
    path.write_text("settle = 3\n[demand]\ngrowth = 5.5\n[divisions.North]\narrivals = 40.0\n")
    found = read_planning(path)
    assert (found.settle, found.demand.growth, found.of("North").arrivals, found.of("East").growth) == (
        3,
        5.5,
        40.0,
        5.5,
    )
    path.write_text(
        '[demand]\ngrwoth = 5\nexits = -1\n[supply]\nleave = "many"\n[mix]\nlow = 0\n'
        "medium = 0\nhigh = 0\nvery_high = 0\n"
    )
    with pytest.raises(InputError) as told:
        read_planning(path)
    said = str(told.value)
    assert "4 problems" in said and "growth is meant" in said and "demand.exits" in said and "supply.leave" in said
    assert "at least one weight above 0" in said


def test_courses_are_read_and_wrong_rows_told_together(tmp_path):
    path = tmp_path / "courses.csv"
    path.write_text("date,places\n2026-03-02,2\n\n02/06/2026,1\n")
    assert [(c.on, c.places) for c in read_courses(path)] == [(date(2026, 3, 2), 2), (date(2026, 6, 2), 1)]
    path.write_text("date,places\nsoon,2\n2026-03-02,some\n")
    with pytest.raises(InputError, match="2 problems"):
        read_courses(path)
    path.write_text("when,places\n")
    with pytest.raises(InputError, match="a column date"):
        read_courses(path)
    path.write_text("date,places\n")
    with pytest.raises(InputError, match="at least one course"):
        read_courses(path)


def test_rates_are_counted_from_one_export_to_the_next():
    start = force(many(100))
    forces, now = [start], start
    for k in range(1, 14):
        cases = list(now.cases)[2:]  # two leave in each cycle, three arrive, one goes up a step
        cases[0] = cases[0].model_copy(update={"risk": "high"})
        cases += [c.model_copy(update={"case_id": f"n{k}-{c.case_id}"}) for c in many(3)]
        now = now.replace(cases=tuple(cases), cycle_date=DAY + timedelta(days=28 * k))
        forces.append(now)
    rates = {rate.setting.removeprefix("divisions.North."): rate for rate in rates_of(forces)}
    mix = {f"mix.{risk}" for risk in RISKS}
    # Nobody was inside, or at premises.
    assert set(rates) == {"arrivals", "exits", "risk_up", "risk_down", "custody"} | mix
    years = 13 * 28 / 365.25
    assert rates["arrivals"].value == pytest.approx(39 / years) and rates["arrivals"].count == 39
    exposed = sum(len(f.cases) for f in forces[:-1]) * 28 / 365.25 / 100
    assert rates["exits"].value == pytest.approx(26 / exposed)
    assert rates["risk_up"].count == 13 and rates["risk_down"].count == 0
    assert all(rate.low <= rate.value <= rate.high for rate in rates.values())
    assert rates["custody"].value == 0 and rates["custody"].high < 10
    assumed = with_rates(Planning(), rates_of(forces))
    assert assumed.of("North").arrivals == pytest.approx(39 / years)
    assert assumed.mix.medium == 100 and assumed.mix.low == 0


def test_stays_are_counted_and_lead_back_to_what_they_were_drawn_from():
    true = Planning.model_validate(
        {
            "demand": {"custody": 60.0, "custody_months": 6.0, "exits": 10.0, "arrivals": 120.0, "growth": 0.0},
            "premises": {"weeks": 10.0, "remain": 30.0, "arrivals": 5.0},
        }
    )
    inside = [c.model_copy(update={"case_id": f"i{k}", "setting": "custody"}) for k, c in enumerate(many(60))]
    residents = [
        c.model_copy(update={"case_id": f"r{k}", "setting": "premises", "premises": "AP"})
        for k, c in enumerate(many(40))
    ]
    site = Premises(premises_id="AP", division="North")
    forces = [force([*many(200), *inside, *residents], premises=[site])]
    for k, step in enumerate(draw_demand(forces[0], true, 1, 0, 40), 1):
        now = apply_step(forces[-1], step)
        forces.append(now.replace(cycle_date=DAY + timedelta(days=28 * k)))
    rates = {rate.setting: rate for rate in rates_of(forces)}
    expected = {
        "divisions.North.custody": 60.0,
        "divisions.North.custody_months": 6.0,
        "divisions.North.exits": 10.0,
        "divisions.North.arrivals": 120.0,
        "premises.weeks": 10.0,
        "premises.remain": 30.0,
    }
    for setting, value in expected.items():
        assert rates[setting].low < value < rates[setting].high, (setting, rates[setting])
        assert rates[setting].high < 2 * rates[setting].low
    found = with_rates(Planning(), rates.values())
    assert found.premises.weeks == rates["premises.weeks"].value
    assert found.of("North").custody_months == rates["divisions.North.custody_months"].value
    assert found.demand == Planning().demand and found.premises.mix == Planning().premises.mix


def test_a_division_has_the_rates_of_the_force_but_its_own_and_has_to_be_there():
    found = Planning.model_validate({"demand": {"growth": 8.0}, "divisions": {"North": {"exits": 3.0}}})
    assert (found.of("North").growth, found.of("North").exits, found.of("South").exits) == (8.0, 3.0, 7.0)
    assert Planning.model_validate(found.model_dump()) == found
    (problem,) = planning_problems(force(many(3)), Planning.model_validate({"divisions": {"Nroth": {}}}), 5, "a.toml")
    assert "North" in problem.maybe
    late = force(many(3)).replace(cycle_date=date(9999, 6, 1))
    assert (
        planning_problems(late, Planning(), 5, "a.toml") == []
        and len(planning_problems(late, Planning(), 26, "a.toml")) == 1
    )
