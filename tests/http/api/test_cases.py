"""Cases over HTTP: due dates, former officers and forums, in what is posted and in what is answered."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cycling import proposed, small, with_case, with_officer
from tests.http.api.conftest import served


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    """A service whose cycle of 31 March 2026 is proposed; c3, with B, is overdue; A managed c3 and c4, which is new."""
    folder = tmp_path_factory.mktemp("late")
    for server in served(folder / "home"):
        force = with_case(small(), "c3", former=frozenset({"S", "A"}), visit_due=date(2026, 3, 28))
        force = with_case(force, "c4", former=frozenset({"A"}), forums=frozenset({"matac", "marac"}))
        proposed(server.context.store, force, folder / "force")
        yield server


@pytest.mark.parametrize("role", ["supervisor", "north", "viewer"])
def test_whoever_sees_a_case_sees_who_managed_it_and_what_is_due(late, role):
    """Officers of other divisions may be named as officers of a case that is seen: S is of the South."""
    found = late.call(role, "GET", "/v1/cases/c3").json()
    assert (found["former"], found["forums"]) == (["A", "S"], [])
    assert (found["visit_due"], found["review_due"], found["overdue"]) == ("2026-03-28", None, {"visit": 3})
    assert late.call(role, "GET", "/v1/cases/c4").json()["forums"] == ["marac", "matac"]
    assert late.call("planner", "GET", "/v1/cases/c3").status_code == 403


def test_an_officer_is_told_with_the_number_of_overdue_cases(late):
    assert late.call("viewer", "GET", "/v1/officers/B").json()["overdue"] == 1
    rows = late.call("viewer", "GET", "/v1/officers").json()["items"]
    assert {row["officer_id"]: row["overdue"] for row in rows} == {"A": 0, "B": 1, "U": 0, "S": 0}


def test_a_recommendation_says_who_managed_the_case_before(late):
    ranked = late.call("supervisor", "GET", "/v1/cases/c4/recommend").json()["candidates"]
    assert {one["officer_id"]: one["former"] for one in ranked} == {"A": True, "B": False, "U": False}
    assert [one["says"].endswith("They managed the case before.") for one in ranked] == [o["former"] for o in ranked]


def test_a_posted_force_may_hold_all_columns_and_settings(late):
    force = {
        "cycle_date": "2026-03-31",
        "officers": [{"officer_id": "A", "division": "North", "mosovo": "trained"}],
        "cases": [{"case_id": "c1", "division": "North", "risk": "low", "former": ["A", "gone"], "forums": ["marac"]}],
        "policy": {"training": {"risks": []}, "relationship": {"former": 0}, "divisions": {"skills": ["da", "iom"]}},
    }
    force["cases"][0] |= {"visit_due": "2026-03-28", "review_due": "2026-04-28"}
    checked = late.call("supervisor", "POST", "/v1/problems?operation=none", json={"force": force})
    assert checked.status_code == 200, checked.text
    force["cases"][0]["visit_due"] = "soon"
    wrong = late.call("supervisor", "POST", "/v1/problems?operation=none", json={"force": force})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["column"] == "visit_due"


BEYOND = {
    "former": [f"A{k}" for k in range(1_001)],
    "forums": ["x" * 201],
    "needs": [str(k) for k in range(1_001)],
    "division": "North" + "x" * 200,
}


@pytest.mark.parametrize("column", BEYOND)
def test_what_is_beyond_its_bounds_is_refused_however_it_comes(late, column):
    officers = [{"officer_id": "A", "division": "North", "mosovo": "trained"}]
    case = {"case_id": "n2", "division": "North", "risk": "low", "level": 0, column: BEYOND[column]}
    force = {"cycle_date": "2026-03-31", "officers": officers, "cases": [{**case, "case_id": "n1"}]}
    answers = [late.call("supervisor", "POST", "/v1/problems?operation=none", json={"force": force})]
    tag = late.call("supervisor", "GET", "/v1/cycles/1").headers["etag"]
    new = {name: value for name, value in case.items() if name != "case_id"}
    body = {"case_id": "n2", "officer_id": "B", "reason": "knows-case", "new": new}
    answers.append(late.call("supervisor", "POST", "/v1/placements", json=body, headers={"If-Match": tag}))
    scenario = {"name": "x", "change": [{"what": "cases-arrive", "cases": [case]}]}
    answers.append(late.call("supervisor", "POST", "/v1/whatif", json={"scenarios": [scenario]}))
    for answer in answers:
        assert answer.status_code == 422, answer.text[:300]
        (wrong,) = answer.json()["errors"]
        assert column in wrong["column"] and len(answer.text) < 1_000
    assert late.call("supervisor", "GET", "/v1/cases/n2").status_code == 404


def test_a_placement_of_a_new_case_may_hold_them_too(late):
    tag = late.call("supervisor", "GET", "/v1/cycles/1").headers["etag"]
    new = {"division": "North", "risk": "low", "level": 0, "former": ["B"], "review_due": "2026-03-30"}
    body = {"case_id": "n1", "officer_id": "B", "reason": "knows-case", "new": new}
    placed = late.call("supervisor", "POST", "/v1/placements", json=body, headers={"If-Match": tag})
    assert placed.status_code == 201, placed.text
    found = late.call("supervisor", "GET", "/v1/cases/n1").json()
    assert (found["former"], found["review_due"], found["overdue"]) == (["B"], "2026-03-30", {"review": 1})


@pytest.fixture(scope="module")
def crossing(tmp_path_factory):
    """A service in whose plan c5 of the South goes to the North, since S leaves."""
    folder = tmp_path_factory.mktemp("crossing")
    for server in served(folder / "home"):
        force = with_officer(small(), "S", status="leaving")
        force = force.replace(policy=force.policy.merge({"divisions": {"cross": True}}))
        proposed(server.context.store, force, folder / "force")
        yield server


@pytest.mark.parametrize("asked", ["", "/recommend", "/why", "/why-not?officer=A"])
def test_whoever_receives_a_case_may_ask_about_it(crossing, asked):
    found = crossing.call("north", "GET", f"/v1/cases/c5{asked}")
    assert found.status_code == 200 and found.json()["case_id"] == "c5"


@pytest.mark.parametrize("page", ["/cases/c5", "/cases/c5?ask=why", "/cases/c5?ask=why-not&officer=A"])
def test_whoever_receives_a_case_has_its_page(crossing, page):
    assert crossing.call("north", "GET", page).status_code == 200
