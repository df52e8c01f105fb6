"""Acts on pages: those that cannot be taken back are asked about once more, and the present is told from a plan."""

from __future__ import annotations

import html
import re

import pytest

from tests.cycling import imported, planned, small, state_of
from tests.http.api.conftest import served
from tests.http.web.looking import look


@pytest.fixture
def site(tmp_path):
    for server in served(tmp_path / "home"):
        imported(server.context.store, small(), tmp_path / "force")
        yield server


def act(site, who, name, version, **data):
    return look(site, who, f"/cycles/1/{name}", "POST", version=str(version), **data)


def version(site):
    from allocator.db.cycles import find_cycle

    with site.context.store.reading() as connection:
        return find_cycle(connection).version


def test_discard_undo_and_commit_are_asked_about_once_more(site):
    page = look(site, "supervisor", "/cycles/1").text
    assert 'action="/cycles/1/discard"' not in page and 'href="/cycles/1/confirm/discard"' in page
    asked = look(site, "supervisor", "/cycles/1/confirm/discard").text
    assert "Discard cycle 1?" in asked and 'action="/cycles/1/discard"' in asked and "cannot be taken back" in asked
    planned(site.context.store)
    assert "Its plan is lost" in look(site, "supervisor", "/cycles/1/confirm/discard").text
    act(site, "supervisor", "submit", version(site))
    act(site, "approver", "approve", version(site))
    page = look(site, "approver", "/cycles/1").text
    assert 'action="/cycles/1/commit"' not in page and 'href="/cycles/1/confirm/commit"' in page
    assert "messages to all concerned" in look(site, "approver", "/cycles/1/confirm/commit").text
    assert act(site, "approver", "commit", version(site)).status_code == 303
    assert "Whoever was told is told" in look(site, "approver", "/cycles/1/confirm/undo").text
    assert look(site, "approver", "/cycles/1/confirm/commit").status_code == 409
    assert look(site, "supervisor", "/cycles/1/confirm/undo").status_code == 403
    assert look(site, "supervisor", "/cycles/1/confirm/propose").status_code == 404
    assert state_of(site.context.store) == "committed"


def test_what_concerns_the_whole_force_is_not_for_one_division(site):
    page = look(site, "north", "/cycles/1").text
    assert "Discard this cycle" not in page and "Plan this cycle" in page
    assert look(site, "north", "/cycles/1/confirm/discard").status_code == 403
    assert "concerns the whole force" in act(site, "north", "discard", 1).text
    assert state_of(site.context.store) == "imported"
    page = look(site, "north", "/cycles").text
    assert 'name="export"' not in page and "for supervisors of all divisions" in page
    assert site.call("north", "POST", "/v1/rollovers").status_code == 403


def test_a_plan_that_a_placement_overtook_is_shown_on_its_own_cycle_alone(site):
    planned(site.context.store)
    assert "has to be planned again" in look(site, "supervisor", "/tonight").text
    page = look(site, "supervisor", "/tonight/c4").text
    assert "has to be planned again" in page
    given = {"officer": "B", "reason": "geography", "note": "", "version": str(version(site))}
    assert look(site, "supervisor", "/tonight/c4", "POST", **given).status_code == 303
    assert "c4" not in look(site, "supervisor", "/cases?waiting=yes").text
    assert "B, since" in look(site, "supervisor", "/cases/c4").text
    assert "c4" in look(site, "supervisor", "/officers/B").text
    home = look(site, "supervisor", "/").text
    assert "Newer data has overtaken the plan of cycle 1" in home and "submit it" not in home
    assert "Newer data has overtaken this plan" in look(site, "supervisor", "/cycles/1").text
    again = look(site, "supervisor", "/tonight/c4", "POST", **given)
    assert again.status_code == 409 and "Case c4 is with B already. Nothing was changed." in again.text
    assert "Who takes" not in look(site, "supervisor", "/tonight/c4").text


def test_the_way_out_of_a_submitted_plan_that_was_overtaken(site):
    planned(site.context.store)
    act(site, "supervisor", "submit", version(site))
    given = {"officer": "B", "reason": "geography", "note": "", "version": str(version(site))}
    look(site, "supervisor", "/tonight/c4", "POST", **given)
    page = look(site, "supervisor", "/cycles/1").text
    assert "waits for an approver" not in page and "send it back, then plan it again" in page
    act(site, "supervisor", "return", version(site), reason="newer-data")
    assert "Plan again, keeping what was agreed" in look(site, "supervisor", "/cycles/1").text


def test_the_next_cycle_begins_with_what_an_undo_left(site):
    planned(site.context.store)
    for who, name in (("supervisor", "submit"), ("approver", "approve"), ("approver", "commit"), ("approver", "undo")):
        assert act(site, who, name, version(site)).status_code == 303
    words = "Begin the next cycle with the data that the undo left"
    for path in ("/", "/cycles", "/cycles/1"):
        assert words in look(site, "supervisor", path).text
    assert look(site, "supervisor", "/cycles/rollover", "POST").headers["location"] == "/cycles/2?done=imported"
    assert look(site, "supervisor", "/cases?waiting=yes").text.count("c4</a>") == 1
    assert words not in look(site, "supervisor", "/cycles/1").text


