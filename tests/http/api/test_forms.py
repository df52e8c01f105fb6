"""Nobody sends a form in somebody else's name: each carries the token of the session that it was made for."""

from __future__ import annotations

import re
import secrets

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from allocator.app.accounts import add_user
from allocator.app.actors import claimed
from allocator.app.sessions import open_session
from allocator.http.app import make_context
from allocator.http.cookies import SESSION, VISIT, Cookie
from allocator.http.csrf import Csrf, FormTokens
from allocator.http.errors import refusal
from allocator.http.middleware import READING
from allocator.http.settings import ServerSettings
from allocator.http.web.app import application
from tests.http.api.conftest import PASSWORD
from tests.processes import run_apart

FORM = {"content-type": "application/x-www-form-urlencoded"}
MULTIPART = {"content-type": "multipart/form-data; boundary=b"}


def acts(app):
    """Every address with a method that changes something; parts of addresses are those of nothing."""
    for group in app.routes:
        for route in getattr(getattr(group, "original_router", None), "routes", [group]):
            for method in sorted(set(getattr(route, "methods", None) or ()) - set(READING)):
                assert isinstance(route, APIRoute)
                yield method, re.sub(r"\{[^}]+\}", "999", route.path)


def tokens(server):
    """Tokens that are not that of a session, which is what they are given with."""
    mine, other, nobody = server.browser("supervisor"), server.browser("supervisor"), server.browser()
    wrong = {
        "none": None,
        "empty": b"",
        "guessed": secrets.token_hex(32).encode(),
        "of another session": other.token.encode(),
        "of before sign-in": nobody.token.encode(),
        "cut": mine.token[:-1].encode(),
        "longer": mine.token.encode() + b"0",
        "in capitals": mine.token.upper().encode(),
        "long": b"0" * 100_000,
        "latin": b"\xe9",
        "not ascii": "é\U0001f600".encode(),
        "the cookie": mine.cookies[SESSION].encode(),
        "control characters": b"\x00\r\n\t",
    }
    return mine, nobody, wrong


def bodies(token):
    """A form with a token: as a browser sends one with and one without a file."""
    quoted = b"".join(b"%%%02X" % byte for byte in token or b"")
    yield (
        {"content-type": "application/x-www-form-urlencoded"},
        b"version=1" if token is None else b"csrftoken=" + quoted,
    )
    yield {"content-type": "application/x-www-form-urlencoded"}, b"csrftoken=" + (token or b"")
    head = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    part = head % ((b"other", b"1") if token is None else (b"csrftoken", token))
    yield MULTIPART, part + b'--b\r\nContent-Disposition: form-data; name="export"; filename="x"\r\n\r\nx\r\n--b--\r\n'


def refused(answer):
    return answer.status_code == 403 and "The form is no longer valid. Nothing was changed." in answer.text


def test_no_form_is_taken_without_the_token_of_its_session(server):
    mine, nobody, wrong = tokens(server)
    every = list(acts(server.client.app))
    assert ("POST", "/sign-in") in every and ("POST", "/cycles/import") in every and len(every) > 50
    for method, path in every:
        for kind, token in wrong.items():
            for headers, body in list(bodies(token))[: 2 if path != "/cycles/import" else 3]:
                if len(body) > 50_000 and path != "/cycles/import":
                    continue
                answer = server.client.request(method, path, headers={**mine.headers, **headers}, content=body)
                assert refused(answer), (method, path, kind, answer.status_code, answer.text[:300])
    for path in ("/sign-in", "/sign-out", "/password"):
        for kind in set(wrong) - {"of before sign-in"}:
            for headers, body in list(bodies(wrong[kind]))[:2]:
                answer = server.client.post(path, headers={**nobody.headers, **headers}, content=body)
                assert refused(answer), (path, kind, answer.status_code)
                assert refused(server.client.post(path, headers=headers, content=body))  # with no cookie at all
    assert server.client.get("/account", headers=mine.headers).status_code == 200  # the session goes on


