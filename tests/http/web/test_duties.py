"""From the phone call to covered and back, on pages and over HTTP; what is wrong with a form is said at once."""

from __future__ import annotations

import pytest

from tests.cycling import imported
from tests.http.api.conftest import served
from tests.http.web.looking import look
from tests.tiny import current, force, new, officer


@pytest.fixture
def site(tmp_path):
    """A and B of the North, S and T of the South; nobody is away."""
    of = force(
        [officer("A"), officer("B"), officer("C"), officer("S", division="South"), officer("T", division="South")],
        [
            current("a1", "A", risk="high"),
            current("a2", "A", former=frozenset({"C"})),
            current("s1", "S", division="South"),
            new("n1"),
        ],
    )
    for server in served(tmp_path / "home"):
        imported(server.context.store, of, tmp_path / "force")
        yield server


GIVEN = {"kind": "absent", "from": "01/12/2020", "to": "", "reason": "sick_leave"}


def record(site, who, *officers, **fields):
    return look(site, who, "/away", "POST", officer=list(officers), **{**GIVEN, **fields})


def hidden(page, name="digest"):
    return page.hidden()[name]


def test_an_officer_falls_ill_is_covered_and_comes_back(site):
    look(site, "north", "/officers/A").says("Away or other duties").lacks("Back today")
    sent = record(site, "north", "A")
    assert (sent.status_code, sent.headers["location"]) == (303, "/cover?done=away")
    page = look(site, "north", "/cover")
    page.says("1 officer is away, with 2 cases to cover.", "2 cases wait for your word: nobody is told before it.")
    look(site, "north", "/").says("Agree who covers for officers who are away: 2 cases")
    assert look(site, "north", "/cover", "POST", digest=hidden(page)).status_code == 303
    page = look(site, "north", "/cover")
    page.says("All of this cover is agreed", "agreed by").lacks("for your word")
    look(site, "north", "/cases/a2").says("Covered by", "agreed by")
    look(site, "north", "/officers/C").says("Covers for others", "of A")
    look(site, "north", "/officers/A").says("sick leave", "until they are back", "Back today")
    look(site, "viewer", "/officers/A").says("only for supervisors of the division").lacks("sick leave", "Back today")
    assert look(site, "approver", "/messages").status_code == 200
    sent = look(site, "north", "/away/back", "POST", officer="A")
    assert sent.headers["location"] == "/officers/A?done=back"
    look(site, "north", "/cover").says("No case needs cover")


def test_another_than_the_best_needs_a_reason_and_stands(site):
    record(site, "north", "A")
    page = look(site, "north", "/cover/a2")
    page.says("Who else may, and what insisting would cost")
    kept = {"digest": hidden(page), "officer": "B", "note": "knows the family"}
    refused = look(site, "north", "/cover/a2", "POST", **kept, reason="")
    assert refused.status_code == 422
    refused.says("Choose a reason.")
    look(site, "north", "/cover/a2", "POST", **{**kept, "officer": ""}, reason="continuity").says("Choose an officer.")
    assert look(site, "north", "/cover/a2", "POST", **kept, reason="continuity").status_code == 303
    page = look(site, "north", "/cover")
    page.says("B, agreed by", "a hard-won relationship should not end now (knows the family)", "insisted on")
    page.says("1 of 2 cases waits for your word")
    look(site, "north", "/cover", "POST", digest=hidden(page))
    look(site, "north", "/cover").says("All of this cover is agreed", "B, agreed by")
    again = look(site, "north", "/cover", "POST", digest=hidden(page))
    assert again.status_code == 412
    again.says("changed since you looked")


