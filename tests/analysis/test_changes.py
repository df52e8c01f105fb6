"""Every kind of change: what it makes of a force."""

from datetime import date

import pytest

from allocator.analysis.changes import CHANGES
from allocator.analysis.changes.cases import shares
from allocator.analysis.scenario import Layer, Scenario, apply_scenario
from allocator.analysis.scenario_files import scenario_of
from allocator.domain.force import Premises
from allocator.errors import InputError
from tests.tiny import TODAY, current, force, new, officer

AP1, AP2 = Premises(premises_id="AP1", division="North"), Premises(premises_id="AP2", division="South")
BASE = force(
    [
        officer("A", premises=frozenset({"AP1"})),
        officer("B", mosovo="awaiting", buddy="A"),
        officer("C", division="South"),
    ],
    [
        current("c1", "A", risk="high"),
        current("c2", "A", setting="premises", premises="AP1"),
        current("c3", "B", risk="medium"),
        new("n1", division="South", risk="medium"),
    ],
    [AP1, AP2],
)


def changed(what, of=BASE, **fields):
    return apply_scenario(of, Scenario.of("test", CHANGES[what].model_validate(fields)))


# kind: fields, then what is so of the changed force
CASES = {
    "officer-leaves": ({"officer": "A"}, lambda f: f.officer_by_id["A"].status == "leaving"),
    "officer-joins": (
        {
            "officer": "D",
            "division": "South",
            "mosovo": "awaiting",
            "buddy": "C",
            "skills": ["da"],
            "premises": ["AP2"],
        },
        lambda f: (f.officer_by_id["D"].buddy, f.officer_by_id["D"].skills) == ("C", {"da"}),
    ),
    "officer-absent": ({"officer": "A"}, lambda f: f.officer_by_id["A"].status == "absent"),
    "officer-closes": ({"officer": "A"}, lambda f: f.officer_by_id["A"].status == "closed"),
    "officer-opens": ({"officer": "A"}, lambda f: f.officer_by_id["A"].status == "open"),
    "officer-trains": ({"every": "awaiting"}, lambda f: all(o.trained for o in f.officers)),
    "officer-hours": ({"officer": "A", "capacity": 60}, lambda f: f.officer_by_id["A"].capacity == 60),
    "officer-linked": ({"officer": "B", "premises": "AP1"}, lambda f: f.officer_by_id["B"].premises == {"AP1"}),
    "officer-unlinked": ({"officer": "A", "premises": "AP1"}, lambda f: not f.officer_by_id["A"].premises),
    "officer-skilled": ({"officer": "A", "skills": ["da"]}, lambda f: f.officer_by_id["A"].skills == {"da"}),
    "officer-buddy": ({"officer": "B", "buddy": "C"}, lambda f: f.officer_by_id["B"].buddy == "C"),
    "cases-arrive": (
        {"cases": [{"case_id": "n2", "division": "North", "risk": "low", "needs": ["da"]}]},
        lambda f: f.case_by_id["n2"].needs == {"da"},
    ),
    "case-changes": (
        {"case": "c1", "premises": "AP2", "level": 2, "excluded": ["B"]},
        lambda f: (
            (f.case_by_id["c1"].setting, f.case_by_id["c1"].level, f.home(f.case_by_id["c1"]))
            == ("premises", 2, "South")
        ),
    ),
    "case-closes": ({"case": "c1"}, lambda f: "c1" not in f.case_by_id),
    "risk-rises": ({"percent": 100}, lambda f: sum(c.risk == "high" for c in f.cases) == 2),
    "premises-opens": (
        {"premises": "AP3", "division": "North", "expected_arrivals": 3, "officers": ["B"]},
        lambda f: "AP3" in f.officer_by_id["B"].premises and f.premises_by_id["AP3"].expected_arrivals == 3,
    ),
    "premises-closes": (
        {"premises": "AP1"},
        lambda f: f.case_by_id["c2"].setting == "community" and not f.officer_by_id["A"].premises,
    ),
    "premises-expects": (
        {"premises": "AP1", "expected_arrivals": 4},
        lambda f: f.premises_by_id["AP1"].expected_arrivals == 4,
    ),
}


