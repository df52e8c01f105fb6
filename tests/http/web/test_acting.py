"""Acts on pages: those that cannot be taken back are asked about once more, and the present is told from a plan."""

from __future__ import annotations

from datetime import timedelta

import pytest

from allocator.db.database import database_clock
from allocator.db.rounds import sole_round
from allocator.db.tables import messages
from tests.cycling import finished, imported, planned, small, state_of
from tests.db.test_log import tampered
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
    page = look(site, "supervisor", "/cycles/1")
    page.has_no("form", action="/cycles/1/discard").has("a", href="/cycles/1/confirm/discard")
    asked = look(site, "supervisor", "/cycles/1/confirm/discard")
    asked.says("Discard cycle 1?", "cannot be taken back").has("form", action="/cycles/1/discard")
    planned(site.context.store)
    look(site, "supervisor", "/cycles/1/confirm/discard").says("Its plan is lost")
    act(site, "supervisor", "submit", version(site))
    act(site, "approver", "approve", version(site))
    page = look(site, "approver", "/cycles/1")
    page.has_no("form", action="/cycles/1/commit").has("a", href="/cycles/1/confirm/commit")
    look(site, "approver", "/cycles/1/confirm/commit").says("messages to all concerned")
    assert act(site, "approver", "commit", version(site)).status_code == 303
    look(site, "approver", "/cycles/1/confirm/undo").says("Whoever was told is told")
    assert look(site, "approver", "/cycles/1/confirm/commit").status_code == 409
    assert look(site, "supervisor", "/cycles/1/confirm/undo").status_code == 403
    assert look(site, "supervisor", "/cycles/1/confirm/propose").status_code == 404
    assert state_of(site.context.store) == "committed"


def test_what_concerns_the_whole_force_is_not_for_one_division(site):
    look(site, "north", "/cycles/1").lacks("Discard this cycle").says("Plan this cycle")
    assert look(site, "north", "/cycles/1/confirm/discard").status_code == 403
    act(site, "north", "discard", 1).says("concerns the whole force")
    assert state_of(site.context.store) == "imported"
    look(site, "north", "/cycles").says("for supervisors of all divisions").has_no("input", name="export")
    assert site.call("north", "POST", "/v1/rollovers").status_code == 403


def test_a_plan_that_a_placement_overtook_is_shown_on_its_own_cycle_alone(site):
    planned(site.context.store)
    look(site, "supervisor", "/tonight").says("has to be planned again")
    look(site, "supervisor", "/tonight/c4").says("has to be planned again")
    given = {"officer": "B", "reason": "geography", "note": "", "version": str(version(site))}
    assert look(site, "supervisor", "/tonight/c4", "POST", **given).status_code == 303
    look(site, "supervisor", "/cases?waiting=yes").lacks("c4")
    look(site, "supervisor", "/cases/c4").says("B, since")
    look(site, "supervisor", "/officers/B").says("c4")
    look(site, "supervisor", "/").says("Newer data has overtaken the plan of cycle 1").lacks("submit it")
    look(site, "supervisor", "/cycles/1").says("Newer data has overtaken this plan")
    again = look(site, "supervisor", "/tonight/c4", "POST", **given)
    assert again.status_code == 409
    again.says("Case c4 is with B already. Nothing was changed.")
    look(site, "supervisor", "/tonight/c4").lacks("Who takes")


def test_the_way_out_of_a_submitted_plan_that_was_overtaken(site):
    planned(site.context.store)
    act(site, "supervisor", "submit", version(site))
    given = {"officer": "B", "reason": "geography", "note": "", "version": str(version(site))}
    look(site, "supervisor", "/tonight/c4", "POST", **given)
    page = look(site, "supervisor", "/cycles/1")
    page.says("send it back, then plan it again").lacks("waits for an approver")
    act(site, "supervisor", "return", version(site), reason="newer-data")
    look(site, "supervisor", "/cycles/1").says("Plan again, keeping what was agreed")


def test_the_next_cycle_begins_with_what_an_undo_left(site):
    planned(site.context.store)
    for who, name in (("supervisor", "submit"), ("approver", "approve"), ("approver", "commit"), ("approver", "undo")):
        assert act(site, who, name, version(site)).status_code == 303
    words = "Begin the next cycle with the data that the undo left"
    for path in ("/", "/cycles", "/cycles/1"):
        look(site, "supervisor", path).says(words)
    assert look(site, "supervisor", "/cycles/rollover", "POST").headers["location"] == "/cycles/2?done=imported"
    look(site, "supervisor", "/cases?waiting=yes").has("a", href="/cases/c4")
    look(site, "supervisor", "/cycles/1").lacks(words)