def test_a_token_in_a_header_is_held_to_the_same(server):
    mine, _, wrong = tokens(server)
    for method, path in acts(server.client.app):
        for kind, token in wrong.items():
            if token is not None and len(token) < 10_000 and kind != "control characters":
                headers = {**mine.headers, "x-csrftoken": token}
                answer = server.client.request(method, path, headers=headers)
                assert refused(answer), (method, path, kind, answer.status_code)
    answer = server.client.post("/v1/rollovers", headers={**mine.headers, "x-csrftoken": mine.token})
    assert answer.status_code == 409


def test_programs_are_exempt_on_endpoints_and_nowhere_else(server):
    browser, program = server.browser("supervisor"), {"Authorization": f"Bearer {server.tokens['supervisor']}"}
    assert server.client.post("/v1/rollovers", headers=program).status_code == 409
    assert refused(server.client.post("/cycles/rollover", headers=program))
    assert refused(server.client.post("/cycles/rollover", headers={**program, **browser.headers}))
    for header, status in (("", 403), ("Bearer", 401), ("Bearer wrong", 401), ("Basic eDp5", 401)):
        headers = {**browser.headers, "Authorization": header}
        assert server.client.post("/v1/rollovers", headers=headers).status_code == status, header
    twice = [("Authorization", ""), *program.items(), *browser.headers.items()]
    assert server.client.post("/v1/rollovers", headers=twice).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "é".encode()])
def test_what_another_site_sends_is_refused_even_with_a_token(server, site):
    browser = server.browser("supervisor")
    for own, taken in (("same-origin", True), ("none", True), (site, False)):
        headers = {**browser.headers, "sec-fetch-site": own}
        answer = server.client.post("/cycles/rollover", headers=headers, data={"csrftoken": browser.token})
        assert refused(answer) is not taken, answer.status_code


def test_a_form_holds_until_its_session_ends(server):
    nobody = server.browser()
    data = {"csrftoken": nobody.token, "name": "bob", "password": PASSWORD}
    answer = server.client.post("/sign-in", headers=nobody.headers, data=data, follow_redirects=False)
    given = {cookie.split("=")[0]: cookie for cookie in answer.headers.get_list("set-cookie")}
    assert answer.status_code == 303 and "Max-Age=0" in given[VISIT] and "Max-Age=43200" in given[SESSION]
    session = {"cookie": given[SESSION].partition(";")[0]}
    server.client.cookies.clear()
    assert refused(server.client.post("/sign-out", headers=session, data={"csrftoken": nobody.token}))
    page = server.client.get("/account", headers=session)
    (token,) = set(re.findall(r'name="csrftoken" value="([^"]+)"', page.text))
    assert "set-cookie" not in page.headers
    ended = server.client.post("/sign-out", headers=session, data={"csrftoken": token}, follow_redirects=False)
    assert ended.status_code == 303 and ended.headers["set-cookie"].startswith(f'{SESSION}="";')
    # The browser that still has it is led to sign in, and begins anew there.
    late = server.client.post("/sign-out", headers=session, data={"csrftoken": token}, follow_redirects=False)
    assert late.status_code == 303 and late.headers["location"].startswith("/sign-in")


def test_pages_without_a_form_begin_no_visit(server):
    server.client.cookies.clear()
    assert "set-cookie" not in server.client.get("/help/tutorial").headers
    assert "set-cookie" not in server.client.get("/static/none.css").headers
    first = server.client.get("/sign-in")
    assert first.headers["set-cookie"].startswith(f"{VISIT}=")
    assert "set-cookie" not in server.client.get("/sign-in").headers  # it is kept
    server.client.cookies.clear()


