"""Sizing: bounds, answers that can be reckoned by hand, and what no staffing can."""

from __future__ import annotations

from datetime import date

import pytest

from allocator.compute import LocalExecutor
from allocator.domain.force import Case, Exemption, Force, Officer, Premises
from allocator.errors import InputError
from allocator.planning.bound import Target, lower_bound
from allocator.planning.future import Task, alone, run_future
from allocator.planning.outcomes import outcomes_of
from allocator.planning.runs import Futures, Kept, Staffing
from allocator.planning.sensitivity import sensitivity
from allocator.planning.settings import Planning, PremisesMix
from allocator.planning.settings import Premises as Stays
from allocator.planning.sizing import size, with_officers
from allocator.planning.staffing import need_of, staffed, with_linked, with_trained
from allocator.planning.supply import Course
from allocator.planning.training import plan_training
from allocator.solver.allocate import allocate

DAY = date(2026, 1, 5)
STILL = Planning.model_validate(
    {
        "demand": {"growth": 0.0, "exits": 0.0, "arrivals": 0.0, "risk_up": 0.0, "risk_down": 0.0, "custody": 0.0},
        "supply": {"leave": 0.0, "absences": 0.0, "course_every": 0},
    }
)


def officers(count, division="North", **fields):
    row = {"division": division, "mosovo": "trained", **fields}
    return [Officer(officer_id=f"{division}-{k}", **row) for k in range(count)]


def held(count, by, division="North", **fields):
    row = {"division": division, "risk": "low", "since": date(2025, 1, 1), **fields}
    return [Case(case_id=f"{division}-c{k}-{fields}", officer=by[k % len(by)].officer_id, **row) for k in range(count)]


def force(*parts, premises=()):
    found = [row for part in parts for row in part]
    return Force(
        name="test",
        cycle_date=DAY,
        officers=tuple(row for row in found if isinstance(row, Officer)),
        cases=tuple(row for row in found if isinstance(row, Case)),
        premises=tuple(premises),
        policy={"limits": {"cases": 10, "intake": 20}},
    )


WITHIN = Target(0, 0.9)


def sized(of, target=WITHIN, planning=STILL, most=8, **options):
    with LocalExecutor(1) as executor:
        return size(of, planning, target, Futures(executor, Kept(), seed=1, horizon=4), most=most, **options)


def test_without_chance_the_answer_is_the_limits_own():
    north = officers(2)
    found = sized(force(north, held(35, north)))
    (one,) = found.divisions
    # 35 cases at 10 an officer: four; the untrained need a buddy, and one supports two of them.
    assert (one.bound, one.needed.officers, one.needed.trained, one.now.officers) == (4, 4, 2, 2)
    assert one.answer.kept == one.answer.futures == 8
    # That a staffing fails is known after two futures.
    assert {t.futures for t in one.tried if not t.holds} == {2}


def test_fewer_are_enough_where_there_are_too_many():
    north = officers(6)
    (one,) = sized(force(north, held(25, north))).divisions
    assert one.needed.officers == 3


def test_training_is_asked_for_where_cases_need_it():
    north = officers(3)
    (one,) = sized(force(north, held(20, north), held(8, north[:1], level=2, category=1))).divisions
    # 28 cases: three officers; eight at level 2 need one who is trained and holds at most ten.
    assert (one.needed.officers, one.needed.trained) == (3, 1)


def test_no_staffing_changes_the_risk_of_the_cases():
    north = officers(2)
    few = force(north, held(10, north), held(10, north, risk="high"))
    # Who holds fewer than ten may hold two of them whatever the share: five officers.
    assert sized(few).divisions[0].needed.officers == 5
    of = few.changed(policy=few.policy.merged({"limits": {"small_caseload": 0}}))
    (one,) = sized(of).divisions
    assert (one.needed, one.why_not) == (None, "share")
    # 10 of 20 are high risk, and the share allows 4 of 20: six are over, whoever holds them.
    assert (one.attainable.excess, one.attainable.unplaced, one.attainable.futures) == (6, 0, 8)


