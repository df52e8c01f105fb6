"""Pages as somebody sees them: reasons of reductions, cases that exclude one, forms that were refused."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import date
from urllib.parse import urlencode

import pytest

from allocator.analysis.scenario_files import scenario_of
from allocator.app.actors import claimed
from allocator.app.registers import keep_reductions
from allocator.http.web import building
from tests.cycling import proposed, small, with_case
from tests.http.api.conftest import served
from tests.http.web.looking import look
from tests.tiny import current


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A service whose cycle is proposed; c3 excludes officer A, who is the user "barred"."""
    folder = tmp_path_factory.mktemp("pages")
    for server in served(folder / "home"):
        force = with_case(small(), "c3", excluded=frozenset({"A"}))
        (folder / "reductions.csv").write_text("officer,percent,reason,from,to\nB,40,phased return,2026-03-01,\n")
        proposed(server.context.store, force, folder / "force")
        keep_reductions(server.context.store, claimed("Ann"), folder / "reductions.csv")
        yield server


def test_reasons_of_reductions_are_for_supervisors_of_the_division(site):
    assert "phased" in look(site, "north", "/officers/B").text
    for who in ("viewer", "approver"):
        page = look(site, who, "/officers/B").text
        assert "only for supervisors of the division" in page and "phased" not in page


@pytest.mark.parametrize(
    "path", ["/", "/cases", "/officers/B", "/cycles/1", "/cycles/1/sheets", "/history?officer=B", "/cases/c2"]
)
def test_a_case_that_excludes_somebody_is_on_none_of_their_pages(site, path):
    assert not re.search(r"\bc3\b", look(site, "barred", path).text)


def test_nor_anywhere_else(site):
    assert look(site, "barred", "/cases/c3").status_code == 404
    assert look(site, "barred", "/history?case=c3").status_code == 404
    assert look(site, "barred", "/cycles/1/override?case=c3").status_code == 404
    assert look(site, "barred", "/cases?search=c3").text.count("No case is like that") == 1
    with zipfile.ZipFile(io.BytesIO(look(site, "barred", "/cycles/1/plan.xlsx").content)) as book:
        texts = b"".join(book.read(name) for name in book.namelist())
    assert b">c3<" not in texts and b">c1<" in texts
    assert "not eligible" in look(site, "supervisor", "/cases/c3").text
    for asked in ("", "?ask=why", "?ask=why-not&officer=A"):
        assert "excluded" not in look(site, "supervisor", f"/cases/c3{asked}").text
    assert "A is not eligible for case c3." in look(site, "supervisor", "/cases/c3?ask=why-not&officer=A").text
    assert "must not manage" not in look(site, "supervisor", "/cases/c3?ask=why-not&officer=A").text


def test_a_form_comes_back_with_what_was_typed(site):
    page = look(site, "supervisor", "/tonight/c4", "POST", officer="B", reason="", note="at night", version="")
    assert page.status_code == 422 and "There is a problem" in page.text and 'value="at night"' in page.text
    assert re.search(r'value="B" checked', page.text)
    page = look(site, "administrator", "/settings", "POST", note="", version="0", **{"limits.cases": "45"})
    assert page.status_code == 422 and 'name="limits.cases" value="45"' in page.text
    page = look(site, "administrator", "/settings", "POST", note="x", version="0", **{"limits.cases": "fifty"})
    assert page.status_code == 422 and "limits.cases" in page.text
    page = look(site, "administrator", "/users/new", "POST", name="Sue", role="", password="x")
    assert page.status_code == 422 and 'value="Sue"' in page.text


def test_a_setting_that_changes_makes_the_plan_stale(site):
    done = look(site, "administrator", "/settings", "POST", note="tighter", version="0", **{"limits.cases": "45"})
    assert done.status_code == 303 and done.headers["location"] == "/settings?done=saved"
    assert "tighter" in look(site, "viewer", "/settings").text
    page = look(site, "supervisor", "/cycles/1").text
    assert "Newer data has overtaken this plan" in page and "Plan again, keeping what was agreed" in page
    assert "Submit for approval" not in page


def test_addresses_to_go_on_to_are_our_own(site):
    for wanted in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"):
        page = site.client.get("/sign-in", params={"next": wanted}).text
        assert 'name="next" value="/"' in page


