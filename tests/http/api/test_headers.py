"""What browsers are told so that they are strict, whoever answers and whatever went wrong."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from allocator.http.middleware import Strict
from tests.processes import run_apart

SECRET = "password of the database"


@pytest.mark.parametrize("secure", [True, False])
def test_browsers_are_told_to_keep_to_tls_where_cookies_are_for_it_alone(secure):
    told = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        told.extend(message["headers"])

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    run_apart(Strict(app, secure)(scope, None, send))
    expected = b"max-age=31536000; includeSubDomains" if secure else None
    assert dict(told).get(b"strict-transport-security") == expected


@pytest.fixture
def broken(server, monkeypatch):
    """The same server, where an account can be shown neither to people nor to programs."""

    def fails(*given, **named):
        raise RuntimeError(f"SELECT: {SECRET}")

    monkeypatch.setattr("allocator.http.api.people.account", fails)
    monkeypatch.setattr("allocator.http.web.routes.people.account", fails)
    return server


def answers(server):
    """Answers of every kind, by what each is of, and the status that it has."""
    viewer, administrator = server.browser("viewer"), server.browser("administrator")
    ask = TestClient(server.client.app, raise_server_exceptions=False, follow_redirects=False).request
    token = {"Authorization": f"Bearer {server.tokens['administrator']}"}
    asked = {
        ("a page", 200): ("GET", "/account", viewer.headers),
        ("a page for everybody", 200): ("GET", "/help/tutorial", {}),
        ("a document", 200): ("GET", "/v1/me", token),
        ("a style", 200): ("GET", "/static/app.css", {}),
        ("nobody on a page", 303): ("GET", "/cases", {}),
        ("nobody on an endpoint", 401): ("GET", "/v1/cases", {}),
        ("no right", 403): ("GET", "/users", viewer.headers),
        ("no form of ours", 403): ("POST", "/sign-out", viewer.headers),
        ("nothing there", 404): ("GET", "/none", {}),
        ("no such endpoint", 404): ("GET", "/v1/none", token),
        ("another method", 405): ("DELETE", "/sign-in", {**viewer.headers, "x-csrftoken": viewer.token}),
        ("another host", 400): ("GET", "/", {"host": "elsewhere.example"}),
        ("an address that is none", 400): ("GET", "/%00", {}),
        ("a failure of an endpoint", 500): ("GET", "/v1/users/1", token),
        ("a failure of a page", 500): ("GET", "/users/1", administrator.headers),
    }
    for (kind, status), (method, path, headers) in asked.items():
        answer = ask(method, path, headers=headers)
        assert answer.status_code == status, (kind, answer.status_code)
        yield kind, answer


def test_every_answer_has_all_headers_whoever_gives_it(broken):
    for kind, answer in answers(broken):
        told = answer.headers
        for header in ("content-security-policy", "x-content-type-options", "referrer-policy"):
            assert len(told.get_list(header)) == 1, (kind, header)
        policy = dict(part.strip().split(" ", 1) for part in told["content-security-policy"].split(";"))
        # What `default-src` forbids needs no line of its own: objects, frames, media.
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'", kind
        assert re.fullmatch(r"'self' 'nonce-[\w-]{20,}'", policy["script-src"]) and "object-src" not in policy, kind
        assert told["x-content-type-options"] == "nosniff" and told["referrer-policy"] == "same-origin", kind
        assert not any(name.startswith("access-control-") for name in told), kind
        assert kind == "a style" or told["cache-control"] == "no-store", kind


def test_every_answer_says_what_it_is(broken):
    for kind, answer in answers(broken):
        told = answer.headers.get("content-type", "")
        if not answer.content:
            continue
        wanted = (
            "application/problem+json"
            if "endpoint" in kind or kind == "an address that is none"
            else "text/html; charset=utf-8"
        )
        wanted = {"a document": "application/json", "a style": "text/css; charset=utf-8"}.get(kind, wanted)
        wanted = "text/plain; charset=utf-8" if kind == "another host" else wanted
        assert told == wanted, (kind, told)


def test_what_fails_unexpectedly_is_told_in_general_words(broken):
    for kind, answer in answers(broken):
        assert SECRET not in answer.text and "Traceback" not in answer.text and "RuntimeError" not in answer.text, kind


def test_no_other_site_is_let_in(server):
    headers = {"origin": "https://elsewhere.example", "access-control-request-method": "POST"}
    for path in ("/", "/v1/me", "/v1/problems", "/static/app.css"):
        for method in ("GET", "OPTIONS"):
            told = server.call("viewer", method, path, headers=headers).headers
            assert not any(name.startswith("access-control-") for name in told), (method, path)


def test_no_folder_is_listed_and_no_other_file_is_served(server):
    (server.context.store.home.folder / "secret.txt").write_text(SECRET)
    for path in (
        *("/static", "/static/", "/static/..", "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py"),
        *("/.git/config", "/static/.git/config", "/help/../../audit.key", "/help/..%2f..%2faudit.key", "/secret.txt"),
        *("/static//etc/passwd", "/static/%2fetc%2fpasswd", "/pyproject.toml", "/requirements.lock"),
    ):
        answer = server.client.get(path, follow_redirects=False)
        assert answer.status_code in (303, 307, 404), (path, answer.status_code)
        assert "import" not in answer.text and SECRET not in answer.text


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "DEBUG"])
def test_methods_that_nobody_needs_are_refused(server, method):
    headers = {"Authorization": f"Bearer {server.tokens['administrator']}", "x-marked": "marked"}
    for path in ("/v1/me", "/health", "/static/app.css"):
        answer = server.client.request(method, path, headers=headers)
        assert answer.status_code in (403, 405) and "marked" not in answer.text, (path, answer.status_code)