def test_divisions_are_sized_by_themselves_and_help_where_they_may():
    north, south = officers(1), officers(4, "South")
    of = force(north, south, held(18, north), held(12, south, "South"))
    assert {one.division: one.needed.officers for one in sized(of).divisions} == {"North": 2, "South": 2}
    crossing = of.changed(policy=of.policy.merged({"divisions": {"cross": True}}))
    (whole,) = sized(crossing).divisions
    assert (whole.division, whole.needed.officers) == ("", 3)


def test_an_excess_that_is_allowed_needs_fewer():
    north = officers(2)
    of = force(north, held(33, north))
    assert sized(of, Target(3, 0.9)).divisions[0].needed.officers == 3
    assert sized(of, Target(0, 0.9)).divisions[0].needed.officers == 4


def test_the_bound_is_never_above_the_answer():
    north = officers(3)
    growing = STILL.model_copy(update={"demand": STILL.demand.model_copy(update={"arrivals": 60.0})})
    of = force(north, held(28, north))
    bound, impossible = lower_bound(of, growing, Target(0, 0.9), 1, 4, 20)
    (one,) = sized(of, planning=growing, most=12).divisions
    assert not impossible and bound == one.bound <= one.needed.officers


def test_the_next_officer_is_worth_something_where_there_are_too_few():
    north = officers(2)
    of = force(north, held(10, north), held(14, north, risk="high"))
    (one,) = sized(of, most=4).divisions
    worth = {m.name: m for m in one.marginals}
    assert worth["trained officer, full time"].futures == 4
    assert worth["trained officer, full time"].excess[0] <= 0


def test_staffings():
    north = officers(2)
    of = force(north, held(6, north), premises=[Premises(premises_id="AP", division="North")])
    more = staffed(of, "North", 4)
    assert need_of(more, "North").officers == 4 and need_of(more, "North").linked == 2
    assert [o.officer_id for o in more.officers][2:] == ["new-North-1", "new-North-2"]
    fewer = staffed(of, "North", 1)
    assert need_of(fewer).officers == 1 and sum(o.status == "leaving" for o in fewer.officers) == 1
    assert need_of(with_trained(more, "North", 1)).trained == 1
    assert need_of(with_linked(more, "North", 1)).linked == 1
    untrained = [o for o in with_trained(more, "North", 2).officers if not o.trained]
    assert all(o.buddy is not None for o in untrained)


def test_what_matters_most_comes_first():
    north = officers(2)
    of = force(north, held(19, north))
    with LocalExecutor(1) as executor:
        found = sensitivity(of, Planning(), Target(0, 0.9), Futures(executor, Kept(), seed=1, horizon=4), 3)
    assert [bar.width for bar in found.bars] == sorted((bar.width for bar in found.bars), reverse=True)
    limit = next(bar for bar in found.bars if bar.name == "case limit")
    assert limit.low <= limit.high  # a higher limit is never worse
    assert {bar.name for bar in found.bars} == {
        *("arrivals", "growth", "cases that leave", "high risk among arrivals", "officers who leave", "case limit"),
    }


def test_the_course_place_goes_to_whoever_it_helps():
    trained, north = officers(1), officers(3, mosovo="awaiting")[1:]
    south = officers(1, "South", mosovo="awaiting")
    new = [Case(case_id=f"n{k}", division="South", risk="low", level=2, category=1) for k in range(3)]
    of = force(trained, north, south, held(6, trained), held(3, south, "South"), new)
    with LocalExecutor(1) as executor:
        futures = Futures(executor, Kept(), seed=1, horizon=4)
        found = plan_training(of, STILL, [Course(date(2026, 2, 2), 1)], futures, 2)
    # Nobody in the South may have its three new cases at level 2.
    (sent,) = found.sent
    assert sent.officer == "South-0" and sent.helps[0] < 0
    assert found.courses[0].officers == ("South-0",)


