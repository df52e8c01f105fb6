"""What the service's own log says of those who were refused, and that a line of it is one."""

from __future__ import annotations

import io
import json

import pytest
import structlog

from allocator.http.observability import set_up_logs


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
    for status, user, ask in (
        (401, None, lambda: server.client.get("/v1/cases", headers={"Authorization": "Bearer alloc_wrong"})),
        (403, viewer.id, lambda: server.call("viewer", "GET", "/v1/users")),
        (403, None, lambda: server.client.post("/sign-out", headers=browser.headers)),
        (422, viewer.id, lambda: server.call("viewer", "GET", "/v1/problems?limit=9999")),
        (400, None, lambda: server.client.get("/", headers={"host": "elsewhere.example"})),
    ):
        assert ask().status_code == status
        (line,) = lines()
        assert (line["event"], line["status"], line["user"]) == ("request", status, user), line
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
