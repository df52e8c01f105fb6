"""A whole cycle over HTTP, as programs go about it; what may conflict needs its ETag."""

from __future__ import annotations

from tests.cycling import small


def until_ended(server, role, problem):
    """A problem once it has ended: the stream of its events ends with it."""
    server.call(role, "GET", f"/v1/problems/{problem['id']}/events")
    return server.call(role, "GET", f"/v1/problems/{problem['id']}").json()


def test_a_cycle_from_upload_to_undo(server, zipped):
    opened = server.call("supervisor", "POST", "/v1/cycles", files={"export": ("force.zip", zipped)})
    assert opened.status_code == 201, opened.text
    assert opened.json()["state"] == "imported" and opened.headers["location"] == "/v1/cycles/1"
    tag = opened.headers["etag"]

    assert server.call("supervisor", "POST", "/v1/cycles/1/propose").status_code == 428
    stale = server.call("supervisor", "POST", "/v1/cycles/1/propose", headers={"If-Match": '"v99"'})
    assert stale.status_code == 412 and stale.headers["content-type"] == "application/problem+json"
    begun = server.call("supervisor", "POST", "/v1/cycles/1/propose", headers={"If-Match": tag})
    assert begun.status_code == 202, begun.text
    assert until_ended(server, "supervisor", begun.json())["state"] == "done"

    cycle = server.call("supervisor", "GET", "/v1/cycles/1")
    assert cycle.json()["state"] == "proposed" and cycle.json()["plan"]["goals"][0]["proven"]
    again = server.call("supervisor", "GET", "/v1/cycles/1", headers={"If-None-Match": cycle.headers["etag"]})
    assert again.status_code == 304
    plan = server.call("supervisor", "GET", "/v1/cycles/1/plan?action=moved").json()
    assert [row["case_id"] for row in plan["items"]] == ["c1"]
    to = plan["items"][0]["officer_id"]

    other = "B" if to == "A" else "A"
    body = {"case_id": "c1", "officer_id": other, "reason": "continuity"}
    tag = cycle.headers["etag"]
    made = server.call("supervisor", "POST", "/v1/cycles/1/overrides", json=body, headers={"If-Match": tag})
    assert made.status_code == 201 and set(made.json()["price"]) == {"unplaced", "excess", "disruption", "fairness"}
    twice = server.call("supervisor", "POST", "/v1/cycles/1/overrides", json=body, headers={"If-Match": tag})
    assert twice.status_code == 412 and "override by supervisor" in twice.json()["detail"]

    tag = made.headers["etag"]
    submitted = server.call("supervisor", "POST", "/v1/cycles/1/submit", headers={"If-Match": tag})
    assert submitted.json()["state"] == "submitted"
    refused = server.call("supervisor", "POST", "/v1/cycles/1/approve", headers={"If-Match": submitted.headers["etag"]})
    assert refused.status_code == 403
    returned = server.call(
        "bob",
        "POST",
        "/v1/cycles/1/return",
        json={"reason": "placement"},
        headers={"If-Match": submitted.headers["etag"]},
    )
    assert returned.json()["state"] == "proposed"
    tag = returned.headers["etag"]
    for who, act, state in (
        ("supervisor", "submit", "submitted"),
        ("bob", "approve", "approved"),
        ("approver", "commit", "committed"),
    ):
        done = server.call(who, "POST", f"/v1/cycles/1/{act}", headers={"If-Match": tag})
        assert done.json()["state"] == state, done.text
        tag = done.headers["etag"]
    assert server.call("service", "POST", "/v1/deliveries").json()["waiting"] == 0

    history = server.call("viewer", "GET", "/v1/cases/c1/history").json()
    assert history["now"] == other
    report = server.call("planner", "GET", f"/v1/reports/{cycle.json()['cycle_date'][:7]}")
    assert report.status_code == 200 and "officers" not in report.json() and report.json()["divisions"]
    book = server.call("viewer", "GET", f"/v1/reports/{cycle.json()['cycle_date'][:7]}?form=xlsx")
    assert book.content[:2] == b"PK"
    undone = server.call("approver", "POST", "/v1/cycles/1/undo", headers={"If-Match": tag})
    assert undone.json()["state"] == "undone"
    assert server.call("administrator", "GET", "/v1/audit/verification").json()["verifies"]


def test_questions_about_the_force_as_it_stands(server):
    ranked = server.call("supervisor", "GET", "/v1/cases/c4/recommend").json()
    assert [one["officer_id"] for one in ranked["candidates"]]
    why = server.call("supervisor", "GET", "/v1/cases/c1/why")
    assert why.status_code == 200 and why.json()["action"] == "moved", why.text
    not_there = server.call("supervisor", "GET", "/v1/cases/c99/why")
    assert not_there.status_code == 404 and not_there.json()["type"] == "urn:allocator:not-there"
    barred = server.call("supervisor", "GET", "/v1/cases/c1/why-not?officer=S").json()
    assert barred["barred_by"]


