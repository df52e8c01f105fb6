"""What a scenario may name, and that no refusal tells what else there is."""

from __future__ import annotations

from datetime import date

import pytest

from allocator.app.job_results import scenarios_of
from allocator.app.naming import require_seen
from allocator.app.view_scope import ViewScope
from allocator.domain.force import Premises
from allocator.errors import InputError
from tests.tiny import current, force, new, officer

NORTH, LINKED, PLANNER = ViewScope(frozenset({"North"})), ViewScope(None, "A"), ViewScope(aggregates=True)


def of():
    return force(
        [officer("A"), officer("A1"), officer("S1", division="South")],
        [current("c10", "A"), current("c11", "S1", division="South"), new("c12", excluded=frozenset({"A"}))],
    )


def refused(scope, *changes):
    with pytest.raises(InputError) as told:
        require_seen(of(), scope, scenarios_of([{"name": "x", "change": list(changes)}]))
    return [(p.column, p.value, p.expected, p.maybe) for p in told.value.problems]


@pytest.mark.parametrize(("scope", "hidden"), [(NORTH, "c11"), (LINKED, "c12"), (PLANNER, "c10")])
def test_a_case_that_is_not_seen_is_unknown(scope, hidden):
    change = {"what": "case-closes", "case": hidden}
    (problem,) = refused(scope, change)
    (unknown,) = refused(scope, {**change, "case": "c19"})
    assert problem[2] == unknown[2] == "a case of the force"
    # What is near is told, of what is seen.
    assert problem[3] == unknown[3] or {problem[3], unknown[3]} <= {"c10 is meant.", "c11 is meant.", "c12 is meant."}
    assert hidden not in (problem[3] or "") and hidden not in (unknown[3] or "")


@pytest.mark.parametrize(("scope", "hidden"), [(NORTH, "S1"), (PLANNER, "A")])
def test_an_officer_who_is_not_seen_is_unknown_wherever_named(scope, hidden):
    for change, key in (
        ({"what": "officer-leaves", "officer": hidden}, "officer"),
        ({"what": "officer-joins", "officer": "NEW-1", "division": "North", "buddy": hidden}, "buddy"),
        ({"what": "premises-opens", "premises": "NEW-P", "division": "North", "officers": [hidden]}, "officers"),
    ):
        ((column, value, expected, maybe),) = refused(scope, change)
        assert (column, value, expected) == (key, hidden, "an officer of the force") and maybe in (None, "A1 is meant.")


def test_what_is_new_is_named_so_that_it_cannot_be_taken():
    joins = {"what": "officer-joins", "officer": "S1", "division": "North"}
    assert refused(NORTH, joins)[0][2] == refused(NORTH, {**joins, "officer": "S9"})[0][2]
    named = [{**joins, "officer": "NEW-1"}, {"what": "officer-hours", "officer": "NEW-1", "capacity": 50}]
    for scope in (NORTH, LINKED, PLANNER):
        require_seen(of(), scope, scenarios_of([{"name": "x", "change": named}]))
    require_seen(of(), ViewScope(), scenarios_of([{"name": "x", "change": [joins]}]))


@pytest.mark.parametrize("scope", [NORTH, LINKED, PLANNER])
def test_when_relationships_began_is_not_told_to_whoever_does_not_see_all(scope):
    """Of whom they are makes no difference: c11 is of the South, c10 of the North."""
    answers = set()
    for late in ("c10", "c11"):
        cases = (c.model_copy(update={"since": date(2026, 3, 30)}) if c.case_id == late else c for c in of().cases)
        for day in ("2026-03-29", "2026-03-30"):
            with pytest.raises(InputError) as told:
                scenarios = scenarios_of([{"name": "x", "cycle_date": day, "change": []}])
                require_seen(of().replace(cases=tuple(cases)), scope, scenarios)
            answers |= {problem.expected for problem in told.value.problems}
    assert answers == {f"a date from {of().cycle_date} on, when the cycle begins"}


@pytest.mark.parametrize("hidden", ["South", "Zouth"])
def test_a_division_that_is_not_seen_is_unknown(hidden):
    joins = {"what": "officer-joins", "officer": "NEW-1", "division": hidden}
    assert refused(NORTH, joins) == [("division", hidden, "a division of the force", "North is meant.")]


@pytest.mark.parametrize("hidden", ["ap-s", "ap-z"])
def test_premises_that_are_not_seen_are_unknown_but_those_of_whom_one_sees(hidden):
    places = [Premises(premises_id=name, division=name[-1].upper()) for name in ("ap-n", "ap-s", "ap-l")]
    here = force([officer("A", division="N", premises=frozenset({"ap-l"})), officer("S1", division="S")], [], places)
    scope, change = ViewScope(frozenset({"N"})), {"what": "premises-expects", "expected_arrivals": 1}
    for name in ("ap-n", "ap-l"):
        require_seen(here, scope, scenarios_of([{"name": "x", "change": [{**change, "premises": name}]}]))
    with pytest.raises(InputError) as told:
        require_seen(here, scope, scenarios_of([{"name": "x", "change": [{**change, "premises": hidden}]}]))
    ((expected, maybe),) = [(p.expected, p.maybe) for p in told.value.problems]
    assert expected == "premises of the force" and maybe != f"{hidden} is meant."