def test_now_stands_beside_under_the_plan(site):
    assert "4 cases" not in look(site, "supervisor", "/").text
    planned(site.context.store)
    home = look(site, "supervisor", "/").text
    assert "case waits for an officer now; 0 under the plan" in home and "cases with 4 officers, 1 wait" in home
    row = re.search(r"Cycle 1</a>.*?</tr>", look(site, "supervisor", "/cycles").text, re.S)[0]
    assert re.findall(r"numeric\">(\d+)<", row)[2:4] == ["1", "1"]  # c1 moves, and c4 is placed


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([{"what": "cases-arrive"}], ["Enter how many cases arrive."]),
        ([{"what": "cases-arrive", "count": "many"}], ["How many cases arrive: enter a whole number from 1"]),
        ([{"what": "cases-arrive", "count": "2", "setting": "premises"}], ["where the setting is premises"]),
        ([{"what": "officer-trains"}], ["Choose an officer, or everybody who awaits the course, and not both."]),
        ([{"what": "premises-expects"}], ["Choose the Approved Premises.", "Enter the arrivals that the premises"]),
        ([{"what": "case-changes", "case": "c1"}], ["Enter at least one thing that changes about the case."]),
        ([{"what": "case-closes", "case": "c77"}], ["Case id: enter a case of the force, not “c77”."]),
        ([], ["Choose what happens, or enter a setting of the policy."]),
    ],
)
def test_what_a_scenario_lacks_is_said_at_its_field(site, changes, says):
    fields = {f"change-{k}-{name}": value for k, change in enumerate(changes) for name, value in change.items()}
    page = look(site, "supervisor", "/whatif/new", "POST", name="x", do="run", **fields)
    assert page.status_code == 422
    text = html.unescape(page.text)
    for said in says:
        assert said in text
    for field in re.findall(r'href="#(change-[^"]+)"', page.text):
        assert f'id="{field}"' in page.text
    assert " expected " not in text.split("<h1")[0]


@pytest.mark.parametrize(
    ("who", "path", "data", "says"),
    [
        ("supervisor", "/cycles/import", {}, "Choose a file."),
        ("supervisor", "/tonight/c4", {"officer": "B"}, "Choose a reason."),
        ("supervisor", "/tonight/c4", {"officer": "B", "reason": "other"}, "Say the reason in the note."),
        ("supervisor", "/tonight/new?case=n1&division=North&risk=low&needs=zz", None, "Nobody has the skill “zz”."),
        ("supervisor", "/tonight/new?case=c4&division=North&risk=low", None, "in the data already"),
        ("supervisor", "/tonight/new?case=&division=&risk=", None, "Choose the assessed risk."),
        ("supervisor", "/history?case=c1", None, "Nothing is known of case c1 yet: no cycle is committed."),
        ("supervisor", "/officers?search=zz", None, "No officer matches."),
        (
            "administrator",
            "/settings",
            {"limits.cases": "fifty", "note": "x", "version": "0"},
            "Limits: cases: enter a",
        ),
        ("administrator", "/settings", {"limits.cases": "45", "version": "0"}, "Say why it is changed."),
        ("administrator", "/history?act=policy", None, "No entry matches."),
    ],
)
def test_what_is_missing_is_said_for_people(site, who, path, data, says):
    page = look(site, who, path, "GET" if data is None else "POST", **(data or {}))
    assert says in html.unescape(page.text) and " expected " not in html.unescape(page.text).split("<h1")[0]


def test_a_history_says_who_gave_a_case_and_why(site):
    look(site, "supervisor", "/tonight/c4", "POST", officer="B", reason="geography", note="", version="1")
    assert "placed with B by supervisor at" in look(site, "supervisor", "/history?case=c4").text
    assert "the officer works nearer" in look(site, "supervisor", "/cases/c4").text


def test_the_log_is_filtered_and_reads_are_shown_when_asked_for(site):
    look(site, "supervisor", "/tonight/c4", "POST", officer="B", reason="geography", note="", version="1")
    acts = r"<td class=\"govuk-table__cell\">(read|place|import|user-added)</td>"
    assert "read" not in re.findall(acts, look(site, "approver", "/history").text)
    assert "read" in re.findall(acts, look(site, "approver", "/history?reads=yes").text)
    assert set(re.findall(acts, look(site, "approver", "/history?about=c4").text)) == {"place"}
    assert re.findall(acts, look(site, "approver", "/history?person=supervisor&act=place").text) == ["place"]
    assert "No entry matches" in look(site, "approver", "/history?person=nobody").text


def test_cases_are_filtered_and_sorted(site):
    def shown(query):
        return re.findall(r'href="/cases/(c\d)"', look(site, "supervisor", f"/cases?{query}").text)

    assert shown("risk=high") == ["c3"] and shown("division=South") == ["c5"] and shown("officer=a") == ["c2"]
    assert shown("sort=officer&order=desc") == ["c1", "c5", "c3", "c2", "c4"]
    page = look(site, "supervisor", "/cases?waiting=yes").text
    assert 'href="/tonight/c4"' in page
    assert 'href="/officers/B"' in look(site, "supervisor", "/cases").text


def test_handover_sheets_of_a_plan_say_that_it_is_a_draft(site):
    planned(site.context.store)
    assert "Draft: not committed" in look(site, "supervisor", "/cycles/1/sheets").text
