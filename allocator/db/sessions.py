"""Sessions of browsers and tokens of programs: random secrets, of which only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update

from allocator.db.accounts import User, find_user
from allocator.db.service_tables import sessions, tokens
from allocator.db.store import Store
from allocator.db.tables import as_record, insert_row
from allocator.errors import InputError, Problem

TOKEN_PREFIX = "alloc_"
LONGEST_TOKEN_DAYS = 400
# A session that is used goes on; its time of use is written no more often than this.
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has signed in.

    Attributes
    ----------
    user : User
    token_hash : str
    """

    user: User
    token_hash: str


@dataclass(frozen=True, slots=True)
class Token:
    """What a program comes in with, as it is listed: never the secret itself."""

    id: int
    name: str
    created_at: datetime
    expires_at: datetime


def open_session(store: Store, user: User) -> str:
    """Begin a session.

    Returns
    -------
    str
        The secret for the browser's cookie; only its hash is kept.
    """
    secret = secrets.token_urlsafe(32)
    with store.writing() as writing:
        row = {
            "token_hash": hash_secret(secret),
            "user_id": user.id,
            "created_at": writing.log.now,
            "seen_at": writing.log.now,
        }
        writing.connection.execute(sessions.insert().values(row))
        writing.log.append(user.name, "signed-in", {"user": user.id})
    return secret


def find_session(store: Store, secret: str, *, idle: timedelta, longest: timedelta) -> Session | None:
    """Find whose session it is; None when it has ended.

    Parameters
    ----------
    store : Store
    secret : str
    idle : timedelta
        Without use for this long, a session has ended.
    longest : timedelta
        So long after it began, it has ended in any case.
    """
    key, now = hash_secret(secret), datetime.now(UTC)
    with store.reading() as connection:
        row = connection.execute(select(sessions).where(sessions.c.token_hash == key)).first()
        if row is None or now > row.seen_at + idle or now > row.created_at + longest:
            return None
        user = find_user(connection, row.user_id)
    if not user.active:
        return None
    if now > row.seen_at + _NOTED_EVERY:
        with store.database.writing() as connection:
            connection.execute(update(sessions).where(sessions.c.token_hash == key).values(seen_at=now))
    return Session(user, key)


def close_session(store: Store, session: Session) -> None:
    """End a session."""
    with store.writing() as writing:
        writing.connection.execute(delete(sessions).where(sessions.c.token_hash == session.token_hash))
        writing.log.append(session.user.name, "signed-out", {"user": session.user.id})


def revoke_sessions(store: Store, user_id: int, *, by: str) -> int:
    """End every session of an account, and take back its tokens; how many sessions there were."""
    with store.writing() as writing:
        user = find_user(writing.connection, user_id)
        count = writing.connection.execute(delete(sessions).where(sessions.c.user_id == user.id)).rowcount
        taken = writing.connection.execute(delete(tokens).where(tokens.c.user_id == user.id)).rowcount
        writing.log.append(by, "sessions-revoked", {"user": user.id, "sessions": count, "tokens": taken})
        return int(count)


def add_token(store: Store, user: User, name: str, *, days: int, by: str) -> tuple[Token, str]:
    """Make a token for a program.

    Parameters
    ----------
    store : Store
    user : User
        As whom the program acts.
    name : str
        What it is for.
    days : int
        For how many days it holds, 1 to 400.
    by : str
        Who makes it.

    Returns
    -------
    (token, secret)
        The secret is shown once and not kept.

    Raises
    ------
    InputError
        When the name or the days will not do.
    """
    name = " ".join(name.split())
    problems = []
    if not 1 <= len(name) <= 100:
        problems.append(Problem("name", "what the token is for, in 1 to 100 letters"))
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        problems.append(Problem("days", f"1 to {LONGEST_TOKEN_DAYS}", value=str(days)))
    if problems:
        raise InputError(problems)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with store.writing() as writing:
        now = writing.log.now
        row = {
            "user_id": user.id,
            "name": name,
            "token_hash": hash_secret(secret),
            "created_at": now,
            "expires_at": now + timedelta(days=days),
        }
        key = insert_row(writing.connection, tokens, row)
        writing.log.append(by, "token-added", {"user": user.id, "token": key, "name": name, "days": days})
        return Token(key, name, now, now + timedelta(days=days)), secret


def find_token_user(store: Store, secret: str) -> User | None:
    """Find as whom a program comes; None when the token does not hold."""
    with store.reading() as connection:
        row = connection.execute(select(tokens).where(tokens.c.token_hash == hash_secret(secret))).first()
        if row is None or datetime.now(UTC) > row.expires_at:
            return None
        user = find_user(connection, row.user_id)
        return user if user.active else None


def tokens_of_user(store: Store, user: User) -> tuple[Token, ...]:
    """List the tokens of an account, oldest first."""
    with store.reading() as connection:
        rows = connection.execute(select(tokens).where(tokens.c.user_id == user.id).order_by(tokens.c.id))
        return tuple(as_record(Token, row) for row in rows)


def revoke_token(store: Store, user: User, token_id: int, *, by: str) -> None:
    """Take a token back.

    Raises
    ------
    InputError
        When the account has no such token.
    """
    with store.writing() as writing:
        query = delete(tokens).where(tokens.c.id == token_id, tokens.c.user_id == user.id)
        if not writing.connection.execute(query).rowcount:
            raise InputError([Problem("token", "a token of this account", value=str(token_id))])
        writing.log.append(by, "token-revoked", {"user": user.id, "token": token_id})


def hash_secret(secret: str) -> str:
    """SHA-256 of a secret; enough for one that is long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()