def so(holds, of):
    try:
        return holds(of)
    except KeyError:  # who is not there yet
        return False


@pytest.mark.parametrize("what", CHANGES)
def test_each_kind_of_change(what):
    fields, holds = CASES[what]
    of = (
        apply_scenario(BASE, Scenario.of("", CHANGES["officer-absent"](officer="A")))
        if what == "officer-opens"
        else BASE
    )
    assert not so(holds, of)
    assert so(holds, changed(what, of, **fields))
    change = CHANGES[what].model_validate(fields)
    assert change.says().endswith(".") and CHANGES[what].sentence().endswith(".")


def test_an_officer_can_be_trained_alone():
    assert changed("officer-trains", officer="B").officer_by_id["B"].trained


def test_residents_can_go_to_other_premises():
    assert changed("premises-closes", premises="AP1", to="AP2").case_by_id["c2"].premises == "AP2"


def test_cases_are_drawn_after_those_of_the_force_whatever_the_order_of_its_rows():
    drawn = changed("cases-arrive", count=20)
    arrived = [case for case in drawn.cases if case.case_id.startswith("NEW-")]
    assert len(arrived) == 20 and all(case.officer is None and case.since is None for case in arrived)
    assert {case.risk for case in arrived} <= {"high", "low", "medium"} and len({case.risk for case in arrived}) > 1
    mixed = BASE.replace(cases=BASE.cases[::-1], officers=BASE.officers[::-1])
    assert {c.case_id: c for c in changed("cases-arrive", mixed, count=20).cases} == {c.case_id: c for c in drawn.cases}
    other = apply_scenario(BASE, Scenario((Layer("x", changes=(CHANGES["cases-arrive"](count=20),), seed=1),)))
    assert other.cases != drawn.cases


def test_cases_are_drawn_as_asked():
    drawn = changed("cases-arrive", count=3, division="South", risk="very_high", setting="premises", premises="AP2")
    arrived = [case for case in drawn.cases if case.case_id.startswith("NEW-")]
    assert {(c.division, c.risk, c.setting, c.premises) for c in arrived} == {("South", "very_high", "premises", "AP2")}


def test_cases_are_drawn_after_current_ones_alone():
    of = BASE.replace(cases=(*BASE.cases, *(new(f"v{k}", risk="very_high") for k in range(50))))
    drawn = [case for case in changed("cases-arrive", of, count=30).cases if case.case_id.startswith("NEW-")]
    assert len(drawn) == 30 and not any(case.risk == "very_high" for case in drawn)


def test_ids_of_drawn_cases_are_not_taken():
    of = BASE.replace(cases=(*BASE.cases, new("NEW-0001")))
    ids = [case.case_id for case in changed("cases-arrive", of, count=2).cases]
    assert ids[-2:] == ["NEW-0002", "NEW-0003"] and len(set(ids)) == len(ids)


def test_whose_risk_rises_does_not_depend_on_the_order_of_rows():
    many = BASE.replace(cases=(*BASE.cases, *(current(f"m{k}", "A", risk="medium") for k in range(30))))
    mixed = many.replace(cases=many.cases[::-1], officers=many.officers[::-1])
    raised = [
        {c.case_id for c in changed("risk-rises", of, percent=900).cases if c.risk == "high"} for of in (many, mixed)
    ]
    assert raised[0] == raised[1] and len(raised[0]) == 10  # c1, and nine times as many


def test_risk_cannot_rise_for_want_of_cases():
    # 300% of one high-risk case would be three; two are medium.
    with pytest.raises(InputError, match="the force has 2, and 3 would rise"):
        changed("risk-rises", percent=300)
    assert sum(case.risk == "high" for case in changed("risk-rises", percent=200).cases) == 3


def test_risk_rises_by_the_percent_rounded_up_in_proportion():
    many = force(
        [officer("A"), officer("B", division="South")],
        [current(f"h{k}", "A", risk="high") for k in range(11)]
        + [current(f"m{k}", "A", risk="medium") for k in range(6)]
        + [new(f"s{k}", division="South", risk="medium") for k in range(3)],
    )
    # 20% of 11 is 2.2, so 3 rise: 2 of the six of North, 1 of the three of South.
    raised = [case.case_id for case in changed("risk-rises", many, percent=20).cases if case.risk == "high"]
    assert sorted(name[0] for name in raised if name[0] != "h") == ["m", "m", "s"]