def test_a_posted_force_is_checked_planned_asked_about_and_only_its_owners(server):
    force = small().model_dump(mode="json")
    checked = server.call("supervisor", "POST", "/v1/problems?operation=none", json={"force": force})
    assert checked.status_code == 200 and checked.json()["cases"] == 5
    force["cases"][2]["risk"] = "hihg"
    force["cases"][3]["division"] = 7
    wrong = server.call("supervisor", "POST", "/v1/problems", json={"force": force})
    assert wrong.status_code == 422
    assert [(e["file"], e["row"], e["column"]) for e in wrong.json()["errors"]] == [
        ("cases", 3, "risk"),
        ("cases", 4, "division"),
    ]
    key = {"Idempotency-Key": "night-1"}
    body = {"force": small().model_dump(mode="json"), "seed": 5}
    begun = server.call("supervisor", "POST", "/v1/problems", json=body, headers=key)
    again = server.call("supervisor", "POST", "/v1/problems", json=body, headers=key)
    assert begun.status_code == 202 and begun.json()["id"] == again.json()["id"]
    other = server.call("supervisor", "POST", "/v1/problems", json={**body, "seed": 6}, headers=key)
    assert other.status_code == 409
    path = begun.headers["location"]
    assert until_ended(server, "supervisor", begun.json())["state"] == "done"
    assert server.call("supervisor", "GET", f"{path}/analysis").json()["proven"]
    result = server.call("supervisor", "GET", f"{path}/result").json()
    assert {case["action"] for case in result["cases"]} == {"kept", "moved", "placed"}
    assert server.call("supervisor", "GET", f"{path}/why?case=c1").json()["action"] == "moved"
    for who in ("north", "approver"):
        for end in ("", "/result", "/analysis", "/why?case=c1"):
            assert server.call(who, "GET", path + end).status_code == 404
    stopped = server.call("supervisor", "DELETE", path)
    assert stopped.status_code == 200 and stopped.json()["state"] == "done"


def test_divisions_and_exclusions_hold_in_every_answer(server):
    seen = {
        "supervisor": {"c1", "c2", "c3", "c4", "c5"},
        "north": {"c1", "c2", "c3", "c4"},
        "barred": {"c1", "c2", "c4", "c5"},
    }
    for who, cases in seen.items():
        for path in ("/v1/cases?limit=1000", "/v1/cycles/1/plan", "/v1/cycles/1"):
            answer = server.call(who, "GET", path).json()
            rows = answer.get("items") or answer["plan"]["cases"]
            assert {row["case_id"] for row in rows} == cases, (who, path)
        for case in {"c1", "c2", "c3", "c4", "c5"} - cases:
            for end in ("", "/history", "/recommend", "/why", "/why-not?officer=B"):
                assert server.call(who, "GET", f"/v1/cases/{case}{end}").status_code == 404, (who, case, end)
    ranked = server.call("supervisor", "GET", "/v1/cases/c3/recommend").json()
    assert ["A", ["not eligible"]] in [[one["officer_id"], one["rules"]] for one in ranked["barred"]]
    why_not = server.call("supervisor", "GET", "/v1/cases/c3/why-not?officer=A").json()
    assert why_not["barred_by"] == ["not eligible"]
    assert why_not["says"] == ["A may not have case c3:", "A is not eligible for case c3."]
    for end in ("why", "why-not?officer=A", "recommend", "history"):
        assert "excluded" not in server.call("supervisor", "GET", f"/v1/cases/c3/{end}").text, end
    assert {o["officer_id"] for o in server.call("north", "GET", "/v1/officers").json()["items"]} == {"A", "B", "U"}


def test_scenarios_are_kept_run_and_shared(server):
    document = {"change": [{"what": "officer-leaves", "officer": "B"}]}
    wrong = server.call("supervisor", "POST", "/v1/scenarios", json={"name": "x", "document": {"chnge": []}})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["maybe"] == "change is meant."
    kept = server.call("supervisor", "POST", "/v1/scenarios", json={"name": "B leaves", "document": document})
    assert kept.status_code == 201, kept.text
    path = kept.headers["location"]
    assert server.call("north", "GET", path).status_code == 404
    patched = server.call(
        "supervisor", "PATCH", path, json={"shared": True}, headers={"If-Match": kept.headers["etag"]}
    )
    assert patched.json()["shared"]
    assert server.call("approver", "GET", path).status_code == 200
    assert server.call("north", "GET", path).status_code == 404
    run = server.call("approver", "POST", f"{path}/run")
    assert until_ended(server, "approver", run.json())["state"] == "done"
    events = server.call("approver", "GET", f"/v1/problems/{run.json()['id']}/events")
    assert events.headers["content-type"].startswith("text/event-stream") and '"state": "done"' in events.text
    found = server.call("approver", "GET", f"/v1/problems/{run.json()['id']}/result").json()
    assert [plan["name"] for plan in found["plans"]] == ["without the change", "B leaves"]
    gone = server.call("supervisor", "DELETE", path, headers={"If-Match": patched.headers["etag"]})
    assert gone.status_code == 204