def test_numbers_that_are_none_are_told_as_such(site):
    long = "9" * 5000
    form = {"name": "x", "change-0-what": "officer-hours", "change-0-officer": "B", "change-0-capacity": long}
    assert look(site, "supervisor", "/whatif/new", "POST", **form, do="run").status_code == 422
    for fields in ({"version": "²"}, {"drop": "²"}, {"limits.cases": long}):
        assert look(site, "supervisor", "/whatif/new", "POST", **{"name": "x", **fields}).status_code in (200, 422)
    assert look(site, "supervisor", "/whatif/compare", "POST", scenario="²").status_code == 422


def test_a_planner_begins_with_somebody_new_and_names_nobody(site):
    assert "officer-joins" in look(site, "planner", "/whatif/new").text
    form = {"name": "x", "change-0-what": "officer-leaves", "change-0-officer": "B", "do": "run"}
    page = look(site, "planner", "/whatif/new", "POST", **form)
    assert page.status_code == 422
    assert "enter an officer of the force, not “B”" in page.text


def test_an_administrator_sees_tokens_and_takes_them_back(site):
    from allocator.app.sessions import add_token, token_user

    user = site.users["viewer"]
    token, secret = add_token(site.context.store, claimed("root"), user, "lost laptop", days=1)
    page = look(site, "administrator", f"/users/{user.id}").text
    assert "lost laptop" in page and f"/users/{user.id}/tokens/{token.id}/revoke" in page
    done = look(site, "administrator", f"/users/{user.id}/tokens/{token.id}/revoke", "POST")
    assert done.status_code == 303 and token_user(site.context.store, secret) is None


def test_a_new_case_does_not_ask_whether_a_hidden_one_has_its_id(site):
    asked = "/tonight/new?case={}&division=North&risk=low"
    hidden, unknown = look(site, "barred", asked.format("c3")), look(site, "barred", asked.format("c99"))
    assert hidden.status_code == unknown.status_code == 200
    assert len(re.findall(r"\bc3\b", hidden.text)) == len(re.findall(r"\bc99\b", unknown.text)) == 3
    assert look(site, "supervisor", asked.format("c3")).status_code == 409
    form = {"officer": "B", "reason": "knows-case", "division": "North", "risk": "low", "version": "99"}
    refused = look(site, "barred", "/tonight/c3", "POST", **form)
    assert refused.status_code == 409 and "could not be placed" in refused.text and "no case has" not in refused.text


def test_the_log_names_no_case_to_who_sees_none(site):
    look(site, "supervisor", "/cases/c3")
    look(site, "supervisor", "/officers/B")
    assert "c3" in look(site, "approver", "/history?reads=yes").text
    page = look(site, "administrator", "/history?reads=yes").text
    assert not re.search(r"\bc3\b|officer: B", page) and "of: case" in page and "supervisor" in page
    listed = site.call("administrator", "GET", "/v1/audit?limit=200").json()["items"]
    assert not any("case" in (one["details"] or {}) or "officer" in (one["details"] or {}) for one in listed)


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    """A service whose cycle of 31 March 2026 is proposed; c3, with B, and c4, which is new, are overdue."""
    folder = tmp_path_factory.mktemp("late")
    for server in served(folder / "home"):
        force = with_case(
            small(),
            "c3",
            former=frozenset({"A", "gone"}),
            forums=frozenset({"marac"}),
            visit_due=date(2026, 3, 28),
            review_due=date(2026, 4, 2),
        )
        force = with_case(force, "c4", former=frozenset({"A"}), visit_due=date(2026, 3, 30))
        proposed(server.context.store, force, folder / "force")
        yield server


