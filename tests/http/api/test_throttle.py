"""Sign-ins that fail: how many, and whom they lock out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from allocator.app.actors import claimed
from allocator.http.dependencies import SIDE_BY_SIDE, Throttle
from allocator.http.errors import TooManyTries


def tried(throttle, name, address, *, failed=True):
    try:
        throttle.begin(name, address)
    except TooManyTries:
        return False
    throttle.end(name, address, failed=failed)
    return True


def test_one_name_from_one_address_has_few_tries_and_others_are_not_locked_out():
    throttle = Throttle(3)
    assert [tried(throttle, "Vic", "here") for _ in range(5)] == [True] * 3 + [False] * 2
    assert tried(throttle, "VIC", "elsewhere", failed=False) and tried(throttle, "Nia", "here")
    assert not tried(throttle, "vic", "here")


def test_an_address_and_a_name_have_more_but_not_any_number():
    throttle = Throttle(3)
    assert sum(tried(throttle, f"n{k}", "here") for k in range(30)) == 15
    assert sum(tried(throttle, "Vic", f"a{k}") for k in range(90)) == 60


def test_tries_side_by_side_are_no_more_than_one_by_one():
    throttle = Throttle(10)

    def begun(_):
        try:
            throttle.begin("Vic", "here")
        except TooManyTries:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(begun, range(60))) == 10


def test_few_tries_from_one_address_are_under_way_at_once_whatever_the_names():
    throttle = Throttle(1_000)
    for k in range(SIDE_BY_SIDE):
        throttle.begin(f"n{k}", "here")
    assert not tried(throttle, "Ann", "here") and tried(throttle, "Ann", "elsewhere")
    throttle.end("n0", "here", failed=False)
    assert tried(throttle, "Ann", "here") and tried(throttle, "Ann", "here")


def test_who_gets_in_is_not_counted():
    throttle = Throttle(2)
    assert all(tried(throttle, "Ann", "office", failed=False) for _ in range(50))
    assert tried(throttle, "Ann", "office")


def test_a_token_of_who_must_change_the_password_does_not_hold(server):
    from allocator.app.accounts import add_user
    from allocator.app.sessions import add_token

    user = add_user(server.context.store, claimed("root"), "Mia Must", "viewer", password="correct horse battery")
    _, secret = add_token(server.context.store, claimed("root"), user, "early", days=1, scope="commit")
    answer = server.client.get("/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401 and "change the password" in answer.json()["detail"]


def test_an_administrator_takes_tokens_back(server):
    from allocator.app.sessions import add_token

    user = server.users["viewer"]
    token, secret = add_token(server.context.store, claimed("root"), user, "lost", days=1, scope="commit")
    path = f"/v1/users/{user.id}/tokens"
    listed = server.call("administrator", "GET", path).json()["items"]
    assert token.id in {one["id"] for one in listed} and secret not in str(listed)
    assert server.call("administrator", "DELETE", f"{path}/{token.id}").status_code == 403  # a program, with a token
    browser = server.browser("administrator")
    headers = {**browser.headers, "x-csrftoken": browser.token}
    assert server.client.delete(f"{path}/{token.id}", headers=headers).status_code == 204
    assert server.client.delete(f"{path}/{token.id}", headers=headers).status_code == 404
    assert server.client.get("/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
