"""Acts on pages: those that cannot be taken back are asked about once more, and the present is told from a plan."""

from __future__ import annotations

import pytest

from tests.api.conftest import served
from tests.cycling import imported, planned, small, state_of
from tests.web.looking import look


@pytest.fixture
def site(tmp_path):
    for server in served(tmp_path / "home"):
        imported(server.hall.store, small(), tmp_path / "force")
        yield server


def act(site, who, name, version, **data):
    return look(site, who, f"/cycles/1/{name}", "POST", version=str(version), **data)


def version(site):
    from allocator.store.cycles import find

    with site.hall.store.reading() as connection:
        return find(connection).version


def test_discard_undo_and_commit_are_asked_about_once_more(site):
    page = look(site, "supervisor", "/cycles/1").text
    assert 'action="/cycles/1/discard"' not in page and 'href="/cycles/1/confirm/discard"' in page
    asked = look(site, "supervisor", "/cycles/1/confirm/discard").text
    assert "Discard cycle 1?" in asked and 'action="/cycles/1/discard"' in asked and "cannot be taken back" in asked
    planned(site.hall.store)
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
    assert state_of(site.hall.store) == "committed"


def test_what_concerns_the_whole_force_is_not_for_one_division(site):
    page = look(site, "north", "/cycles/1").text
    assert "Discard this cycle" not in page and "Plan this cycle" in page
    assert look(site, "north", "/cycles/1/confirm/discard").status_code == 403
    assert "concerns the whole force" in act(site, "north", "discard", 1).text
    assert state_of(site.hall.store) == "imported"
    page = look(site, "north", "/cycles").text
    assert 'name="export"' not in page and "for supervisors of all divisions" in page
    assert site.call("north", "POST", "/v1/rollovers").status_code == 403


def test_a_plan_that_a_placement_overtook_is_shown_on_its_own_cycle_alone(site):
    planned(site.hall.store)
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
    planned(site.hall.store)
    act(site, "supervisor", "submit", version(site))
    given = {"officer": "B", "reason": "geography", "note": "", "version": str(version(site))}
    look(site, "supervisor", "/tonight/c4", "POST", **given)
    page = look(site, "supervisor", "/cycles/1").text
    assert "waits for an approver" not in page and "send it back, then plan it again" in page
    act(site, "supervisor", "return", version(site), reason="newer-data")
    assert "Plan again, keeping what was agreed" in look(site, "supervisor", "/cycles/1").text


def test_the_next_cycle_begins_with_what_an_undo_left(site):
    planned(site.hall.store)
    for who, name in (("supervisor", "submit"), ("approver", "approve"), ("approver", "commit"), ("approver", "undo")):
        assert act(site, who, name, version(site)).status_code == 303
    words = "Begin the next cycle with the data that the undo left"
    for path in ("/", "/cycles", "/cycles/1"):
        assert words in look(site, "supervisor", path).text
    assert look(site, "supervisor", "/cycles/rollover", "POST").headers["location"] == "/cycles/2?done=imported"
    assert look(site, "supervisor", "/cases?waiting=yes").text.count("c4</a>") == 1
    assert words not in look(site, "supervisor", "/cycles/1").text
