"""Pages as somebody sees them: reasons of reductions, cases that exclude one, forms that were refused."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from urllib.parse import urlencode

import pytest

from allocator.analysis.changes import CHANGES
from allocator.analysis.scenario_files import scenario_of
from allocator.app.accounts import add_user
from allocator.app.actors import claimed
from allocator.app.registers import keep_reductions
from allocator.app.views import load_view
from allocator.domain.force import Case, Officer, Premises
from allocator.domain.lookup import find_case
from allocator.domain.policy import Policy
from allocator.http.web.forms import FormError
from allocator.http.web.scenario_form import LEFT_OUT, read_changes, require_whole_changes
from tests.cycling import proposed, small, with_case
from tests.http.api.conftest import PASSWORD, served
from tests.http.web.looking import Page, look
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
    look(site, "north", "/officers/B").says("phased")
    for who in ("viewer", "approver"):
        look(site, who, "/officers/B").says("only for supervisors of the division").lacks("phased")


@pytest.mark.parametrize(
    "path", ["/", "/cases", "/officers/B", "/cycles/1", "/cycles/1/sheets", "/history?officer=B", "/cases/c2"]
)
def test_a_case_that_excludes_somebody_is_on_none_of_their_pages(site, path):
    page = look(site, "barred", path)
    page.lacks(*re.findall(r".{,20}\bc3\b", page.text))
    links = [e for e in page.every("a") if re.search(r"\bc3\b", e["href"])]
    assert links == [] and "c3" not in page.hidden().values()


def test_nor_anywhere_else(site):
    assert look(site, "barred", "/cases/c3").status_code == 404
    assert look(site, "barred", "/history?case=c3").status_code == 404
    assert look(site, "barred", "/cycles/1/override?case=c3").status_code == 404
    look(site, "barred", "/cases?search=c3").says("No case is like that")
    with zipfile.ZipFile(io.BytesIO(look(site, "barred", "/cycles/1/plan.xlsx").content)) as book:
        texts = b"".join(book.read(name) for name in book.namelist())
    assert b">c3<" not in texts and b">c1<" in texts
    look(site, "supervisor", "/cases/c3").says("not eligible")
    for asked in ("", "?ask=why", "?ask=why-not&officer=A"):
        look(site, "supervisor", f"/cases/c3{asked}").lacks("excluded")
    asked = look(site, "supervisor", "/cases/c3?ask=why-not&officer=A")
    asked.says("A is not eligible for case c3.").lacks("must not manage")


def test_a_form_comes_back_with_what_was_typed(site):
    page = look(site, "supervisor", "/tonight/c4", "POST", officer="B", reason="", note="at night", version="")
    assert page.status_code == 422
    page.says("There is a problem").has("input", name="note", value="at night")
    page.has("input", name="officer", value="B", checked=None)
    page = look(site, "administrator", "/settings", "POST", note="", version="0", **{"limits.cases": "45"})
    assert page.status_code == 422
    page.has("input", name="limits.cases", value="45")
    page = look(site, "administrator", "/settings", "POST", note="x", version="0", **{"limits.cases": "fifty"})
    assert page.status_code == 422
    page.has("a", href="#limits.cases")
    page = look(site, "administrator", "/users/new", "POST", name="Sue", role="", password="x")
    assert page.status_code == 422
    page.has("input", name="name", value="Sue")


def test_a_setting_that_changes_makes_the_plan_stale(site):
    done = look(site, "administrator", "/settings", "POST", note="tighter", version="0", **{"limits.cases": "45"})
    assert done.status_code == 303 and done.headers["location"] == "/settings?done=saved"
    look(site, "viewer", "/settings").says("tighter")
    page = look(site, "supervisor", "/cycles/1")
    page.says("Newer data has overtaken this plan", "Plan again, keeping what was agreed").lacks("Submit for approval")


def test_addresses_to_go_on_to_are_our_own(site):
    for wanted in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"):
        Page(site.client.get("/sign-in", params={"next": wanted})).has("input", name="next", value="/")


def test_numbers_that_are_none_are_told_as_such(site):
    long = "9" * 5000
    form = {"name": "x", "change-0-what": "officer-hours", "change-0-officer": "B", "change-0-capacity": long}
    assert look(site, "supervisor", "/whatif/new", "POST", **form, do="run").status_code == 422
    for fields in ({"version": "²"}, {"drop": "²"}, {"limits.cases": long}):
        assert look(site, "supervisor", "/whatif/new", "POST", **{"name": "x", **fields}).status_code in (200, 422)
    assert look(site, "supervisor", "/whatif/compare", "POST", scenario="²").status_code == 422


def test_a_planner_begins_with_somebody_new_and_names_nobody(site):
    look(site, "planner", "/whatif/new").has("option", value="officer-joins")
    form = {"name": "x", "change-0-what": "officer-leaves", "change-0-officer": "B", "do": "run"}
    page = look(site, "planner", "/whatif/new", "POST", **form)
    assert page.status_code == 422
    page.says("enter an officer of the force, not “B”")


def test_what_an_account_names_and_no_data_has_is_told(site):
    root, store = claimed("root"), site.context.store
    lost = add_user(store, root, "Lea", "viewer", password=PASSWORD, divisions=["Nort", "West"], officer_id="ZZ")
    fits = add_user(store, root, "Leo", "viewer", password=PASSWORD, divisions=["North"], officer_id="B")
    page = look(site, "administrator", f"/users/{lost.id}")
    page.says("no division and no officer named Nort.", "named ZZ.", "named West.")
    look(site, "administrator", f"/users/{fits.id}").lacks("The newest data has no")
    assert re.search(r"Nort, West, ZZ", look(site, "administrator", "/users").text)


def test_an_administrator_sees_tokens_and_takes_them_back(site):
    from allocator.app.sessions import add_token, find_token_user

    user = site.users["viewer"]
    token, secret = add_token(site.context.store, claimed("root"), user, "lost laptop", days=1, scope="commit")
    page = look(site, "administrator", f"/users/{user.id}")
    page.says("lost laptop").has("form", action=f"/users/{user.id}/tokens/{token.id}/revoke")
    done = look(site, "administrator", f"/users/{user.id}/tokens/{token.id}/revoke", "POST")
    assert done.status_code == 303 and find_token_user(site.context.store, secret) is None


def test_a_new_case_does_not_ask_whether_a_hidden_one_has_its_id(site):
    asked = "/tonight/new?case={}&division=North&risk=low&level=0"
    hidden, unknown = look(site, "barred", asked.format("c3")), look(site, "barred", asked.format("c99"))
    assert hidden.status_code == unknown.status_code == 200
    assert hidden.text.count("c3") == unknown.text.count("c99")
    for tag in ("title", "h1"):
        assert hidden.has(tag).text == unknown.has(tag).text.replace("c99", "c3")
    hidden.has("form", action=unknown.every("form")[-1]["action"].replace("c99", "c3"))
    assert hidden.hidden() == {name: value.replace("c99", "c3") for name, value in unknown.hidden().items()}
    assert look(site, "supervisor", asked.format("c3")).status_code == 409
    version = look(site, "barred", asked.format("c99")).hidden()["version"]
    form = {
        "officer": "B",
        "reason": "knows-case",
        "division": "North",
        "risk": "low",
        "level": "0",
        "version": version,
    }
    refused = look(site, "barred", "/tonight/c3", "POST", **form)
    assert refused.status_code == 409
    refused.says("could not be placed").lacks("no case has")


def test_the_log_names_no_case_to_who_sees_none(site):
    look(site, "supervisor", "/cases/c3")
    look(site, "supervisor", "/officers/B")
    look(site, "approver", "/history?reads=yes").says("c3")
    page = look(site, "administrator", "/history?reads=yes")
    page.says("of: case", "supervisor").lacks("c3", "officer: B")
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


def test_a_case_page_tells_due_dates_former_officers_and_forums(late):
    page = look(late, "supervisor", "/cases/c3")
    page.says("Case c3 high risk overdue", "Visit due 28 March 2026: overdue by 3 days on 31 March 2026")
    page.says("Review due 2 April 2026 ", "Discussed at marac", "Managed the case before A, gone")
    page.says("A (managed it before) North")
    bare = look(late, "supervisor", "/cases/c2")
    bare.lacks("overdue", "Visit due", "Discussed", "Managed the case before")


def test_whoever_sees_a_case_sees_who_managed_it_and_nobody_else_does(late):
    look(late, "north", "/cases/c3").says("Managed the case before A, gone")
    look(late, "viewer", "/cases/c3").says("Managed the case before A, gone")
    assert look(late, "planner", "/cases/c3").status_code == 403


def test_an_officer_page_tells_how_many_cases_are_overdue(late):
    page = look(late, "supervisor", "/officers/B")
    page.says("Overdue visits and reviews 1 case of 1 on 31 March 2026, the longest by 3 days", "c3 high risk overdue")
    look(late, "supervisor", "/officers/S").says("Overdue visits and reviews no due dates are known")


def test_lists_mark_what_is_overdue(late):
    look(late, "supervisor", "/cases").says("c3 high risk overdue")
    look(late, "supervisor", "/tonight").says("c4 low risk overdue")
    look(late, "supervisor", "/cycles/1?show=placed").says("c4 low risk overdue")


NEW = {"case": "n1", "division": "North", "risk": "low", "level": "0", "former": "B; gone", "forums": "marac"}


def test_tonights_release_may_have_former_officers_and_due_dates(late):
    form = look(late, "supervisor", "/tonight")
    for name in ("former", "forums", "visit_due", "review_due"):
        form.has("input", name=name)
    asked = look(late, "supervisor", f"/tonight/new?{urlencode({**NEW, 'visit_due': '28/03/2026'})}")
    asked.says("Managed the case before: B, gone. Its visit is overdue by 3 days.", "They managed the case before.")
    given = {**asked.hidden(), "officer": "B", "reason": "knows-case", "note": ""}
    assert look(late, "supervisor", "/tonight/n1", "POST", **given).status_code == 303
    placed = look(late, "supervisor", "/cases/n1")
    placed.says("Visit due 28 March 2026: overdue by 3 days", "Managed the case before B, gone", "Discussed at marac")


def test_tonights_release_may_have_a_category_a_day_of_release_and_who_is_excluded(late):
    asked = {**NEW, "case": "n7", "former": "", "category": "2", "excluded": "B", "release_on": "04/04/2026"}
    page = look(late, "supervisor", f"/tonight/new?{urlencode(asked)}")
    page.says("custody, release 4 April 2026", "not eligible B")
    given = {**page.hidden(), "officer": "A", "reason": "", "note": ""}  # who comes first: no reason is asked
    assert look(late, "supervisor", "/tonight/n7", "POST", **given).status_code == 303
    case = find_case(load_view(late.context.store, claimed("root"), "case").force, "n7")
    assert (case.category, case.setting, case.release_on) == (2, "custody", date(2026, 4, 4))
    assert case.excluded == {"B"} and case.officer == "A"


def test_a_due_date_that_is_none_comes_back_with_what_was_typed(late):
    page = look(late, "supervisor", f"/tonight/new?{urlencode({**NEW, 'visit_due': 'soon'})}")
    assert page.status_code == 422
    page.says("Enter the day by which the next visit is due, such as 31/03/2026.")
    page.has("input", name="visit_due", value="soon")
    page.has("input", name="former", value="B; gone")


def test_a_what_if_may_change_who_managed_a_case_and_when_it_is_due(late):
    form = {"name": "known", "change-0-what": "case-changes", "change-0-case": "c3"}
    form |= {"change-0-former": "A; S", "change-0-visit_due": "20/04/2026"}
    changes = read_changes(form)
    assert changes == [{"what": "case-changes", "case": "c3", "former": ["A", "S"], "visit_due": "2026-04-20"}]
    require_whole_changes(changes)
    (change,) = scenario_of({"name": "known", "change": changes}).layers[0].changes
    assert change.says() == "Case c3: managed before by A, S, visit due 2026-04-20."


def test_every_field_of_a_change_has_words_of_its_own():
    """A name that is no column of the force says little to people: what they enter is said by the change itself."""
    known = {"officer", "case", *Officer.model_fields, *Case.model_fields, *Premises.model_fields}
    for kind in CHANGES.values():
        columns = kind.model_json_schema(by_alias=True)["properties"]
        for name in columns.keys() - known - {*LEFT_OUT}:
            assert columns[name].get("description"), f"{kind.id}: say what {name} is, as its description"


def test_fields_of_a_what_if_are_called_as_their_change_says():
    asked = [{"what": "risk-rises"}, {"what": "cases-arrive", "count": "few"}]
    with pytest.raises(FormError) as refused:
        require_whole_changes(asked)
    said = " ".join(problem.expected for problem in refused.value.problems)
    assert "Enter the percent of those that have the risk." in said and "How many cases arrive: enter" in said


def test_settings_that_are_lists_are_changed_like_any_other(late):
    version = look(late, "administrator", "/settings").hidden()["version"]
    wrong = look(late, "administrator", "/settings", "POST", version=version, note="x", **{"training.risks": '["top"]'})
    assert wrong.status_code == 422
    wrong.says("low, medium, high or very_high")
    lists = {"training.risks": '["high", "very_high"]', "divisions.skills": '["iom"]', "relationship.former": "6"}
    assert look(late, "administrator", "/settings", "POST", version=version, note="x", **lists).status_code == 303
    page = look(late, "administrator", "/settings")
    for key, value in lists.items():
        page.has("input", name=key, value=value)
    look(late, "supervisor", "/cycles/1?show=placed").says("Its visit is overdue by 1 day.")


def test_every_setting_of_the_policy_is_on_its_page(late):
    page = look(late, "administrator", "/settings")
    named = {box["name"] for box in page.every("input") if box["name"]}
    for table, of in Policy():
        for name in type(of).model_fields:
            key = f"{table}.{name}"
            assert any(one == key or one.startswith(f"{key}.") for one in named), key
    # Those that no policy has unless somebody sets them.
    assert {"relationship.max_moves", "points.level.0", "points.level.1"} <= named


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
    look(over, "supervisor", path).says(said)


def test_who_starts_over_a_limit_elsewhere_is_not_told(over):
    look(over, "north", "/cycles/1").lacks("S starts over")
