"""Accounts: who may come in, with which role, for which divisions, and as which officer."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pwdlib import PasswordHash
from sqlalchemy import Connection, Row, delete, func, select, update

from allocator.access.roles import ROLES, Role, allowed
from allocator.access.view_scope import ViewScope
from allocator.db.service_tables import sessions, tokens, users
from allocator.db.store import Conflict, Store, normalise_actor
from allocator.db.tables import as_record, insert_row
from allocator.errors import NOTHING_CHANGED, AllocatorError, InputError, Problem, meant

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
_hashes = PasswordHash.recommended()
# Whoever is unknown costs as much time as whoever is known.
_NOBODY = _hashes.hash("nobody has this password")
# As whom the log tells what no account has done.
ACTORS = ("nobody", "allocator", "allocator serve", "allocator serve --demo")


class Denied(AllocatorError):
    """Somebody may not do what they asked for."""


@dataclass(frozen=True, slots=True)
class User:
    """An account.

    Attributes
    ----------
    id : int
    name : str
        With which they sign in, and as which they stand in the audit log.
    role : Role
    divisions : tuple of str
        Those they work for; empty for all.
    officer_id : str or None
        The officer they are, if they are one.
    active : bool
    must_change : bool
        True until the password that somebody else gave them is changed.
    version : int
    created_at : datetime
    """

    id: int
    name: str
    role: Role
    divisions: tuple[str, ...]
    officer_id: str | None
    active: bool
    must_change: bool
    version: int
    created_at: datetime

    @property
    def scope(self) -> ViewScope:
        """What they see."""
        divisions = frozenset(self.divisions) if self.divisions else None
        return ViewScope(divisions, self.officer_id, aggregates=not self.may("cases"))

    def may(self, right: str) -> bool:
        """Whether they have a right."""
        return self.active and allowed(self.role, right)


def add_user(
    store: Store,
    name: str,
    role: str,
    *,
    by: str,
    password: str | None = None,
    divisions: Collection[str] = (),
    officer_id: str | None = None,
    must_change: bool = True,
) -> User:
    """Make an account.

    Parameters
    ----------
    store : Store
    name : str
    role : str
        One of ``ROLES``.
    by : str
        Who makes it.
    password : str, optional
        None for the service role, which comes with tokens only.
    divisions : collection of str
        Empty for all.
    officer_id : str, optional
    must_change : bool
        Whether the password is changed at the first sign-in.

    Raises
    ------
    InputError
        With everything that is wrong with it.
    Conflict
        When there is somebody of that name already.
    """
    given, problems = _valid_name(name), []
    problems += _role_problems(role)
    if role != "service" or password is not None:
        problems += password_problems(password or "", given)
    if problems:
        raise InputError(problems)
    with store.writing() as writing:
        connection = writing.connection
        if connection.execute(select(users.c.id).where(users.c.folded == fold_name(given))).first() is not None:
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
        key = insert_row(connection, users, row)
        told = {name: row[name] for name in ("name", "role", "divisions", "officer_id")}
        writing.log.append(by, "user-added", {"user": key, **told})
        return find_user(connection, key)


def change_user(store: Store, user_id: int, *, by: str, version: int, **values: Any) -> User:
    """Change an account: role, divisions, officer_id, active, password.

    Parameters
    ----------
    store : Store
    user_id : int
    by : str
    version : int
        The one that was seen when the change was decided.
    **values
        Fields of `User` that change; ``password`` is one that is then changed at the next sign-in.

    Raises
    ------
    InputError
        With everything that is wrong with it.
    Conflict
        When somebody else changed it meanwhile, or it is the last active administrator.
    """
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
        if before.role == "administrator" and before.active and not stays and _administrators(connection) == 1:
            raise Conflict(f"{before.name} is the only administrator.", outcome=NOTHING_CHANGED)
        known = {**asdict(before), "divisions": list(before.divisions)}
        changed = {name: value for name, value in values.items() if value != known[name]}
        stored = dict(changed)
        if password is not None:
            must_change = values.get("role", before.role) != "service"  # who never signs in
            stored |= {"password": _hashes.hash(password), "must_change": must_change}
        if not stored:
            return before
        connection.execute(update(users).where(users.c.id == user_id).values(version=before.version + 1, **stored))
        if password is not None or not values.get("active", before.active):
            connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
            connection.execute(delete(tokens).where(tokens.c.user_id == user_id))
        writing.log.append(by, "user-changed", {"user": user_id, **changed, "password": password is not None})
        return find_user(connection, user_id)


def change_password(store: Store, user: User, old: str, new: str, *, keep: str | None = None) -> User:
    """Change one's own password; every other session of theirs ends, and none of their tokens holds any longer.

    Parameters
    ----------
    store : Store
    user : User
    old, new : str
    keep : str, optional
        Hash of the session that goes on.

    Raises
    ------
    InputError
        When the old one is wrong, or the new one will not do.
    """
    with store.reading() as connection:
        kept = connection.execute(select(users.c.password).where(users.c.id == user.id)).scalar_one()
    problems = [] if _right(old, kept) else [Problem("password", "the password you have now")]
    problems += password_problems(new, user.name, "new password")
    if old == new and not problems:
        problems.append(Problem("new password", "another password than before"))
    if problems:
        raise InputError(problems)
    with store.writing() as writing:
        values = {"password": _hashes.hash(new), "must_change": False, "version": users.c.version + 1}
        writing.connection.execute(update(users).where(users.c.id == user.id).values(values))
        others = delete(sessions).where(sessions.c.user_id == user.id)
        writing.connection.execute(others if keep is None else others.where(sessions.c.token_hash != keep))
        writing.connection.execute(delete(tokens).where(tokens.c.user_id == user.id))
        writing.log.append(user.name, "password-changed", {"user": user.id})
        return find_user(writing.connection, user.id)


def authenticate(store: Store, name: str, password: str) -> User | None:
    """Find who has this name and password; None when nobody has.

    It takes as long for an unknown name as for a wrong password.
    """
    with store.reading() as connection:
        row = connection.execute(select(users).where(users.c.folded == fold_name(name))).first()
    right = _right(password, None if row is None else row.password)
    return _user(row) if row is not None and right and row.active else None


def all_users(store: Store) -> tuple[User, ...]:
    """Every account, by name."""
    with store.reading() as connection:
        return tuple(_user(row) for row in connection.execute(select(users).order_by(users.c.folded)))


def find_user(connection: Connection, user_id: int) -> User:
    """Find an account by its number.

    Raises
    ------
    InputError
        When there is none.
    """
    row = connection.execute(select(users).where(users.c.id == user_id)).first()
    if row is None:
        raise InputError([Problem("user", "an account that exists", value=str(user_id))])
    return _user(row)


def any_user(store: Store) -> bool:
    """Whether there is an account at all."""
    with store.reading() as connection:
        return connection.execute(select(users.c.id).limit(1)).first() is not None


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
    return []


def _valid_name(name: str) -> str:
    if fold_name(name) in ACTORS:
        raise InputError([Problem("name", "another name: the audit log uses this one itself", value=name)])
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
    return found and kept is not None


def _administrators(connection: Connection) -> int:
    query = select(func.count()).where(users.c.role == "administrator", users.c.active)
    return int(connection.execute(query).scalar_one())


def _user(row: Row[Any]) -> User:
    return as_record(User, row, divisions=tuple(row.divisions))
