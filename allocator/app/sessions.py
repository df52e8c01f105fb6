"""Sessions of browsers and tokens of programs: random secrets, of which only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import cast

from allocator.app.accounts import account, find_user
from allocator.app.actors import Actor, User, require, require_in_person
from allocator.app.rights import SCOPES, Scope
from allocator.db.store import Store
from allocator.db.tables import as_record
from allocator.db.users import (
    delete_ended,
    delete_entries,
    delete_session,
    delete_token,
    insert_session,
    insert_token,
    session_row,
    token_row,
    token_rows,
    update_session,
)
from allocator.db.vouching import require_logged_rows
from allocator.errors import InputError, NotThere, Problem, Unavailable

TOKEN_PREFIX = "alloc_"
LONGEST_TOKEN_DAYS = 365
# A session that is used goes on; its time of use is written no more often than this.
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has signed in."""

    user: User
    token_hash: str


@dataclass(frozen=True, slots=True)
class Token:
    """What a program comes in with, as it is listed: never the secret itself."""

    id: int
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime


def open_session(store: Store, user: User) -> str:
    """Begin a session; its secret is for the browser's cookie, and only a hash of it is kept."""
    secret = secrets.token_urlsafe(32)
    with store.writing() as writing:
        row = {
            "token_hash": hash_secret(secret),
            "user_id": user.id,
            "created_at": writing.log.now,
            "seen_at": writing.log.now,
        }
        insert_session(writing.connection, row)
        writing.log.append(user.name, "signed-in", {"user": user.id})
    return secret


def find_session(
    store: Store, secret: str, *, idle: timedelta, longest: timedelta, used: bool = True
) -> Session | None:
    """Find whose session it is; None when it has ended: idle for too long, or too long after it began in any case.

    One that somebody put into the database, or whose account somebody changed there, is refused (Conflict).

    Parameters
    ----------
    used : bool
        Whether to look counts as use, after which it goes on.
    """
    key, now = hash_secret(secret), datetime.now(UTC)
    with store.reading() as connection:
        row = session_row(connection, key)
        if row is None or now > row.seen_at + idle or now > row.created_at + longest:
            return None
        require_logged_rows(connection, f"sessions {key}", f"users {row.user_id}")
        user = find_user(connection, row.user_id)
    if not user.active:
        return None
    if used and now > row.seen_at + _NOTED_EVERY:
        # Whoever looks while nothing can be written is not shut out for that; without a note the session ends sooner.
        with suppress(Unavailable), store.database.writing() as connection:
            update_session(connection, key, now)
    return Session(user, key)


def remove_ended_sessions(store: Store, *, idle: timedelta, longest: timedelta) -> int:
    """Remove what is left of sessions that have ended by themselves; how many there were."""
    with store.writing() as writing:
        count = delete_ended(writing.connection, writing.log.now - idle, writing.log.now - longest)
        if count:
            writing.log.append("allocator", "sessions-ended", {"sessions": count})
        return count


def close_session(store: Store, session: Session) -> None:
    """End a session."""
    with store.writing() as writing:
        delete_session(writing.connection, session.token_hash)
        writing.log.append(session.user.name, "signed-out", {"user": session.user.id})


def revoke_sessions(store: Store, actor: Actor, user_id: int) -> int:
    """End every session of an account, and take back its tokens; how many sessions there were.

    Raises
    ------
    NotThere
        When there is no such account.
    """
    require(actor, "users")
    with store.writing() as writing:
        user = find_user(writing.connection, user_id)
        count, taken = delete_entries(writing.connection, user.id)
        writing.log.append(actor.name, "sessions-revoked", {"user": user.id, "sessions": count, "tokens": taken})
        return count


def add_service_token(
    store: Store, actor: Actor, user_id: int, name: str, *, days: int, scope: str
) -> tuple[Token, str]:
    """Make a token for an account that has no password: one of the service role. As `add_token`.

    Raises
    ------
    NotThere
        When there is no such account.
    InputError
        When it is of another role, and when the name or the days will not do.
    """
    of = account(store, actor, user_id)
    if of.role != "service":
        expected = "an account of the service role; others make their tokens themselves"
        raise InputError([Problem("user", expected, value=of.role)])
    return add_token(store, actor, of, name, days=days, scope=scope)


def add_token(store: Store, actor: Actor, user: User, name: str, *, days: int, scope: str) -> tuple[Token, str]:
    """Make a token for a program; its secret is shown once and not kept.

    Parameters
    ----------
    actor : Actor
        Who makes it.
    user : User
        As whom the program acts.
    name : str
        What it is for.
    days : int
        For how many days it holds, 1 to 365.
    scope : str
        One of ``SCOPES``: what it lets the program do of what the account may.

    Raises
    ------
    InputError
        When the name, the days or the scope will not do.
    Denied
        When it is a program that asks, with a token.
    """
    require_in_person(actor)
    name = " ".join(name.split())
    problems = []
    if not 1 <= len(name) <= 100:
        problems.append(Problem("name", "what the token is for, in 1 to 100 letters"))
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        problems.append(Problem("days", f"1 to {LONGEST_TOKEN_DAYS}", value=str(days)))
    if scope not in SCOPES:
        problems.append(Problem("scope", "read, propose or commit", value=scope[:20]))
    if problems:
        raise InputError(problems)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with store.writing() as writing:
        now = writing.log.now
        row = {
            "user_id": user.id,
            "name": name,
            "scope": scope,
            "token_hash": hash_secret(secret),
            "created_at": now,
            "expires_at": now + timedelta(days=days),
        }
        key = insert_token(writing.connection, row)
        told = {"user": user.id, "token": key, "name": name, "days": days, "scope": scope}
        writing.log.append(actor.name, "token-added", told)
        return Token(key, name, cast(Scope, scope), now, now + timedelta(days=days)), secret


def find_token_user(store: Store, secret: str) -> User | None:
    """Find as whom a program comes; None when the token does not hold."""
    with store.reading() as connection:
        row = token_row(connection, hash_secret(secret))
        if row is None or datetime.now(UTC) > row.expires_at:
            return None
        require_logged_rows(connection, f"tokens {row.id}", f"users {row.user_id}")
        user = find_user(connection, row.user_id)
        return replace(user, token_scope=row.scope) if user.active else None


def tokens_of_user(store: Store, user: User) -> tuple[Token, ...]:
    """List the tokens of an account, oldest first."""
    with store.reading() as connection:
        rows = token_rows(connection, user.id)
    return tuple(as_record(Token, row) for row in rows)


def revoke_token(store: Store, actor: Actor, user: User, token_id: int) -> None:
    """Take a token of an account back.

    Raises
    ------
    NotThere
        When the account has none of that number.
    Denied
        When it is a program that asks, with a token.
    """
    require_in_person(actor)
    with store.writing() as writing:
        if not delete_token(writing.connection, user.id, token_id):
            raise NotThere(f"There is no token {token_id}.")
        writing.log.append(actor.name, "token-revoked", {"user": user.id, "token": token_id})


def hash_secret(secret: str) -> str:
    """SHA-256 of a secret; enough for one that is long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()
