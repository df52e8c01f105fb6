"""What is sent by whom, and how much of it is read."""

from __future__ import annotations

import anyio
import pytest

from allocator.api import bodies
from allocator.api.hall import COOKIE
from tests.api.test_authorisation import browser


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

    anyio.run(app, scope, receive, send)
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


@pytest.mark.parametrize(("name", "value"), [("x-csrftoken", "guessed"), ("x-csrftoken", "\xe9"), ("accept", "*/*")])
def test_an_upload_with_a_session_needs_its_token(server, zipped, name, value):
    cookies = browser(server, "supervisor")
    headers = {"cookie": f"{COOKIE}={cookies[COOKIE]}; allocator_csrf={cookies['allocator_csrf']}", name: value}
    headers = {key: said.encode("latin-1") for key, said in headers.items()}
    answer = server.client.post("/v1/cycles", headers=headers, files={"export": ("force.zip", zipped)})
    assert answer.status_code == 400 and answer.headers["content-type"] == "application/problem+json"
    done = server.client.post("/sign-out", headers=headers, content=b"csrftoken=%C3%A9")
    assert done.status_code in (400, 403)
    odd = {**headers, "content-type": b"application/x-www-form-urlencoded"}
    assert server.client.post("/sign-out", headers=odd, content=b"csrftoken=\xe9").status_code == 400
