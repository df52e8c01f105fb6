"""Pages of a store that was kept under version 1 of the rules; what it holds is told in tests/store/test_earlier.py."""

from __future__ import annotations

import html
import re
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


def read(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def test_a_committed_plan_keeps_its_goals_and_says_under_which_rules_it_was_made(site):
    page = read(look(site, "supervisor", "/cycles/1"))
    assert "This plan was made under version 1 of the rules, and today's are version 2" in page
    assert "Cases over limits 2 0 not proved" in page and "cannot be submitted" not in page


def test_an_open_plan_of_earlier_rules_has_one_way_out(site):
    page = read(look(site, "approver", "/cycles/3"))
    assert "it goes by version 1, today's are version 2." in page and "now barred by relieved" in page
    assert "send it back, then plan it again, keeping what people decided" in page
    assert "Commit, and write everybody's messages" not in page
    home = read(look(site, "supervisor", "/"))
    assert "Newer rules have overtaken the plan of cycle 3: send it back, then plan it again" in home
    refused = look(site, "approver", "/cycles/3/commit", "POST", version="5")
    assert refused.status_code == 409 and "version 1 of the rules" in refused.text


def test_elsewhere_the_force_stands_as_the_data_has_it(site):
    assert "Under the plan" not in read(look(site, "supervisor", "/cases/d3"))
    assert look(site, "supervisor", "/cases/c6").status_code == 200
    assert "no due dates are known" in read(look(site, "supervisor", "/officers/U"))


def test_handover_sheets_give_the_reasons_that_officers_were_told(site):
    """By today's rules c6 need not have gone to V; Bob decided it, and v1 was given up to bring V within the limit."""
    sheets = read(look(site, "supervisor", "/cycles/1/sheets"))
    assert "decided by a person: a hard-won relationship should not end now" in sheets
    assert "to bring caseloads within their limits" in sheets


def test_programs_are_told_too(site):
    answer = site.call("supervisor", "GET", "/v1/cycles/3")
    seen = {"If-None-Match": answer.headers["etag"]}
    assert site.call("supervisor", "GET", "/v1/cycles/3", headers=seen).status_code == 200
    cycle = answer.json()
    assert cycle["stale"]["rules"] == {"then": "1", "now": "2"} and cycle["stale"]["differences"] == []
    assert site.call("supervisor", "GET", "/v1/cycles/1").json()["stale"] is None
