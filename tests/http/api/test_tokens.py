"""Rights end when they end: of tokens, of sessions, of whoever watches a problem."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, insert, select

from allocator.app.accounts import add_user, all_users, change_user
from allocator.app.actors import claimed
from allocator.app.audit import verify_log
from allocator.app.problems import find_problem, post_job
from allocator.app.rights import RIGHTS, SCOPES, in_scope
from allocator.app.sessions import add_token, hash_secret, open_session, revoke_sessions, tokens_of_user
from allocator.db.service_tables import sessions
from allocator.db.users import insert_session
from allocator.errors import Unavailable
from allocator.http.api import problems
from allocator.http.api.problems import get_events
from allocator.http.cookies import SESSION
from allocator.http.errors import SignInNeeded
from tests.db.test_log import tampered
from tests.http.api.conftest import PASSWORD
from tests.http.web.looking import look
from tests.processes import PATIENCE, run_apart


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


def test_a_token_keeps_no_accounts(server):
    headers, me = token_of(server, "administrator", "commit"), server.users["viewer"]
    new = {"name": "Eve", "role": "administrator", "password": PASSWORD}
    seen = {**headers, "If-Match": f'"v{me.version}"'}
    for answer in (
        server.client.post("/v1/users", headers=headers, json=new),
        server.client.patch(f"/v1/users/{me.id}", headers=seen, json={"role": "administrator"}),
    ):
        assert answer.status_code == 403 and "keeps no accounts" in answer.json()["detail"]
    assert "Eve" not in {one.name for one in all_users(server.context.store, claimed("root"))}
    browser = server.browser("administrator")
    made = server.client.post("/v1/users", headers=browser.headers | {"x-csrftoken": browser.token}, json=new)
    assert made.status_code == 201, made.text


def test_a_token_makes_no_token_and_takes_none_back(server):
    for role, path in (("viewer", "/v1/tokens"), ("administrator", f"/v1/users/{server.users['service'].id}/tokens")):
        headers = token_of(server, role, "commit")
        answer = server.client.post(path, headers=headers, json={"name": "x", "days": 1})
        assert answer.status_code == 403 and "neither makes tokens" in answer.json()["detail"]
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

    return run_apart(asyncio.wait_for(collect(), PATIENCE))


def asked(server, **headers):
    state = SimpleNamespace(context=server.context)
    cookies = {SESSION: headers.pop(SESSION)} if SESSION in headers else {}
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
        request = asked(server, **{SESSION: open_session(store, user)})
        assert len(watched(server, request, user, lambda end=end, user=user: end(user))) <= 2


def test_a_stream_of_events_outlives_a_database_that_is_away(server, monkeypatch):
    monkeypatch.setattr(server.context.pool, "call", lambda: None)
    monkeypatch.setattr(problems, "LOOK_EVERY", 0.01)
    user = add_user(server.context.store, claimed("root"), "Wat away", "supervisor", password=PASSWORD)
    user = change_user(server.context.store, claimed("root"), user.id, version=user.version, active=True)
    session = open_session(server.context.store, user)
    looks = []

    def away(request, **_):
        looks.append(1)
        if len(looks) < 5:
            raise Unavailable("The database is away.")
        raise SignInNeeded("It is over.")

    monkeypatch.setattr(problems, "caller", away)
    assert watched(server, asked(server, **{SESSION: session}), user, lambda: None) == [] and len(looks) == 5


def test_guesses_at_the_password_of_a_session_are_slowed_down(server):
    user = add_user(server.context.store, claimed("root"), "Guessed", "viewer", password=PASSWORD, must_change=False)
    server.users["guessed"] = user
    browser, statuses = server.browser("guessed"), []
    for _ in range(server.context.settings.sign_ins + 2):
        data = {"csrftoken": browser.token, "old": "a wrong one", "new": "staple gun umbrella"}
        statuses.append(server.client.post("/password", data=data, headers=browser.headers).status_code)
    assert set(statuses[:-2]) == {422} and set(statuses[-2:]) == {429}
    data = {"csrftoken": browser.token, "old": PASSWORD, "new": "staple gun umbrella"}
    assert server.client.post("/password", data=data, headers=browser.headers).status_code == 429


def signed_in(server, name, browser):
    """Sign in with a browser, which keeps what it is given."""
    data = {"csrftoken": browser.token, "name": name, "password": PASSWORD}
    answer = server.client.post("/sign-in", data=data, headers=browser.headers, follow_redirects=False)
    server.client.cookies.clear()
    browser.cookies = dict(answer.cookies)
    return asked(server, **browser.cookies)


def test_to_sign_in_again_ends_the_session_before(server):
    browser = server.browser("viewer")
    first = asked(server, **browser.cookies)
    assert server.context.session(first) is not None
    second = signed_in(server, "bob", browser)
    assert server.context.session(first) is None and server.context.session(second).user.name == "bob"


def test_what_is_left_of_ended_sessions_goes_at_the_next_sign_in(server):
    store = server.context.store
    with store.writing() as writing:
        for name, seen, created in (("idle", 1, 1), ("used", 0, 1), ("old", 0, 13)):
            now = writing.log.now
            row = {"token_hash": name, "user_id": server.users["viewer"].id}
            insert_session(
                writing.connection,
                {**row, "seen_at": now - timedelta(hours=seen), "created_at": now - timedelta(hours=created)},
            )
        writing.log.append("root", "test", {})
    signed_in(server, "viewer", server.browser())
    with store.reading() as connection:
        left = set(connection.execute(select(sessions.c.token_hash)).scalars())
    assert "used" in left and not {"idle", "old"} & left
    assert verify_log(store, claimed("root")).problems == ()


def test_an_administrator_chooses_name_end_and_scope_of_a_token(server):
    batch = add_user(server.context.store, claimed("root"), "Batch", "service")
    here = f"/users/{batch.id}"
    for data, says in (
        ({"name": "", "days": "9"}, "what the token is for"),
        ({"name": "x", "days": "366"}, "1 to 365"),
        ({"name": "x", "days": "9", "scope": "all"}, "read, propose or commit"),
    ):
        look(server, "administrator", f"{here}/tokens", "POST", **data).says(says).has_no("code")
    page = look(server, "administrator", f"{here}/tokens", "POST", name="nightly", days="9", scope="propose")
    assert page.status_code == 200 and "alloc_" in page.text
    (token,) = tokens_of_user(server.context.store, batch)
    assert (token.name, token.scope, (token.expires_at - token.created_at).days) == ("nightly", "propose", 9)
    look(server, "administrator", here).says("nightly", "propose").lacks("alloc_")
    look(server, "administrator", f"/users/{server.users['viewer'].id}").lacks("Make a token")
    asked_for = look(server, "administrator", here).has("form", action=f"{here}/tokens")
    assert [one["value"] for one in asked_for.every("input", name="scope") if "checked" in one.attributes] == ["read"]


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("GET", "/v1/me"), ("POST", "/v1/cycles")])
def test_a_session_that_somebody_put_into_the_database_opens_nothing(server, method, path):
    now, secret = datetime.now(UTC), "s" * 43
    whose = server.users["administrator"].id
    row = {"token_hash": hash_secret(secret), "user_id": whose, "created_at": now, "seen_at": now}
    tampered(server.context.store, insert(sessions).values(row))
    try:
        cookies = {"cookie": f"{SESSION}={secret}", "x-csrftoken": server.browser().token}
        answer = server.client.request(method, path, headers=cookies)
        assert answer.status_code in (403, 409), answer.text
        assert answer.status_code == 403 or "is not as the log says" in answer.text
    finally:
        tampered(server.context.store, delete(sessions).where(sessions.c.token_hash == row["token_hash"]))
