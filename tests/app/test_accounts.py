"""Accounts, sessions and tokens, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from allocator.app.accounts import (
    MOST_READINGS,
    add_user,
    all_users,
    authenticate,
    change_password,
    change_user,
    password_problems,
)
from allocator.app.actors import claimed
from allocator.app.sessions import (
    add_token,
    close_session,
    find_session,
    find_token_user,
    open_session,
    revoke_sessions,
    revoke_token,
    tokens_of_user,
)
from allocator.db.service_tables import sessions, tokens, users
from allocator.errors import Conflict, InputError
from tests.db.conftest import postgres, store, url  # noqa: F401

PASSWORD, OTHER = "correct horse battery", "staple gun umbrella"
HOUR = timedelta(hours=1)


def ann(store, **options):  # noqa: F811
    return add_user(store, claimed("root"), "Ann Archer", "supervisor", password=PASSWORD, **options)


def test_who_has_the_password_comes_in_under_any_spelling_of_the_name(store):  # noqa: F811
    made = ann(store, divisions=["West", "North", "West"])
    assert made.divisions == ("North", "West") and made.must_change
    assert authenticate(store, " ANN  archer", PASSWORD, "here") == made
    assert authenticate(store, "Ann Archer", OTHER, "here") is None
    assert authenticate(store, "nobody", PASSWORD, "here") is None
    with pytest.raises(Conflict, match="already"):
        add_user(store, claimed("root"), "ann ARCHER", "viewer", password=PASSWORD)


@pytest.mark.parametrize("name", ["\u0410nn Archer", "Ann \u0391rcher", "Ann Arche\u0433"])
def test_a_name_of_letters_that_look_like_others_is_refused(store, name):  # noqa: F811
    with pytest.raises(InputError, match="letters of one alphabet"):
        add_user(store, claimed("root"), name, "viewer", password=PASSWORD)


@pytest.mark.parametrize("name", ["Anna-Mária O\u2019Neill", "Łukasz Żak", "李小龙", "Анна Лучник", "ops2"])
def test_names_of_one_alphabet_will_do(store, name):  # noqa: F811
    assert add_user(store, claimed("root"), name, "viewer", password=PASSWORD).name == name


def test_passwords_are_kept_as_argon2_and_nowhere_else(store):  # noqa: F811
    ann(store)
    with store.reading() as connection:
        kept = connection.execute(select(users.c.password)).scalar_one()
    assert kept.startswith("$argon2id$") and PASSWORD not in kept


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaaaa", "ann archer 2026", "", "x" * 201, "password1234", "qwertyuiop123"]
)
def test_passwords_that_will_not_do_are_refused_without_being_quoted(store, password):  # noqa: F811
    with pytest.raises(InputError) as told:
        add_user(store, claimed("root"), "Ann Archer", "supervisor", password=password)
    assert not password or password not in str(told.value).replace("characters", "")
    assert all_users(store, claimed("root")) == ()


def test_a_wrong_role_and_password_are_told_together(store):  # noqa: F811
    with pytest.raises(InputError) as told:
        add_user(store, claimed("root"), "Ann", "supervizor", password="x")
    assert len(told.value.problems) == 2 and told.value.problems[0].maybe == "supervisor is meant."


def test_a_session_ends_when_it_is_idle_old_closed_or_revoked(store):  # noqa: F811
    user = ann(store)

    def alive(secret, idle=HOUR, longest=HOUR):
        return find_session(store, secret, idle=idle, longest=longest)

    secret = open_session(store, user)
    assert alive(secret).user == user and alive("x" + secret) is None
    assert alive(secret, idle=-HOUR) is None and alive(secret, longest=-HOUR) is None
    with store.reading() as connection:
        assert secret not in connection.execute(select(sessions.c.token_hash)).scalars().all()
    close_session(store, alive(secret))
    assert alive(secret) is None
    second = open_session(store, user)
    assert revoke_sessions(store, claimed("root"), user.id) == 1 and alive(second) is None
    third = open_session(store, user)
    change_user(store, claimed("root"), user.id, version=user.version, active=False)
    assert alive(third) is None and authenticate(store, "Ann Archer", PASSWORD, "here") is None


def test_a_changed_password_ends_every_other_session(store):  # noqa: F811
    user = ann(store)
    here, there = open_session(store, user), open_session(store, user)
    kept = find_session(store, here, idle=HOUR, longest=HOUR)
    with pytest.raises(InputError, match="the password you have now"):
        change_password(store, user, OTHER, OTHER + "!")
    with pytest.raises(InputError, match="another password"):
        change_password(store, user, PASSWORD, PASSWORD)
    assert not change_password(store, user, PASSWORD, OTHER, keep=kept.token_hash).must_change
    assert find_session(store, here, idle=HOUR, longest=HOUR) is not None
    assert find_session(store, there, idle=HOUR, longest=HOUR) is None
    assert authenticate(store, "Ann Archer", OTHER, "here") is not None


def test_a_token_holds_until_its_day_or_until_it_is_taken_back(store):  # noqa: F811
    user = ann(store)
    token, secret = add_token(store, claimed("Ann Archer"), user, "night batch", days=3, scope="commit")
    assert find_token_user(store, secret) == replace(user, token_scope="commit") and secret.startswith("alloc_")
    assert [one.name for one in tokens_of_user(store, user)] == ["night batch"]
    with store.database.writing() as connection:
        connection.execute(update(tokens).values(expires_at=token.created_at))
    assert find_token_user(store, secret) is None
    _, second = add_token(store, claimed("Ann Archer"), user, "again", days=3, scope="commit")
    revoke_token(store, claimed("Ann Archer"), user, tokens_of_user(store, user)[-1].id)
    assert find_token_user(store, second) is None
    for name, days in (("", 3), ("x", 0), ("x", 366)):
        with pytest.raises(InputError):
            add_token(store, claimed("Ann Archer"), user, name, days=days, scope="commit")


def test_two_administrators_at_once_one_wins_and_the_last_stays(store):  # noqa: F811
    boss = add_user(store, claimed("root"), "Boss", "administrator", password=PASSWORD)
    other = ann(store)
    changed = change_user(store, claimed("Boss"), other.id, version=other.version, role="viewer", divisions=["North"])
    assert (changed.role, changed.divisions, changed.version) == ("viewer", ("North",), 2)
    with pytest.raises(Conflict, match="meanwhile"):
        change_user(store, claimed("Boss"), other.id, version=other.version, role="planner")
    for values in ({"active": False}, {"role": "viewer"}):
        with pytest.raises(Conflict, match="only administrator"):
            change_user(store, claimed("Boss"), boss.id, version=boss.version, **values)


def test_tokens_end_with_the_password_and_with_every_session(store):  # noqa: F811
    user = add_user(store, claimed("root"), "Tom Token", "viewer", password=PASSWORD, must_change=False)

    def made():
        return add_token(store, claimed("root"), user, "tests", days=1, scope="commit")[1]

    secret = made()
    change_password(store, user, PASSWORD, OTHER)
    assert find_token_user(store, secret) is None
    secret = made()
    revoke_sessions(store, claimed("root"), user.id)
    assert find_token_user(store, secret) is None
    secret = made()
    change_user(store, claimed("root"), user.id, version=user.version + 1, password=PASSWORD)
    assert find_token_user(store, secret) is None


@pytest.mark.parametrize("name", ["nobody", "Nobody", "allocator serve", "allocator  serve --demo"])
def test_names_of_the_log_are_nobodys(store, name):  # noqa: F811
    with pytest.raises(InputError, match="audit log"):
        add_user(store, claimed("root"), name, "viewer", password=PASSWORD)


def test_what_was_typed_as_a_name_is_kept_only_where_it_is_an_account(store):  # noqa: F811
    from allocator.app.audit import show_log

    ann(store)
    assert authenticate(store, "my secret password", OTHER, "203.0.113.9") is None
    assert authenticate(store, "ANN archer", OTHER, "203.0.113.9") is None
    told = str(show_log(store, claimed("root")))
    assert "my secret password" not in told and "Ann Archer" in told


def test_a_password_is_compared_as_it_was_typed(store):  # noqa: F811
    longest = "correct horse battery staple " * 6 + "and a long end: 26 letters"
    assert len(longest) == 200
    for name, password in (("Ann", "Correct horse  battery "), ("Bob", longest)):
        add_user(store, claimed("root"), name, "viewer", password=password)
        assert authenticate(store, name, password, "here") is not None
        for other in (password + "x", password[:-1], password.lower() + " ", password.swapcase(), password.strip()[1:]):
            assert authenticate(store, name, other, "here") is None


@pytest.mark.parametrize(
    "password",
    ["onlysmalllettersofrandomwords", "73950264817365029", "пароль из слов", "three small words and a number 17 " * 3],
)
def test_a_password_may_be_long_and_of_any_characters(store, password):  # noqa: F811
    made = add_user(store, claimed("root"), "Ann Archer", "viewer", password=password)
    assert authenticate(store, "Ann Archer", password, "here") == made


@pytest.mark.parametrize("password", ["allocatorallocator", "allocator2026!", "allocator123456", "Ann Archer 1234"])
def test_names_of_the_service_and_of_its_user_are_no_passwords(store, password):  # noqa: F811
    with pytest.raises(InputError):
        add_user(store, claimed("root"), "Ann Archer", "supervisor", password=password)


def test_a_password_holds_until_it_is_changed(store):  # noqa: F811
    ann(store, must_change=False)
    with store.writing() as writing:
        writing.connection.execute(update(users).values(created_at=datetime(2016, 1, 1, tzinfo=UTC)))
        writing.log.append("root", "user-changed", {})
    found = authenticate(store, "Ann Archer", PASSWORD, "here")
    assert found is not None and not found.must_change


def test_secrets_are_long_and_each_is_another(store):  # noqa: F811
    user = ann(store)
    made = [open_session(store, user) for _ in range(3)]
    made += [add_token(store, claimed("root"), user, "x", days=1, scope="read")[1] for _ in range(3)]
    # 43 characters of 6 bits are 256 bits and 2 more.
    assert len(set(made)) == 6 and all(len(secret.removeprefix("alloc_")) == 43 for secret in made)


LEETED = "4@8({[<3691!|70$5+7%2"  # every sign that looks like a letter, and most like several


def test_a_password_is_read_in_few_ways_and_common_ones_are_found_all_the_same(monkeypatch):
    assert password_problems(LEETED * 3, "Ann") is not None  # its lists are loaded
    from zxcvbn import matching

    looked = []
    found = matching.dictionary_match
    monkeypatch.setattr(
        matching, "dictionary_match", lambda *given, **named: looked.append(1) or found(*given, **named)
    )
    for password in (LEETED * 9, "".join(sorted(LEETED)) * 3, f"{LEETED}password{LEETED}"):
        looked.clear()
        password_problems(password, "Ann")
        assert 0 < len(looked) <= 8 * MOST_READINGS  # a repeated password's part is looked at by itself, too
    common = ("p@$$w0rd1234", "P455word2024!", "adm1n1$tr4tor", "l3tm31n" * 4, "password1" * 8)
    for password in common:
        assert password_problems(password, "Ann"), password