def test_several_at_once_and_only_ones_own(site):
    page = look(site, "supervisor", "/away?officer=S")
    ticked = [box["value"] for box in page.every("input", type="checkbox") if "checked" in box.attributes]
    assert ticked == ["S"]
    assert record(site, "supervisor", "A", "S").headers["location"] == "/cover?done=away"
    look(site, "supervisor", "/away").says("Recorded", "A", "S", "sick leave")
    look(site, "north", "/away").says("A").lacks("South")
    assert record(site, "north", "S").status_code == 404
    assert look(site, "north", "/away/back", "POST", officer="S").status_code == 404
    for who in ("viewer", "approver", "planner"):
        assert look(site, who, "/away").status_code == 403


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": ""}, "Choose what they are."),
        ({"kind": "reduced"}, "Enter how much less"),
        ({"kind": "reduced", "percent": "101"}, "Enter how much less"),
        ({"from": "soon"}, "Enter the first day"),
        ({"to": "31/02/2027"}, "Enter the last day"),
        ({"to": "30/11/2020"}, "Enter a last day that is not before the first."),
        ({"reason": ""}, "Choose a reason."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(site, fields, said):
    page = record(site, "north", "A", **fields)
    assert page.status_code == 422
    page.says(said)
    assert record(site, "north").says("Tick at least one officer.").status_code == 422


def test_the_same_over_http(site):
    away = {"officers": ["A"], "status": "absent", "reason": "sick_leave", "first": "2020-12-01"}
    assert site.call("north", "POST", "/v1/away", json=away).json()["officers"] == ["A"]
    found = site.call("north", "GET", "/v1/cover").json()
    assert found["agreed"] == []
    done = site.call("north", "POST", "/v1/cover", json={"digest": found["digest"]})
    assert (done.status_code, sorted(done.json()["new"])) == (201, ["a1", "a2"])
    told = site.call("north", "GET", "/v1/cover").json()["agreed"]
    assert {one["case_id"]: one["absent_officer_id"] for one in told} == {"a1": "A", "a2": "A"}
    old = site.call("north", "POST", "/v1/cover", json={"digest": found["digest"]})
    assert old.status_code == 412
    other = {"digest": site.call("north", "GET", "/v1/cover").json()["digest"], "cases": {"a1": "B"}}
    assert site.call("north", "POST", "/v1/cover", json=other).status_code == 422
    back = site.call("north", "POST", "/v1/back", json={"officer": "A"})
    assert sorted(back.json()["cover_ended"]) == ["a1", "a2"]


def test_a_case_is_moved_and_taken_back(site):
    look(site, "viewer", "/cases/a2").lacks("Move this case today", "Take back")
    page = look(site, "north", "/move/a2")
    page.says("Who takes case a2 instead of A?", "Why it moves today")
    kept = {"officer": "B", "reason": "", "note": "at night", "version": hidden(page, "version")}
    refused = look(site, "north", "/move/a2", "POST", **kept)
    assert refused.status_code == 422
    refused.says("Choose a reason.")
    refused.has("input", name="note", value="at night")
    kept["reason"] = "staff-risk"
    assert look(site, "north", "/move/a2", "POST", **kept).headers["location"] == "/cases/a2?done=moved"
    look(site, "north", "/cases/a2?done=moved").says("B, since", "Take back")
    again = look(site, "north", "/move/a2", "POST", **{**kept, "officer": "C"})
    assert again.status_code == 412
    again.says("was changed since you looked")
    page = look(site, "north", "/take-back/a2")
    page.says("gave it to B", "it is with A")
    kept = {"reason": "mistake", "note": "", "version": hidden(page, "version")}
    assert look(site, "north", "/take-back/a2", "POST", **kept).headers["location"] == "/cases/a2?done=taken-back"
    look(site, "north", "/cases/a2").says("A, since").lacks("Take back")
    assert look(site, "north", "/take-back/a2").status_code == 404
    assert look(site, "north", "/move/s1").status_code == 404


def test_a_move_and_taking_it_back_over_http(site):
    moved = {"case_id": "a2", "officer_id": "B", "reason": "conflict"}
    assert site.call("north", "POST", "/v1/moves", json=moved).status_code == 201
    back = {"case_id": "a2", "reason": "mistake"}
    done = site.call("north", "POST", "/v1/take-backs", json=back)
    assert (done.status_code, done.json()["officer_id"], done.json()["withdrawn"]) == (201, "A", 2)
    assert site.call("north", "POST", "/v1/take-backs", json=back).status_code == 409
    assert site.call("north", "POST", "/v1/moves", json={**moved, "officer_id": "S"}).status_code == 404
