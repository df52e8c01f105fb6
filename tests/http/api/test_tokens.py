"""Rights end when they end: of tokens, of sessions, of whoever watches a problem."""

from __future__ import annotations

import asyncio
import re
from types import SimpleNamespace

import pytest

from allocator.app.accounts import add_user, change_user
from allocator.app.actors import claimed
from allocator.app.problems import find_problem, post_job
from allocator.app.rights import RIGHTS, SCOPES, in_scope
from allocator.app.sessions import add_token, find_token_user, open_session, revoke_sessions
from allocator.http.api.problems import get_events
from allocator.http.dependencies import COOKIE
from tests.http.api.conftest import PASSWORD


def token_of(server, role, scope):
    _, secret = add_token(server.context.store, claimed("root"), server.users[role], scope, days=1, scope=scope)
    return {"Authorization": f"Bearer {secret}"}


def test_each_scope_holds_those_before_it():
    held = [{right for right in RIGHTS if in_scope(scope, right)} for scope in SCOPES]
    assert held[0] < held[1] < held[2] == set(RIGHTS)
    assert not held[1] & {"approve", "commit", "undo", "users", "settings"}
    assert not held[0] & {"plan", "override", "solve", "return"}


@pytest.mark.parametrize(
    ("role", "scope", "method", "path", "refused"),
    [
        ("supervisor", "read", "GET", "/v1/cases", False),
        ("supervisor", "read", "POST", "/v1/problems", True),
        ("supervisor", "read", "POST", "/v1/rollovers", True),
        ("supervisor", "propose", "POST", "/v1/problems", False),
        ("service", "propose", "POST", "/v1/cycles/1/commit", True),
        ("approver", "commit", "POST", "/v1/cycles/1/commit", False),
        ("administrator", "propose", "GET", "/v1/users", True),
    ],
)
def test_a_token_does_what_its_scope_says(server, role, scope, method, path, refused):
    headers = {**token_of(server, role, scope), "If-Match": '"v99"'}
    answer = server.client.request(method, path, headers=headers, json={"seed": 1} if method == "POST" else None)
    assert (answer.status_code == 403) == refused, answer.text
    assert not refused or f"its scope is {scope}" in answer.json()["detail"]


def test_a_token_makes_no_token_and_takes_none_back(server):
    for role, path in (("viewer", "/v1/tokens"), ("administrator", f"/v1/users/{server.users['service'].id}/tokens")):
        headers = token_of(server, role, "commit")
        answer = server.client.post(path, headers=headers, json={"name": "x", "days": 1})
        assert answer.status_code == 403 and "cannot make tokens" in answer.json()["detail"]
        assert server.client.delete(f"{path}/1", headers=headers).status_code == 403


def watched(server, request, user, ends):
    """Events that somebody gets of a problem that never ends, while their right to it does."""
    job = post_job(server.context.store, user, "frontier", {"snapshot": "none", "last": 0})
    found = find_problem(server.context.store, user, job.id)

    async def collect():
        events = []
        async for event in get_events(server.context, request, user, found):
            events.append(event)
            ends()
        return events

    return asyncio.run(asyncio.wait_for(collect(), 30))


def asked(server, **headers):
    state = SimpleNamespace(context=server.context)
    cookies = {COOKIE: headers.pop(COOKIE)} if COOKIE in headers else {}
    return SimpleNamespace(app=SimpleNamespace(state=state), headers=headers, cookies=cookies, state=SimpleNamespace())


def test_a_stream_of_events_ends_with_the_session_and_with_the_account(server, monkeypatch):
    monkeypatch.setattr(server.context.pool, "call", lambda: None)
    store = server.context.store
    ending = {
        "sessions": lambda user: revoke_sessions(store, claimed("root"), user.id),
        "account": lambda user: change_user(store, claimed("root"), user.id, version=user.version, active=False),
    }
    for name, end in ending.items():
        user = add_user(store, claimed("root"), f"Wat {name}", "supervisor", password=PASSWORD, must_change=False)
        request = asked(server, **{COOKIE: open_session(store, user)})
        assert len(watched(server, request, user, lambda end=end, user=user: end(user))) <= 2


def signed_in(server, name, cookie=None):
    page = server.client.get("/sign-in", headers={} if cookie is None else {"cookie": f"{COOKIE}={cookie}"})
    token = re.search(r'name="csrftoken" value="([^"]+)"', page.text)[1]
    if cookie is not None:
        server.client.cookies.set(COOKIE, cookie)
    data = {"csrftoken": token, "name": name, "password": PASSWORD}
    answer = server.client.post("/sign-in", data=data, follow_redirects=False)
    server.client.cookies.clear()
    return re.search(COOKIE + "=([^;]+)", "".join(answer.headers.get_list("set-cookie")))[1]


def test_to_sign_in_again_ends_the_session_before(server):
    first = signed_in(server, "viewer")
    assert server.context.session(first) is not None
    second = signed_in(server, "bob", first)
    assert server.context.session(first) is None and server.context.session(second).user.name == "bob"


def test_old_passwords_are_not_guessed_in_a_session_of_somebody_else(server):
    user = add_user(server.context.store, claimed("root"), "Gus", "viewer", password=PASSWORD, must_change=False)
    session = server.context.session(open_session(server.context.store, user))
    from allocator.errors import InputError
    from allocator.http.errors import TooManyTries

    for _ in range(server.context.settings.sign_ins):
        with pytest.raises(InputError, match="1 problem"):
            server.context.change_password(session, "wrong", "another long password", "there")
    with pytest.raises(TooManyTries):
        server.context.change_password(session, PASSWORD, "another long password", "there")
    assert find_token_user(server.context.store, "none") is None