@pytest.mark.parametrize(
    ("secure", "name", "options"),
    [
        (True, "__Host-allocator_session", {"HttpOnly", "Path=/", "SameSite=lax", "Secure"}),
        (False, "allocator_session", {"HttpOnly", "Path=/", "SameSite=lax"}),
    ],
)
def test_cookies_are_of_this_host_alone_where_they_are_secure(server, tmp_path, secure, name, options):
    settings = ServerSettings(home=tmp_path / "home", hosts="testserver", secure_cookies=secure)
    context = make_context(settings)
    context.store.upgrade()
    ann = add_user(context.store, claimed("root"), "Ann", "viewer", password=PASSWORD, must_change=False)
    client = TestClient(application(context), base_url="https://testserver" if secure else "http://testserver")
    page = client.get("/sign-in")
    token = re.search(r'name="csrftoken" value="([^"]+)"', page.text)[1]
    data = {"csrftoken": token, "name": "Ann", "password": PASSWORD}
    answer = client.post("/sign-in", data=data, follow_redirects=False)
    first, again, gone = parts(page.headers), *map(parts, answer.headers.get_list("set-cookie"))
    assert again[0].startswith(f"{name}=") and set(again[1:]) - {"Max-Age=43200"} == options
    assert first[0].startswith(name.replace("session", "visit")) and set(first[1:]) == options
    assert gone[0] == f'{name.replace("session", "visit")}=""' and options < set(gone[1:]) and "Max-Age=0" in gone
    assert client.get("/account").status_code == 200
    # The name that the other setting would have is none.
    other = {"cookie": f"{Cookie(SESSION, not secure).name}={open_session(context.store, ann)}"}
    client.cookies.clear()
    assert client.get("/account", headers=other, follow_redirects=False).status_code == 303
    context.store.close()


def parts(headers):
    line = headers if isinstance(headers, str) else headers["set-cookie"]
    return [part.strip() for part in line.split(";") if "expires" not in part]


def test_the_token_of_an_upload_is_found_before_the_rest_has_come():
    """A body of 100 MB: nothing of it but its beginning is asked for, and what is taken goes on as it came."""
    form_tokens = FormTokens(b"key", Cookie(SESSION, False), Cookie(VISIT, False))
    value, token = form_tokens.begin()
    begins = b'--b\r\nContent-Disposition: form-data; name="csrftoken"\r\n\r\n%s\r\n--b\r\n' + b"x" * 65_000

    def sent(given):
        asked, went, answers = 0, 0, []

        async def receive():
            nonlocal asked
            asked += 1
            return {
                "type": "http.request",
                "body": begins % given if asked == 1 else b"x" * 10**6,
                "more_body": asked < 100,
            }

        async def app(scope, receive, send):
            nonlocal went
            more = True
            while more:
                message = await receive()
                went, more = went + len(message["body"]), message["more_body"]

        async def send(message):
            answers.append(message.get("status"))

        scope = {"type": "http", "method": "POST", "path": "/cycles/import"}
        scope["headers"] = [(b"cookie", f"{VISIT}={value}".encode())]
        run_apart(Csrf(app, form_tokens, lambda request, error: refusal(error))(scope, receive, send))
        return asked, went, answers

    assert sent(b"wrong") == (1, 0, [403, None])
    asked, went, _ = sent(token.encode())
    assert asked == 100 and went == 99 * 10**6 + len(begins % token.encode())


def test_a_body_that_comes_byte_by_byte_or_not_at_all_is_read_as_one():
    form_tokens = FormTokens(b"key", Cookie(SESSION, False), Cookie(VISIT, False))
    value, token = form_tokens.begin()
    body, passed = f"csrftoken={token}&a=1".encode(), []

    async def app(scope, receive, send):
        more, got = True, b""
        while more:
            message = await receive()
            got, more = got + message.get("body", b""), message.get("more_body", False)
        passed.append(got)

    async def send(message):
        passed.append(message.get("status"))

    def sent(messages):
        left = list(messages)

        async def receive():
            return left.pop(0)

        scope = {"type": "http", "method": "POST", "path": "/x", "headers": [(b"cookie", f"{VISIT}={value}".encode())]}
        run_apart(Csrf(app, form_tokens, lambda request, error: refusal(error))(scope, receive, send))

    sent({"type": "http.request", "body": body[k : k + 1], "more_body": k < len(body) - 1} for k in range(len(body)))
    assert passed == [body]
    sent([{"type": "http.disconnect"}])
    assert passed[1:] == [403, None]
