"""What is sent by whom, and how much of it is read."""

from __future__ import annotations

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor

import anyio

from allocator.http import bodies


def sent_by_nobody(app, path, headers=()):
    """Statuses of the answer to a request whose body must not be read."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(b"host", b"testserver"), (b"content-type", b"application/json"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "http_version": "1.1",
    }
    statuses = []

    async def receive():
        raise AssertionError("it was read")

    async def send(message):
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    with ThreadPoolExecutor(1) as pool:  # a browser's loop may run in this thread
        pool.submit(anyio.run, app, scope, receive, send).result()
    return statuses


def test_nothing_is_read_of_what_nobody_sends(server):
    app = server.client.app
    for path in ("/v1/problems", "/v1/whatif", "/v1/cycles", "/v1/none"):
        assert sent_by_nobody(app, path) == [401]
        assert sent_by_nobody(app, path, [(b"authorization", b"Basic eDp5")]) == [401]
    assert sent_by_nobody(app, "/cycles/import") == [303]
    assert sent_by_nobody(app, "/sign-in", [(b"content-length", b"2000000")]) == [400]
    assert sent_by_nobody(app, "/sign-in", [(b"transfer-encoding", b"chunked")]) == [400]


def test_a_document_of_a_million_lists_is_refused(server, monkeypatch):
    monkeypatch.setattr(bodies, "MOST_BRACKETS", 10)
    answer = server.call("supervisor", "POST", "/v1/problems", json={"force": {"cases": [[]] * 10}})
    assert answer.status_code == 413 and "more than 10 lists" in answer.json()["detail"]
    wrong = server.call(
        "supervisor", "POST", "/v1/problems", content=b"{", headers={"content-type": "application/json"}
    )
    assert wrong.status_code == 422


def test_scenarios_are_bounded_in_size_in_number_and_in_what_they_bring(server, monkeypatch):
    arrive = {"what": "cases-arrive", "count": 6_000, "division": "North", "risk": "low"}
    for scenarios in (
        [{"name": "x", "change": [arrive] * 4}],
        [{"name": f"x{k}", "change": [arrive]} for k in range(4)],
    ):
        told = server.call("supervisor", "POST", "/v1/whatif", json={"scenarios": scenarios})
        assert told.status_code == 422 and "20,000 new cases together" in told.text
    large = {"name": "x", "document": {"comment": "x" * 70_000}}
    told = server.call("supervisor", "POST", "/v1/scenarios", json=large)
    assert told.status_code == 422 and "at most 64 KiB" in told.text
    monkeypatch.setattr("allocator.app.scenarios.MOST_KEPT", 0)
    told = server.call("supervisor", "POST", "/v1/scenarios", json={"name": "x", "document": {}})
    assert told.status_code == 409 and "remove some" in told.text


def test_a_scenario_that_could_never_run_is_not_kept(server):
    for document in (
        {"change": [[[[]]]]},
        {"policy": {"limits": {"cases": "x"}}},
        {"policy": {"limits": {"cases": float("nan")}}},
        {"policy": {"limits": {"cases": float("inf")}}},
    ):
        body = json.dumps({"name": "x", "document": document})
        headers = {"content-type": "application/json"}
        answer = server.call("supervisor", "POST", "/v1/scenarios", content=body, headers=headers)
        assert answer.status_code == 422 and answer.json()["errors"], answer.text


def test_events_of_what_is_not_there_are_not_there(server):
    for who in ("supervisor", "viewer"):
        assert server.call(who, "GET", f"/v1/problems/{'0' * 32}/events").status_code == 404


def test_a_placement_into_an_open_cycle_needs_what_was_seen(server, zipped):
    files = {"export": ("my force.zip", zipped)}
    cycle = server.call("supervisor", "POST", "/v1/cycles", files=files)
    assert cycle.status_code == 201, cycle.text
    body = {"case_id": "c4", "officer_id": "A", "reason": "knows-case"}
    assert server.call("supervisor", "POST", "/v1/placements", json=body).status_code == 428
    seen = {"If-Match": cycle.headers["etag"]}
    assert server.call("supervisor", "POST", "/v1/placements", json=body, headers=seen).status_code == 201


def test_an_upload_is_called_as_its_sender_calls_it(server):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("other.csv", "a\n")
    for name, content in (("spring.zip", data.getvalue()), ("spring.xlsx", data.getvalue())):
        answer = server.call("supervisor", "POST", "/v1/cycles", files={"export": (name, content)})
        assert answer.status_code == 422 and "upload" not in answer.text and "/tmp" not in answer.text, answer.text
    assert "spring.xlsx" in answer.text


def test_what_is_not_to_be_set_cannot_be_sent_along(server):
    new = {"name": "Eve", "role": "viewer"}
    sent = {"password": "correct horse battery"}
    for extra in ({"must_change": False}, {"active": True}, {"version": 7}, {"id": 1}, {"token_scope": "commit"}):
        answer = server.call("administrator", "POST", "/v1/users", json={**new, **sent, **extra})
        assert answer.status_code == 422 and answer.json()["errors"][0]["column"] == next(iter(extra)), extra
    me = server.users["viewer"]
    headers = {"If-Match": f'"v{me.version}"'}
    answer = server.call("administrator", "PATCH", f"/v1/users/{me.id}", json={"name": "Other"}, headers=headers)
    assert answer.status_code == 422
    # No account of those whose rights it was cut to can do it either.
    assert server.call("viewer", "PATCH", f"/v1/users/{me.id}", json={"role": "administrator"}).status_code == 403


def test_a_parameter_is_taken_from_its_own_place(server):
    nobody = server.browser()
    asked = "/sign-in?name=viewer&password=correct+horse+battery"
    answer = server.client.post(asked, data={"csrftoken": nobody.token}, headers=nobody.headers, follow_redirects=False)
    assert answer.status_code == 422
    server.client.cookies.clear()
    assert server.client.get("/v1/me?authorization=" + server.tokens["viewer"]).status_code == 401
    twice = server.call("viewer", "GET", "/v1/problems?limit=1&limit=201")
    assert twice.status_code == 422


def test_an_answer_holds_no_secret_of_an_account(server):
    listed = server.call("administrator", "GET", "/v1/users").json()["items"]
    assert len(listed) > 5
    for one in [*listed, server.call("viewer", "GET", "/v1/me").json()]:
        assert set(one) == {"id", "name", "role", "divisions", "officer_id", "active", "version", "created_at"}