def test_the_answer_does_not_depend_on_how_many_look():
    north = officers(2)
    growing = STILL.model_copy(update={"demand": STILL.demand.model_copy(update={"arrivals": 40.0})})
    of, answers = force(north, held(17, north)), []
    for count in (1, 3):
        with LocalExecutor(count) as executor:
            answers.append(size(of, growing, Target(0, 0.8), Futures(executor, Kept(), seed=1, horizon=4), most=6))
    assert answers[0] == answers[1]


def test_a_part_has_what_its_officers_hold_and_what_waits_for_them():
    north, south = officers(1), officers(1, "South")
    away = held(1, north, setting="premises", premises="AP")
    resident = Case(case_id="r", division="North", risk="low", setting="premises", premises="AP")
    of = force(
        north, south, away, held(2, south, "South"), [resident], premises=[Premises(premises_id="AP", division="South")]
    )
    parts = {name: alone(of, [name]) for name in ("North", "South")}
    assert {c.case_id for c in parts["North"].cases} == {away[0].case_id}
    assert parts["North"].cases[0].setting == "community"
    assert {c.case_id for c in parts["South"].cases} == {c.case_id for c in of.cases} - {away[0].case_id}


def test_exemptions_stand_as_long_as_the_case_is_with_the_officer():
    north = officers(1, mosovo="none")
    (case,) = held(1, north, level=2, category=1)
    given = Exemption(case_id=case.case_id, officer_id="North-0", rule="trained", reason="x")
    of = force(north, officers(2, "South"), [case]).changed(exemptions=(given,))
    found = run_future(Task(of, of, STILL, 1, 0, 4), lambda f: allocate(f, workers=1))
    assert found["divisions"]["North"]["unplaced"] == [0, 0, 0, 0]
    assert alone(of, ["North"]).exemptions == (given,) and alone(of, ["South"]).exemptions == ()


def test_a_resident_of_another_division_does_not_make_a_division_unsizeable():
    north, south = officers(2), officers(2, "South")
    site = Premises(premises_id="AP", division="North")
    north = [o.model_copy(update={"premises": frozenset({"AP"})}) for o in north]
    at = [
        c.model_copy(update={"case_id": f"r{k}", "setting": "premises", "premises": "AP", "division": "South"})
        for k, c in enumerate(held(3, north))
    ]
    of = force(north, south, held(12, north), held(12, south, "South"), at, premises=[site])
    part = alone(of, ["North"])
    assert {c.division for c in part.cases} == {"North"} and len(part.cases) == 15
    assert alone(of, ["South"]).premises == ()
    low = PremisesMix(low=1.0, medium=0.0, high=0.0, very_high=0.0)
    stays = Stays(weeks=1.0, remain=100.0, mix=low)
    short = STILL.model_copy(update={"premises": stays})
    assert all(one.needed is not None for one in sized(of, planning=short).divisions)


def test_divisions_that_have_nobody_are_neither_asked_about_nor_an_end():
    north, central = officers(2), officers(3, "Central")
    site = Premises(premises_id="AP", division="Hill")
    of = force(north, central, held(8, north), premises=[site])
    crossing = of.changed(policy=of.policy.merged({"divisions": {"cross": True}}))
    (whole,) = sized(crossing).divisions
    assert whole.needed.officers == 1
    assert need_of(with_officers(crossing, "", 2)).officers == 2
    leaving = STILL.model_copy(update={"supply": STILL.supply.model_copy(update={"leave": 100.0})})
    with LocalExecutor(1) as executor:  # officers without cases are gone, and their division with them
        futures = Futures(executor, Kept(), seed=1, horizon=20)
        out = outcomes_of(futures.of(Staffing("x", of, of, leaving), range(2)))
    assert out.of("officers", "Central").shape == (2, 20)


def test_courses_have_to_be_within_the_cycles_that_are_looked_at():
    north = officers(2, mosovo="awaiting")
    with LocalExecutor(1) as executor, pytest.raises(InputError, match="2 problems"):
        futures = Futures(executor, Kept(), seed=1, horizon=3)
        plan_training(force(north), STILL, [Course(date(2019, 1, 1), 1), Course(date(2030, 1, 1), 1)], futures, 1)
