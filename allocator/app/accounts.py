"""Accounts: who may come in, with which role, for which divisions, and as which officer."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import cache
from typing import Any

from pwdlib import PasswordHash

from allocator.app.actors import Actor, User, normalise_actor, require, require_in_person
from allocator.app.cycle_snapshots import snapshot_of
from allocator.app.rights import ROLES
from allocator.db.covers import cases_covered_by
from allocator.db.cycles import last_kept
from allocator.db.database import Connection, Row
from allocator.db.histories import cases_excluding
from allocator.db.store import Store
from allocator.db.tables import as_record
from allocator.db.users import (
    count_administrators,
    count_users,
    delete_entries,
    insert_user,
    update_user,
    user_row,
    user_row_named,
    user_rows,
)
from allocator.db.vouching import require_logged_rows
from allocator.errors import NOTHING_CHANGED, Conflict, InputError, Problem, Purged, meant

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
MOST_READINGS = 16  # of digits and signs as the letters that they look like, for one password
_hashes = PasswordHash.recommended()
# Whoever is unknown costs as much time as whoever is known.
_NOBODY = _hashes.hash("nobody has this password")
# Alphabets with letters that look like each other's.
_ALIKE = frozenset({"ARMENIAN", "CHEROKEE", "COPTIC", "CYRILLIC", "GREEK", "LATIN"})
# As whom the log tells what no account has done.
ACTORS = ("nobody", "allocator", "allocator serve", "allocator serve --demo")


def add_user(
    store: Store,
    actor: Actor,
    name: str,
    role: str,
    *,
    password: str | None = None,
    divisions: Collection[str] = (),
    officer_id: str | None = None,
    must_change: bool = True,
) -> User:
    """Make an account.

    Parameters
    ----------
    actor : Actor
        Who makes it.
    role : str
        One of ``ROLES``.
    password : str, optional
        None for the service role, which comes with tokens only.
    divisions : collection of str
        Empty for all.
    must_change : bool
        Whether the password is changed at the first sign-in.

    Raises
    ------
    InputError
        With everything that is wrong with it.
    Conflict
        When there is somebody of that name already.
    Denied
        When it is a program that asks, with a token.
    """
    require(actor, "users")
    require_in_person(actor)
    given, problems = _valid_name(name), []
    problems += _role_problems(role)
    if role != "service" or password is not None:
        problems += password_problems(password or "", given)
    if problems:
        raise InputError(problems)
    with store.writing() as writing:
        connection = writing.connection
        if user_row_named(connection, fold_name(given)) is not None:
            raise Conflict(f"There is an account {given} already.", outcome=NOTHING_CHANGED)
        row = {
            "name": given,
            "folded": fold_name(given),
            "password": None if password is None else _hashes.hash(password),
            "role": role,
            "divisions": sorted(set(divisions)),
            "officer_id": officer_id or None,
            "active": True,
            "must_change": must_change and password is not None and role != "service",
            "version": 1,
            "created_at": writing.log.now,
        }
        key = insert_user(connection, row)
        told = {name: row[name] for name in ("name", "role", "divisions", "officer_id")}
        writing.log.append(actor.name, "user-added", {"user": key, **told})
        return find_user(connection, key)


def change_user(store: Store, actor: Actor, user_id: int, *, version: int, **values: Any) -> User:
    """Change an account: role, divisions, officer_id, active, password.

    Parameters
    ----------
    actor : Actor
        Who changes it.
    version : int
        The one that was seen when the change was decided.
    **values
        Fields of `User` that change; ``password`` is one that is then changed at the next sign-in.

    Raises
    ------
    NotThere
        When there is none of that number.
    InputError
        With everything that is wrong with it.
    Conflict
        When somebody else changed it meanwhile, or it is the last active administrator.
    Denied
        When it is a program that asks, with a token.
    """
    require(actor, "users")
    require_in_person(actor)
    with store.writing() as writing:
        connection = writing.connection
        before = find_user(connection, user_id)
        if before.version != version:
            raise Conflict(f"Somebody else changed the account {before.name} meanwhile.", outcome=NOTHING_CHANGED)
        problems = _role_problems(values.get("role", before.role))
        password = values.pop("password", None)
        if password is not None:
            problems += password_problems(password, before.name)
        if problems:
            raise InputError(problems)
        if "divisions" in values:
            values["divisions"] = sorted(set(values["divisions"]))
        if "officer_id" in values:
            values["officer_id"] = values["officer_id"] or None
        stays = values.get("active", before.active) and values.get("role", before.role) == "administrator"
        if before.role == "administrator" and before.active and not stays and count_administrators(connection) == 1:
            raise Conflict(f"{before.name} is the only administrator.", outcome=NOTHING_CHANGED)
        changed = {name: value for name, value in values.items() if value != _plain(getattr(before, name))}
        stored = dict(changed)
        if password is not None:
            must_change = values.get("role", before.role) != "service"  # who never signs in
            stored |= {"password": _hashes.hash(password), "must_change": must_change}
        if not stored:
            return before
        update_user(connection, user_id, stored)
        if password is not None or not values.get("active", before.active):
            delete_entries(connection, user_id)
        details = {"user": user_id, **changed, "password": password is not None}
        writing.log.append(actor.name, "user-changed", details)
        return find_user(connection, user_id)


def change_password(store: Store, user: User, old: str, new: str, *, keep: str | None = None) -> User:
    """Change one's own password; every session of theirs but the one to keep ends, and none of their tokens holds.

    Raises
    ------
    InputError
        When the old one is wrong, or the new one will not do.
    """
    with store.reading() as connection:
        kept = user_row(connection, user.id).password
    problems = [] if _right(old, kept) else [Problem("password", "the password you have now")]
    problems += password_problems(new, user.name, "new password")
    if old == new and not problems:
        problems.append(Problem("new password", "another password than before"))
    if problems:
        raise InputError(problems)
    with store.writing() as writing:
        update_user(writing.connection, user.id, {"password": _hashes.hash(new), "must_change": False})
        delete_entries(writing.connection, user.id, keep=keep)
        writing.log.append(user.name, "password-changed", {"user": user.id})
        return find_user(writing.connection, user.id)


def authenticate(store: Store, name: str, password: str, address: str) -> User | None:
    """Find who has this name and password; None when nobody has, which is logged with the address that they come from.

    It takes as long for an unknown name as for a wrong password.
    """
    with store.reading() as connection:
        row = user_row_named(connection, fold_name(name))
        if row is not None:
            require_logged_rows(connection, f"users {row.id}")
    right = _right(password, None if row is None else row.password)
    if row is not None and right and row.active:
        return _user(row)
    with store.writing() as writing:
        told = {"name": None if row is None else row.name, "address": address}
        writing.log.append("nobody", "sign-in-failed", told)
    return None


def known_name(store: Store, name: str) -> str | None:
    """The name of the account that somebody says is theirs.

    None where there is none: it may be a password that was typed into the wrong field, and is kept nowhere.
    """
    with store.reading() as connection:
        row = user_row_named(connection, fold_name(name))
    return None if row is None else row.name


def all_users(store: Store, actor: Actor) -> tuple[User, ...]:
    """Every account, by name."""
    require(actor, "users")
    with store.reading() as connection:
        return tuple(map(_user, user_rows(connection)))


def account(store: Store, actor: Actor, user_id: int) -> User:
    """Find an account.

    Raises
    ------
    NotThere
        When there is none of that number.
    """
    require(actor, "users")
    with store.reading() as connection:
        return find_user(connection, user_id)


def not_in_data(store: Store, users: Collection[User]) -> dict[int, tuple[str, ...]]:
    """Divisions and officers that accounts name and the newest data does not have, by account; none without data."""
    with store.reading() as connection:
        cycle = last_kept(connection)
        try:
            force = None if cycle is None else snapshot_of(store, connection, cycle, newest=True).force
        except Purged:
            force = None
    if force is None:
        return {}
    known = {"", *force.divisions, *(officer.officer_id for officer in force.officers)}
    return {one.id: tuple(n for n in (*one.divisions, one.officer_id or "") if n not in known) for one in users}


def find_user(connection: Connection, user_id: int) -> User:
    """Find an account by its number.

    Raises
    ------
    NotThere
        When there is none.
    """
    row = user_row(connection, user_id)
    kept_from = frozenset() if row.officer_id is None else cases_excluding(connection, row.officer_id)
    return replace(_user(row), kept_from=kept_from, covering=cases_covered_by(connection, row.divisions))


def any_user(store: Store) -> bool:
    """Whether there is an account at all."""
    with store.reading() as connection:
        return count_users(connection) > 0


def fold_name(name: str) -> str:
    """Put a name as it is compared: letters that only look different are the same."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def password_problems(password: str, name: str, where: str = "password") -> list[Problem]:
    """Everything that is wrong with a password; the password itself is never quoted."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        expected = f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
        return [Problem(where, expected, value=f"{len(password)} characters", maybe="use three or four random words.")]
    if len(set(password)) < 5 or fold_name(name) in fold_name(password):
        return [Problem(where, "one that does not hold your name and is not one character again and again")]
    if not _hard_to_guess(password, name):
        advice = "use three or four random words."
        return [Problem(where, "one that is not made of common passwords", value="a common one", maybe=advice)]
    return []


def _hard_to_guess(password: str, name: str) -> bool:
    """Whether more than a hundred million guesses are needed, of common passwords, words, dates and keys in a row."""
    return int(_guesses()(password[:72], user_inputs=[name, "allocator"])["score"]) >= 3


@cache
def _guesses() -> Callable[..., dict[str, Any]]:
    """How many guesses a password needs; its lists take a while to load.

    It would look a password up once for every way to read it, of which one that is made for that has hundreds; what is
    like a common one has a few.
    """
    from zxcvbn import matching, zxcvbn

    every = matching.enumerate_l33t_subs
    matching.enumerate_l33t_subs = lambda table: every(table)[:MOST_READINGS]
    found: Callable[..., dict[str, Any]] = zxcvbn
    return found


def _valid_name(name: str) -> str:
    if fold_name(name) in ACTORS:
        raise InputError([Problem("name", "another name: the audit log uses this one itself", value=name)])
    letters = (letter for letter in unicodedata.normalize("NFKC", name) if letter.isalpha())
    alphabets = _ALIKE & {unicodedata.name(letter, "").partition(" ")[0] for letter in letters}
    if len(alphabets) > 1:
        raise InputError([Problem("name", "letters of one alphabet", value=name[:120])])
    try:
        return normalise_actor(name)
    except InputError:
        raise InputError([Problem("name", "a name of 1 to 100 letters", value=name[:120])]) from None


def _role_problems(role: Any) -> list[Problem]:
    if role in ROLES:
        return []
    *most, last = ROLES
    return [Problem("role", f"one of {', '.join(most)} or {last}", value=str(role), maybe=meant(str(role), ROLES))]


def _right(password: str, kept: str | None) -> bool:
    found = _hashes.verify(password[:LONGEST_PASSWORD], kept or _NOBODY)
    return found and kept is not None and len(password) <= LONGEST_PASSWORD


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _user(row: Row[Any]) -> User:
    return as_record(
        User, row, divisions=tuple(row.divisions), token_scope=None, kept_from=frozenset(), covering=frozenset()
    )
