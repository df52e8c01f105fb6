"""Who looks at pages: known by the session of their browser, with the rights of their role."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

from fastapi import Depends, Request

from allocator.app.actors import User, require
from allocator.app.sessions import Session
from allocator.errors import AllocatorError
from allocator.http.dependencies import get_context
from allocator.http.errors import PasswordNeeded, SignInNeeded


def visitor(request: Request) -> Session:
    """Who looks at pages: by the session of their browser.

    Raises
    ------
    SignInNeeded
    """
    session = get_context(request).session(request)
    if session is None:
        raise SignInNeeded("Sign in to go on.")
    request.state.user = session.user
    return session


def recognise(request: Request) -> None:
    """Look who it is on a page that is for everybody, so that it has their menu; nobody while that cannot be told."""
    if getattr(request.state, "user", None) is None:
        session = None
        with suppress(AllocatorError):
            session = get_context(request).session(request)
        request.state.user = None if session is None else session.user


Visitor = Annotated[Session, Depends(visitor)]


def member(right: str) -> Any:
    """Depend on a right of whoever looks at a page."""

    def checked(session: Visitor) -> User:
        if session.user.must_change:
            raise PasswordNeeded("Choose a password of your own first.")
        require(session.user, right)
        return session.user

    return Depends(checked)


def may_see(user: User, right: str) -> bool:
    """Whether a page of the menu is for somebody."""
    return user.may("cases") or user.may("audit") if right == "history" else user.may(right)
