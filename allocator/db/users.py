"""Rows of accounts, of their sessions and of their tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from allocator.db.service_tables import sessions, tokens, users
from allocator.db.tables import count_rows, insert_row
from allocator.errors import NotThere


def insert_user(connection: Connection, row: Mapping[str, Any]) -> int:
    """Keep an account, and give its number."""
    return insert_row(connection, users, row)


def update_user(connection: Connection, user_id: int, values: Mapping[str, Any]) -> None:
    """Write what changed about an account; its version grows."""
    statement = update(users).where(users.c.id == user_id)
    connection.execute(statement.values(version=users.c.version + 1, **values))


def user_row(connection: Connection, user_id: int) -> Row[Any]:
    """Read an account by its number.

    Raises
    ------
    NotThere
        When there is none.
    """
    row = connection.execute(select(users).where(users.c.id == user_id)).first()
    if row is None:
        raise NotThere(f"There is no account {user_id}.")
    return row


def user_row_named(connection: Connection, folded: str) -> Row[Any] | None:
    """Read the account whose name compares so; None where nobody has it."""
    return connection.execute(select(users).where(users.c.folded == folded)).first()


def user_rows(connection: Connection) -> list[Row[Any]]:
    """Read every account, by name."""
    return list(connection.execute(select(users).order_by(users.c.folded)))


def count_users(connection: Connection) -> int:
    """Count accounts."""
    return count_rows(connection, users)


def count_administrators(connection: Connection) -> int:
    """Count active administrators."""
    return count_rows(connection, users, users.c.role == "administrator", users.c.active)


def insert_session(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep a session."""
    connection.execute(sessions.insert().values(row))


def session_row(connection: Connection, token_hash: str) -> Row[Any] | None:
    """Read a session; None where there is none."""
    return connection.execute(select(sessions).where(sessions.c.token_hash == token_hash)).first()


def update_session(connection: Connection, token_hash: str, seen_at: datetime) -> None:
    """Write when a session was used last."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=seen_at))


def delete_session(connection: Connection, token_hash: str) -> None:
    """Remove a session."""
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def delete_ended(connection: Connection, unused_since: datetime, begun_before: datetime) -> int:
    """Remove the sessions that nobody has used since a time, or that began before one; how many there were."""
    ended = or_(sessions.c.seen_at < unused_since, sessions.c.created_at < begun_before)
    return connection.execute(delete(sessions).where(ended)).rowcount


def delete_entries(connection: Connection, user_id: int, *, keep: str | None = None) -> tuple[int, int]:
    """Remove the sessions (save one to keep, by its hash) and tokens of an account; how many there were of each."""
    ended = delete(sessions).where(sessions.c.user_id == user_id)
    count = connection.execute(ended if keep is None else ended.where(sessions.c.token_hash != keep)).rowcount
    return count, connection.execute(delete(tokens).where(tokens.c.user_id == user_id)).rowcount


def insert_token(connection: Connection, row: Mapping[str, Any]) -> int:
    """Keep a token, and give its number."""
    return insert_row(connection, tokens, row)


def token_row(connection: Connection, token_hash: str) -> Row[Any] | None:
    """Read a token by its hash; None where there is none."""
    return connection.execute(select(tokens).where(tokens.c.token_hash == token_hash)).first()


def token_rows(connection: Connection, user_id: int) -> list[Row[Any]]:
    """Read the tokens of an account, oldest first."""
    return list(connection.execute(select(tokens).where(tokens.c.user_id == user_id).order_by(tokens.c.id)))


def delete_token(connection: Connection, user_id: int, token_id: int) -> bool:
    """Remove a token of an account; whether there was one."""
    query = delete(tokens).where(tokens.c.id == token_id, tokens.c.user_id == user_id)
    return bool(connection.execute(query).rowcount)
