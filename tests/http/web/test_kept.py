"""Pages of a store that was kept under version 1 of the rules; what it holds is told in tests/store/test_earlier.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.db.backups import restore
from allocator.db.store import Store
from tests.http.api.conftest import served
from tests.http.web.looking import look

KEPT = Path(__file__).parents[2] / "data" / "earlier" / "rules-1.tar.gz"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    home = tmp_path_factory.mktemp("earlier") / "home"
    with Store(home) as store:
        restore(store, KEPT)
    yield from served(home)


def test_a_committed_plan_keeps_its_goals_and_says_under_which_rules_it_was_made(site):
    page = look(site, "supervisor", "/cycles/1")
    page.says("This plan was made under version 1 of the rules, and today's are version 2")
    page.says("Cases over limits 2 0 not proved").lacks("cannot be submitted")


def test_an_open_plan_of_earlier_rules_has_one_way_out(site):
    page = look(site, "approver", "/cycles/3")
    page.says("it goes by version 1, today's are version 2.", "now barred by relieved")
    page.says("send it back, then plan it again, keeping what people decided")
    page.lacks("Commit, and write everybody's messages")
    home = look(site, "supervisor", "/")
    home.says("Newer rules have overtaken the plan of cycle 3: send it back, then plan it again")
    refused = look(site, "approver", "/cycles/3/commit", "POST", version="5")
    assert refused.status_code == 409
    refused.says("version 1 of the rules")


def test_elsewhere_the_force_stands_as_the_data_has_it(site):
    look(site, "supervisor", "/cases/d3").lacks("Under the plan")
    assert look(site, "supervisor", "/cases/c6").status_code == 200
    look(site, "supervisor", "/officers/U").says("no due dates are known")


def test_handover_sheets_give_the_reasons_that_officers_were_told(site):
    """By today's rules c6 need not have gone to V; Bob decided it, and v1 was given up to bring V within the limit."""
    sheets = look(site, "supervisor", "/cycles/1/sheets")
    sheets.says("decided by a person: a hard-won relationship should not end now")
    sheets.says("to bring caseloads within their limits")


def test_programs_are_told_too(site):
    answer = site.call("supervisor", "GET", "/v1/cycles/3")
    seen = {"If-None-Match": answer.headers["etag"]}
    assert site.call("supervisor", "GET", "/v1/cycles/3", headers=seen).status_code == 200
    cycle = answer.json()
    assert cycle["stale"]["rules"] == {"then": "1", "now": "2"} and cycle["stale"]["differences"] == []
    assert site.call("supervisor", "GET", "/v1/cycles/1").json()["stale"] is None
