"""Signing in and out, and one's own account."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.rights import ROLE_WORDS
from allocator.app.sessions import (
    add_token,
    close_session,
    open_session,
    remove_ended_sessions,
    revoke_token,
    tokens_of_user,
)
from allocator.errors import AllocatorError, InputError
from allocator.http.dependencies import Context, Number, client_address
from allocator.http.errors import TooManyTries
from allocator.http.urls import number_of
from allocator.http.web.forms import FormError, Text, scope_items
from allocator.http.web.pages import form_tokens, render, sent
from allocator.http.web.visitors import Visitor, member

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
def sign_in_page(request: Request, context: Context, next: str = "/") -> Response:
    """Ask who it is."""
    return render(request, "sign_in.html", title="Sign in", next=_local(next), name="")


@router.post("/sign-in")
def sign_in(request: Request, context: Context, name: Text = "", password: Text = "", next: Text = "/") -> Response:
    """Let somebody in."""
    try:
        user = context.signed_in(name, password, client_address(request))
        if user is None or user.role == "service":
            raise FormError(name="Check your name and password: one of them is not right.")
    except AllocatorError as error:
        return render(request, "sign_in.html", title="Sign in", next=_local(next), name=name, error=error)
    before = context.session(request)
    if before is not None:
        close_session(context.store, before)
    response = sent("/password" if user.must_change else _local(next))
    remove_ended_sessions(context.store, idle=context.settings.idle, longest=context.settings.longest)
    secret = open_session(context.store, user)
    context.session_cookie.give(response, secret, int(context.settings.longest.total_seconds()))
    form_tokens(request).visit.take(response)
    return response


@router.post("/sign-out")
def sign_out(context: Context, session: Visitor) -> Response:
    """Let somebody out."""
    close_session(context.store, session)
    response = sent("/sign-in")
    context.session_cookie.take(response)
    return response


@router.get("/password")
def password_page(request: Request, session: Visitor) -> Response:
    """Ask for a new password."""
    return render(request, "password.html", title="Change your password", first=session.user.must_change)


@router.post("/password")
def new_password(request: Request, context: Context, session: Visitor, old: Text = "", new: Text = "") -> Response:
    """Change a password."""
    try:
        context.change_password(session, old, new, client_address(request))
    except (InputError, TooManyTries) as error:
        return render(request, "password.html", title="Change your password", first=False, error=error)
    return sent("/", "password")


@router.get("/account")
def account(request: Request, context: Context, user: User = member("own")) -> Response:
    """Show somebody's own account."""
    return _account(request, context, user)


@router.post("/account/tokens")
def new_token(
    request: Request,
    context: Context,
    name: Text = "",
    days: Text = "90",
    scope: Text = "read",
    user: User = member("own"),
) -> Response:
    """Make a token; its secret is shown this once."""
    try:
        _, secret = add_token(context.store, user, user, name, days=number_of(days, 5) or 0, scope=scope)
    except InputError as error:
        return _account(request, context, user, error=error)
    return _account(request, context, user, secret=secret)


@router.post("/account/tokens/{token_id}/revoke")
def drop_token(context: Context, token_id: Number, user: User = member("own")) -> Response:
    """Take a token back."""
    revoke_token(context.store, user, user, token_id)
    return sent("/account", "revoked")


def _account(
    request: Request, context: Context, user: User, *, secret: str | None = None, error: Exception | None = None
) -> Response:
    return render(
        request,
        "account.html",
        title="Your account",
        tokens=tokens_of_user(context.store, user),
        role_says=ROLE_WORDS[user.role],
        scope_items=scope_items(),
        secret=secret,
        error=error,
    )


def _local(address: str) -> str:
    """An address of ours, whatever was asked for."""
    fine = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if fine else "/"
