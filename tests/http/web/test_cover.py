"""Cover on pages and over HTTP: whoever is away, their cases, who covers them, and why."""

from __future__ import annotations

import csv
import io

import pytest

from allocator.domain.force import Force
from tests.cycling import proposed
from tests.http.api.conftest import served
from tests.http.web.looking import look
from tests.tiny import current, force, new, officer


def away() -> Force:
    """A is away: B of the North covers, C knows a3; nobody has what a4 needs; S of the South is away too."""
    return force(
        [
            officer("A", status="absent"),
            officer("B"),
            officer("C"),
            officer("D", mosovo="none"),
            officer("S", division="South", status="absent"),
            officer("T", division="South"),
        ],
        [
            current("a1", "A", risk="high"),
            current("a2", "A", covered_by="B", excluded=frozenset({"C"})),
            current("a3", "A", level=3, former=frozenset({"C"})),
            current("a4", "A", needs=frozenset({"rare"})),
            current("b1", "B"),
            current("s1", "S", division="South"),
            new("n1"),
        ],
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("away")
    for server in served(folder / "home"):
        proposed(server.context.store, away(), folder / "force")
        yield server


def test_the_page_says_who_covers_what_and_why(site):
    page = look(site, "supervisor", "/cover")
    page.says(
        "2 officers are away, with 5 cases to cover.", "Cases of A, who is away (4)", "Cases of S, who is away (1)"
    )
    page.says(
        "B the only one who may, covers it now", "C one of 2 who may, managed it before", "Nobody may cover case a4"
    )
    look(site, "supervisor", "/").says("Agree who covers for officers who are away: 5 cases")


def test_each_sees_cases_of_their_divisions_alone(site):
    page = look(site, "north", "/cover")
    page.says("1 officer is away, with 4 cases to cover.").lacks("s1")
    assert look(site, "north", "/cover/s1").status_code == 404
    assert {one["case_id"] for one in site.call("north", "GET", "/v1/cover").json()["covered"]} == {
        "a1",
        "a2",
        "a3",
        "a4",
    }
    for address in ("/cover", "/cover.csv", "/cover.xlsx", "/cover/a1"):
        assert look(site, "planner", address).status_code == 403


def test_who_is_excluded_is_told_to_nobody(site):
    page = look(site, "supervisor", "/cover/a2")
    page.says("not eligible").lacks("excluded")
    assert site.call("supervisor", "GET", "/v1/cover/a2").json()["barred"]["C"] == "not eligible"


def test_why_tells_the_price_of_another(site):
    look(site, "supervisor", "/cover/a3").says("C: one of 2 who may, managed it before.", "B", "cost of changes +12")
    answer = site.call("supervisor", "GET", "/v1/cover/a3").json()
    assert [(one["officer_id"], one["goals"][2]["change"]) for one in answer["others"]] == [("B", 12)]


def test_a_case_whose_officer_is_there_needs_no_cover(site):
    assert look(site, "supervisor", "/cover/b1").status_code == 404
    assert site.call("supervisor", "GET", "/v1/cover/n1").status_code == 404


def test_files_say_what_the_page_says(site):
    answer = look(site, "supervisor", "/cover.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    told = site.call("supervisor", "GET", "/v1/cover").json()["covered"]
    assert [(r["case_id"], r["officer_id"] or None) for r in rows] == [(o["case_id"], o["officer_id"]) for o in told]
    assert look(site, "supervisor", "/cover.xlsx").content[:2] == b"PK"


def test_looks_and_exports_are_logged(site):
    look(site, "supervisor", "/cover.csv")
    listed = site.call("administrator", "GET", "/v1/audit?limit=50").json()["items"]
    assert any(one["act"] == "export" and (one["details"] or {}).get("of") == "cover" for one in listed)
