"""What the service's own log says of those who were refused, and that a line of it is one."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
import structlog

from allocator.app.actors import claimed
from allocator.app.audit import show_log
from allocator.app.sessions import close_session, find_session
from allocator.http.cookies import SESSION
from allocator.http.observability import set_up_logs
from tests.http.api.conftest import PASSWORD


@pytest.fixture
def lines():
    """The lines of the log since they were last asked for."""
    before, written = structlog.get_config(), io.StringIO()
    set_up_logs("info")
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=written))

    def told():
        found = written.getvalue().split("\n")[:-1]
        written.seek(0)
        written.truncate()
        return [json.loads(line) for line in found]

    yield told
    structlog.configure(**before)


def test_who_is_refused_is_logged_with_who_what_and_when(server, lines):
    viewer, browser = server.users["viewer"], server.browser("viewer")
    lines()
    wrong = {"Authorization": "Bearer alloc_wrong"}
    for status, refused, user, ask in (
        (401, "sign-in-needed", None, lambda: server.client.get("/v1/cases", headers=wrong)),
        (403, "denied", viewer.id, lambda: server.call("viewer", "GET", "/v1/users")),
        (403, "csrf", None, lambda: server.client.post("/sign-out", headers=browser.headers)),
        (422, "input", viewer.id, lambda: server.call("viewer", "GET", "/v1/problems?limit=9999")),
        (400, None, None, lambda: server.client.get("/", headers={"host": "elsewhere.example"})),
    ):
        assert ask().status_code == status
        (line,) = lines()
        assert (line["event"], line["status"]) == ("request", status), line
        assert line.get("refused") == refused
        assert user is None or line["user"] == user
        assert line["timestamp"].endswith("Z") and line["request"] and line["method"] and line["path"]
        assert "alloc_wrong" not in str(line)


def test_an_unexpected_failure_is_logged_with_its_place_and_without_its_words(server, lines, monkeypatch):
    def fails(*given):
        raise RuntimeError("case c1 of somebody")

    monkeypatch.setattr("allocator.http.api.people.account", fails)
    lines()
    assert server.call("administrator", "GET", "/v1/users/1").status_code == 500
    failure, request = lines()
    assert failure["level"] == "error" and failure["where"].startswith("RuntimeError at ")
    assert request["status"] == 500 and request["request"] == failure["request"]
    assert "somebody" not in str([failure, request])


def test_a_line_is_a_line_whatever_is_asked_for(server, lines):
    lines()
    server.client.get(
        '/v1/%0a{"event": "forged", "status": 200}%0d%0a%e2%80%a8%1b[31m', headers={"x-request-id": "a\tb"}
    )
    (line,) = lines()
    assert line["event"] == "request" and line["status"] == 404 and "\n" in line["path"] and line["request"] != "a\tb"


def test_signing_in_failing_to_and_signing_out_are_in_the_audit_log(server):
    store, nobody = server.context.store, server.browser()
    for password in ("wrong", PASSWORD):
        data = {"csrftoken": nobody.token, "name": "viewer", "password": password}
        answer = server.client.post("/sign-in", data=data, headers=nobody.headers, follow_redirects=False)
    assert answer.status_code == 303
    (session,) = (cookie for name, cookie in answer.cookies.items() if name == SESSION)
    found = find_session(store, session, idle=timedelta(hours=1), longest=timedelta(hours=1))
    close_session(store, found)
    server.client.cookies.clear()
    acts = [(entry.actor, entry.act) for entry in show_log(store, claimed("root"), last=3)]
    assert acts == [("nobody", "sign-in-failed"), ("viewer", "signed-in"), ("viewer", "signed-out")]
