"""Planning staffing as planners ask for it, by form and through the interface, worked out by the service's own crew."""

from __future__ import annotations

import re

import pytest

from tests.cycling import proposed, small
from tests.http.api.conftest import served
from tests.http.api.test_journey import until_ended
from tests.http.web.looking import look

FEW = {"horizon": "2", "futures": "2", "confidence": "80", "excess": "0"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("staffing")
    for server in served(folder / "home"):
        proposed(server.context.store, small(), folder / "force")
        yield server


@pytest.mark.parametrize(
    ("asked", "says", "titles"),
    [
        ({"question": "forecast"}, "2 futures of 2 cycles", ["Assumptions"]),
        (
            {"question": "size", "sensitivity": "yes"},
            "Target: in 80% of futures",
            ["Officers", "Value of the next", "Sensitivity", "Assumptions"],
        ),
        (
            {"question": "train", "courses": "date,places\r\n2026-04-20,1\r\n"},
            "Send U (North)",
            ["Who to send when", "Assumptions"],
        ),
    ],
    ids=lambda value: value["question"] if isinstance(value, dict) else "",
)
def test_a_question_is_answered_on_a_page(site, asked, says, titles):
    who = "supervisor" if asked["question"] == "train" else "planner"
    sent = look(site, who, "/staffing", "POST", **FEW, **asked)
    assert sent.status_code == 303, sent
    job = sent.headers["location"].rsplit("/", 1)[1]
    until_ended(site, who, {"id": job})
    look(site, who, f"/staffing/{job}").says(says, *titles)


def test_what_is_wrong_with_a_form_is_told_and_what_was_typed_stays(site):
    page = look(site, "supervisor", "/staffing", "POST", **FEW, question="train", courses="date,places\nsoon,2\n")
    page.says("a date such as 2025-03-31", "soon,2")
    page = look(site, "supervisor", "/staffing", "POST", **{**FEW, "horizon": "1"}, question="train")
    page.says("at least one course")
    page = look(site, "planner", "/staffing", "POST", **FEW, question="size", **{"demand.exits": "many"})
    page.says("a number").has("input", name="demand.exits", value="many")


def test_training_through_the_interface(site):
    body = {"question": "train", "horizon": 2, "futures": 1, "courses": [{"date": "2026-04-20", "places": 1}]}
    assert site.call("planner", "POST", "/v1/planning", json=body).status_code == 403  # it names officers
    posted = site.call("supervisor", "POST", "/v1/planning", json=body)
    assert posted.status_code == 202, posted.text
    until_ended(site, "supervisor", posted.json())
    result = site.call("supervisor", "GET", f"/v1/problems/{posted.json()['id']}/result").json()
    assert [one["officer_id"] for one in result["sent"]] == ["U"]
    without = site.call("supervisor", "POST", "/v1/planning", json={**body, "courses": []})
    assert without.status_code == 422 and "dates of courses" in without.text
    many = [{"date": "2026-04-20", "places": 50}] * 2
    assert site.call("supervisor", "POST", "/v1/planning", json={**body, "courses": many}).status_code == 422


def test_a_division_with_a_dot_in_its_name_has_its_own_fields(site):
    from allocator.http.web.routes.staffing import _numbers
    from allocator.planning.settings import Planning

    planning = Planning.model_validate({"divisions": {"St. Ives": {"exits": 5.0}}})
    found = _numbers(planning, {**FEW, "divisions.St. Ives.exits": "6", "supply.leave": "9"})
    assert found["assumptions"] == {"divisions": {"St. Ives": {"exits": 6.0}}, "supply": {"leave": 9.0}}
    assert re.fullmatch(r"\d+", str(found["horizon"]))