def read(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def test_a_case_page_tells_due_dates_former_officers_and_forums(late):
    page = read(look(late, "supervisor", "/cases/c3"))
    assert "Case c3 high risk overdue" in page
    assert "Visit due 28 March 2026: overdue by 3 days on 31 March 2026" in page
    assert "Review due 2 April 2026 " in page and "Discussed at marac" in page
    assert "Managed the case before A, gone" in page
    assert "A (managed it before) North" in page
    bare = read(look(late, "supervisor", "/cases/c2"))
    assert not re.search("overdue|Visit due|Discussed|Managed the case before", bare)


def test_whoever_sees_a_case_sees_who_managed_it_and_nobody_else_does(late):
    assert "Managed the case before A, gone" in read(look(late, "north", "/cases/c3"))
    assert "Managed the case before A, gone" in read(look(late, "viewer", "/cases/c3"))
    assert look(late, "planner", "/cases/c3").status_code == 403


def test_an_officer_page_tells_how_many_cases_are_overdue(late):
    page = read(look(late, "supervisor", "/officers/B"))
    assert "Overdue visits and reviews 1 case of 1 on 31 March 2026, the longest by 3 days" in page
    assert "c3 high risk overdue" in page
    assert "Overdue visits and reviews no due dates are known" in read(look(late, "supervisor", "/officers/S"))


def test_lists_mark_what_is_overdue(late):
    assert "c3 high risk overdue" in read(look(late, "supervisor", "/cases"))
    assert "c4 low risk overdue" in read(look(late, "supervisor", "/tonight"))
    assert "c4 low risk overdue" in read(look(late, "supervisor", "/cycles/1?show=placed"))


NEW = {"case": "n1", "division": "North", "risk": "low", "former": "B; gone", "forums": "marac"}


def test_tonights_release_may_have_former_officers_and_due_dates(late):
    form = look(late, "supervisor", "/tonight").text
    assert all(f'name="{name}"' in form for name in ("former", "forums", "visit_due", "review_due"))
    asked = look(late, "supervisor", f"/tonight/new?{urlencode({**NEW, 'visit_due': '28/03/2026'})}")
    page = read(asked)
    assert "Managed the case before: B, gone. Its visit is overdue by 3 days." in page
    assert "They managed the case before." in page
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', asked.text))
    given = {**hidden, "officer": "B", "reason": "knows-case", "note": ""}
    assert look(late, "supervisor", "/tonight/n1", "POST", **given).status_code == 303
    placed = read(look(late, "supervisor", "/cases/n1"))
    assert "Visit due 28 March 2026: overdue by 3 days" in placed and "Managed the case before B, gone" in placed
    assert "Discussed at marac" in placed


def test_a_due_date_that_is_none_comes_back_with_what_was_typed(late):
    page = look(late, "supervisor", f"/tonight/new?{urlencode({**NEW, 'visit_due': 'soon'})}")
    assert page.status_code == 422 and "Enter the day by which the next visit is due, such as 31/03/2026." in page.text
    assert 'value="soon"' in page.text and 'value="B; gone"' in page.text


def test_a_what_if_may_change_who_managed_a_case_and_when_it_is_due(late):
    form = {"name": "known", "change-0-what": "case-changes", "change-0-case": "c3"}
    form |= {"change-0-former": "A; S", "change-0-visit_due": "20/04/2026"}
    changes = building.read(form)
    assert changes == [{"what": "case-changes", "case": "c3", "former": ["A", "S"], "visit_due": "2026-04-20"}]
    building.require_whole_changes(changes)
    (change,) = scenario_of({"name": "known", "change": changes}).layers[0].changes
    assert change.says() == "Case c3: managed before by A, S, visit due 2026-04-20."


def test_settings_that_are_lists_are_changed_like_any_other(late):
    before = look(late, "administrator", "/settings").text
    version = re.search(r'name="version" value="(\d+)"', before)[1]
    wrong = look(late, "administrator", "/settings", "POST", version=version, note="x", **{"training.risks": '["top"]'})
    assert wrong.status_code == 422 and "low, medium, high or very_high" in html.unescape(wrong.text)
    lists = {"training.risks": '["high", "very_high"]', "divisions.skills": '["iom"]', "relationship.former": "6"}
    assert look(late, "administrator", "/settings", "POST", version=version, note="x", **lists).status_code == 303
    page = html.unescape(look(late, "administrator", "/settings").text)
    assert all(f'name="{key}" value="{value}"' in page for key, value in lists.items())
    assert "Its visit is overdue by 1 day." in read(look(late, "supervisor", "/cycles/1?show=placed"))


@pytest.fixture(scope="module")
def over(tmp_path_factory):
    """A service with a proposed cycle in which S, alone in the South, starts with 3 cases of at most 2."""
    folder = tmp_path_factory.mktemp("over")
    south = tuple(current(f"c{k}", "S", division="South") for k in (5, 6, 7))
    force = small(cases=(*small().cases[:4], *south))
    force = force.replace(policy=force.policy.merge({"limits": {"cases": 2, "small_caseload": 0}}))
    for server in served(folder / "home"):
        proposed(server.context.store, force, folder / "force")
        yield server


@pytest.mark.parametrize("path", ["/cycles/1", "/officers/S"])
def test_pages_tell_who_starts_over_a_limit(over, path):
    said = "S starts over a limit: 3 cases of at most 2. The plan leaves them over: 3 cases of at most 2."
    assert said in read(look(over, "supervisor", path))


def test_who_starts_over_a_limit_elsewhere_is_not_told(over):
    assert "S starts over" not in read(look(over, "north", "/cycles/1"))
