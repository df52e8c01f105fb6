"""Accounts and their tokens, by number."""

from __future__ import annotations

from allocator.app.views import NotThere
from allocator.db.accounts import User, find_user
from allocator.db.sessions import revoke_token
from allocator.db.store import Store
from allocator.errors import InputError


def account(store: Store, user_id: int) -> User:
    """Find an account.

    Raises
    ------
    NotThere
        When there is none of that number.
    """
    try:
        with store.reading() as connection:
            return find_user(connection, user_id)
    except InputError:
        raise NotThere(f"There is no account {user_id}.") from None


def take_token_back(store: Store, of: User, token_id: int, *, by: User) -> None:
    """Take a token of an account back.

    Raises
    ------
    NotThere
        When the account has none of that number.
    """
    try:
        revoke_token(store, of, token_id, by=by.name)
    except InputError:
        raise NotThere(f"There is no token {token_id}.") from None