def test_now_stands_beside_under_the_plan(site):
    home = look(site, "supervisor", "/")
    assert [e for e in home.every("a") + home.every("p") if "4 cases" in e.text] == []
    planned(site.context.store)
    home = look(site, "supervisor", "/")
    home.says("case waits for an officer now; 0 under the plan", "cases with 4 officers, 1 wait")
    (row,) = look(site, "supervisor", "/cycles").has("tbody").every("tr")
    assert [cell.text for cell in row.every("td", class_="govuk-table__cell--numeric")][2:4] == [
        "1",
        "1",
    ]  # c1 moves, c4 is placed


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
    page.says(*says)
    summary = page.has("div", class_="govuk-error-summary")
    fields = [link["href"].removeprefix("#") for link in summary.every("a") if link["href"].startswith("#change-")]
    for field in fields:
        assert any(e.attributes.get("id") == field for e in page.every("input") + page.every("select")), field
    assert " expected " not in summary.text


@pytest.mark.parametrize(
    ("who", "path", "data", "says"),
    [
        ("supervisor", "/cycles/import", {}, "Choose a file."),
        ("supervisor", "/tonight/c4", {"officer": "B"}, "Choose a reason: another officer comes first."),
        ("supervisor", "/tonight/c4", {"officer": "B", "reason": "other"}, "Say the reason in the note."),
        (
            "supervisor",
            "/tonight/new?case=n1&division=North&risk=low&level=0&needs=zz",
            None,
            "Nobody has the skill “zz”.",
        ),
        ("supervisor", "/tonight/new?case=c4&division=North&risk=low&level=0", None, "in the data already"),
        ("supervisor", "/tonight/new?case=&division=&risk=", None, "Choose the assessed risk."),
        ("supervisor", "/tonight/new?case=n1&division=North&risk=low", None, "Choose the MAPPA level."),
        (
            "supervisor",
            "/tonight/new?case=n1&division=North&risk=low&level=0&excluded=zz",
            None,
            "There is no officer “zz”. Check the id.",
        ),
        (
            "supervisor",
            "/tonight/new?case=n1&division=North&risk=low&level=0&release_on=soon",
            None,
            "Enter the day of release, such as 31/03/2026.",
        ),
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
    page.says(says)
    assert not any(" expected " in summary.text for summary in page.every("div", class_="govuk-error-summary"))


def test_a_history_says_who_gave_a_case_and_why(site):
    look(site, "supervisor", "/tonight/c4", "POST", officer="B", reason="geography", note="", version="1")
    look(site, "supervisor", "/history?case=c4").says("placed with B by supervisor at")
    look(site, "supervisor", "/cases/c4").says("the officer works nearer")


def test_the_log_is_filtered_and_reads_are_shown_when_asked_for(site):
    look(site, "supervisor", "/tonight/c4", "POST", officer="B", reason="geography", note="", version="1")

    def acts(query):
        rows = look(site, "approver", f"/history?{query}").has("tbody").every("tr")
        return [row.every("td")[2].text for row in rows]

    assert "read" not in acts("")
    assert "read" in acts("reads=yes")
    assert set(acts("about=c4")) == {"place"}
    assert acts("person=supervisor&act=place") == ["place"]
    look(site, "approver", "/history?person=nobody").says("No entry matches")


def test_cases_are_filtered_and_sorted(site):
    def shown(query):
        return [row.has("a").text for row in look(site, "supervisor", f"/cases?{query}").has("tbody").every("tr")]

    assert shown("risk=high") == ["c3"] and shown("division=South") == ["c5"] and shown("officer=a") == ["c2"]
    assert shown("sort=officer&order=desc") == ["c1", "c5", "c3", "c2", "c4"]
    look(site, "supervisor", "/cases?waiting=yes").has("a", href="/tonight/c4")
    look(site, "supervisor", "/cases").has("a", href="/officers/B")


def test_handover_sheets_of_a_plan_say_that_it_is_a_draft(site):
    planned(site.context.store)
    look(site, "supervisor", "/cycles/1/sheets").says("Draft: not committed")


def test_messages_whose_times_cannot_be_and_a_delivery_elsewhere_are_told_to_people_and_programs(site):
    store = site.context.store
    planned(store)
    finished(store)
    with store.reading() as connection:
        now = database_clock(connection)
    late = messages.update().where(messages.c.id == 1).values(next_at=now + timedelta(days=900))
    tampered(store, late)
    wrong = rf"Message 1 waits until {now + timedelta(days=900):%Y-%m-%d %H:%M} UTC, longer than its tries allow."
    look(site, "approver", "/messages").says(wrong)
    with sole_round(store, "deliver"):
        answer = look(site, "approver", "/messages", "POST")
        assert answer.status_code == 303
        look(site, "approver", answer.headers["location"]).says("Another delivery is under way, and sends what waits.")
        told = site.call("approver", "POST", "/v1/deliveries").json()
        assert told["elsewhere"] and told["delivered"] == 0 and told["notes"] == [wrong]
    told = site.call("approver", "POST", "/v1/deliveries").json()
    assert not told["elsewhere"] and told["delivered"] and told["waiting"] == 1 and told["notes"] == [wrong]
    look(site, "approver", "/history?verify=yes").says(wrong)