@pytest.mark.parametrize(
    ("sizes", "count", "expected"),
    [
        ({"a": 6, "b": 3}, 3, {"a": 2, "b": 1}),
        ({"a": 1, "b": 1}, 1, {"a": 1, "b": 0}),
        ({"a": 2}, 9, {"a": 2}),
        ({}, 3, {}),
    ],
)
def test_shares_in_whole_numbers(sizes, count, expected):
    assert shares(sizes, count) == expected


def test_a_policy_and_a_date():
    scenario = Scenario((Layer("x", policy={"limits": {"cases": 45}}, cycle_date=date(2026, 4, 28)),))
    later = apply_scenario(BASE, scenario)
    assert (later.policy.limits.cases, later.cycle_date) == (45, date(2026, 4, 28))
    assert scenario.says == ("The cycle begins on 2026-04-28.", "limits.cases is 45.")
    with pytest.raises(InputError, match="when the latest relationship began"):
        apply_scenario(BASE, Scenario((Layer("x", cycle_date=date(2020, 1, 1)),)))
    assert BASE.cycle_date == TODAY


def test_what_the_force_lacks_or_has_is_told_all_at_once():
    layer = Layer(
        "x",
        changes=(
            CHANGES["officer-leaves"](officer="a"),
            CHANGES["officer-joins"](officer="B", division="Nort"),
            CHANGES["case-changes"](case="c1", setting="premises"),
            CHANGES["premises-closes"](premises="AP1", to="AP1"),
            CHANGES["cases-arrive"].model_validate({"cases": [{"case_id": "c1", "division": "North", "risk": "low"}]}),
        ),
        policy={"limits": {"case": 3}},
    )
    with pytest.raises(InputError) as error:
        apply_scenario(BASE, Scenario((layer,)))
    told = str(error.value)
    assert len(error.value.problems) == 7
    for words in ("'a' found", "Maybe A is meant", "Maybe North is meant", "does not have yet", "Maybe cases is meant"):
        assert words in told


def test_who_managed_a_case_and_when_it_is_due_may_change():
    f = force([officer("A"), officer("B")], [current("c1", "A", former=frozenset({"B"}), visit_due=TODAY)])
    document = {
        "what": "case-changes",
        "case": "c1",
        "former": ["gone"],
        "forums": ["marac"],
        "review_due": "2026-05-01",
    }
    scenario = scenario_of({"name": "s", "change": [document]})
    assert scenario.says == ("Case c1: managed before by gone, discussed at marac, review due 2026-05-01.",)
    (case,) = apply_scenario(f, scenario).cases
    assert (case.former, case.forums) == ({"gone"}, {"marac"})
    assert (case.visit_due, case.review_due) == (TODAY, date(2026, 5, 1))


def test_a_case_that_arrives_may_be_known_and_due():
    f = force([officer("A")], [current("c1", "A")])
    case = {"case_id": "c2", "division": "North", "risk": "low", "former": ["A", "gone"], "visit_due": "2026-05-01"}
    scenario = scenario_of({"name": "s", "change": [{"what": "cases-arrive", "cases": [case]}]})
    found = apply_scenario(f, scenario).case_by_id["c2"]
    assert (found.former, found.visit_due) == ({"A", "gone"}, date(2026, 5, 1))


def test_a_case_drawn_after_another_has_nobody_who_managed_it_and_nothing_due():
    managed = current(
        "c1", "A", former=frozenset({"B"}), visit_due=TODAY, review_due=TODAY, forums=frozenset({"marac"})
    )
    f = force([officer("A"), officer("B")], [managed])
    scenario = scenario_of({"name": "s", "change": [{"what": "cases-arrive", "count": 1}]})
    drawn = apply_scenario(f, scenario).case_by_id["NEW-0001"]
    assert (drawn.former, drawn.visit_due, drawn.review_due, drawn.forums) == (frozenset(), None, None, {"marac"})
