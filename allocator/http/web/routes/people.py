"""Users: accounts made and changed by an administrator."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.app.accounts import account, add_user, all_users, change_user, not_in_data
from allocator.app.actors import User
from allocator.app.rights import ROLE_WORDS
from allocator.app.sessions import add_service_token, revoke_sessions, revoke_token, tokens_of_user
from allocator.errors import AllocatorError, InputError
from allocator.http.dependencies import AppContext, Context, Number
from allocator.http.urls import number_of
from allocator.http.web.forms import Text, listed, scope_items, seen_version
from allocator.http.web.lists import paged
from allocator.http.web.pages import render, sent
from allocator.http.web.visitors import member

router = APIRouter(include_in_schema=False)


@router.get("/users")
def users(request: Request, context: Context, user: User = member("users")) -> Response:
    """Every account."""
    found = paged(request, all_users(context.store, user))
    strays = not_in_data(context.store, found.items)
    return render(request, "users.html", title="Users", paged=found, strays=strays, roles=list(ROLE_WORDS.items()))


@router.get("/users/new")
def new(request: Request, context: Context, user: User = member("users")) -> Response:
    """A form for a new account."""
    return _user(request, context, None, {})


@router.post("/users/new")
def add(
    request: Request,
    context: Context,
    name: Text = "",
    role: Text = "",
    divisions: Text = "",
    officer_id: Text = "",
    password: Text = "",
    user: User = member("users"),
) -> Response:
    """Make an account."""
    try:
        add_user(
            context.store,
            user,
            name,
            role,
            password=password or None,
            divisions=listed(divisions),
            officer_id=officer_id.strip() or None,
        )
    except AllocatorError as error:
        given = {"name": name, "role": role, "divisions": divisions, "officer_id": officer_id}
        return _user(request, context, None, given, error=error)
    return sent("/users", "saved")


@router.get("/users/{user_id}")
def one(request: Request, context: Context, user_id: Number, user: User = member("users")) -> Response:
    """One account."""
    return _user(request, context, account(context.store, user, user_id), {})


@router.post("/users/{user_id}")
def change(
    request: Request,
    context: Context,
    user_id: Number,
    role: Text = "",
    divisions: Text = "",
    officer_id: Text = "",
    password: Text = "",
    active: Text = "",
    version: Text = "",
    user: User = member("users"),
) -> Response:
    """Change an account."""
    of = account(context.store, user, user_id)
    values: dict[str, Any] = {"role": role, "divisions": listed(divisions), "officer_id": officer_id.strip()}
    values["active"] = active == "yes"
    if password:
        values["password"] = password
    try:
        change_user(context.store, user, user_id, version=seen_version(version), **values)
    except AllocatorError as error:
        given = {"role": role, "divisions": divisions, "officer_id": officer_id}
        return _user(request, context, of, given, error=error)
    return sent("/users", "saved")


@router.post("/users/{user_id}/sessions")
def end_sessions(context: Context, user_id: Number, user: User = member("users")) -> Response:
    """End every session of an account."""
    revoke_sessions(context.store, user, user_id)
    return sent(f"/users/{user_id}", "revoked")


@router.post("/users/{user_id}/tokens")
def new_token(
    request: Request,
    context: Context,
    user_id: Number,
    name: Text = "",
    days: Text = "90",
    scope: Text = "read",
    user: User = member("users"),
) -> Response:
    """Make a token for an account of the service role; it is shown this once."""
    of = account(context.store, user, user_id)
    try:
        _, secret = add_service_token(context.store, user, user_id, name, days=number_of(days, 5) or 0, scope=scope)
    except InputError as error:
        return _user(request, context, of, {}, error=error)
    return _user(request, context, of, {}, secret=secret)


@router.post("/users/{user_id}/tokens/{token_id}/revoke")
def revoke(context: Context, user_id: Number, token_id: Number, user: User = member("users")) -> Response:
    """Take a token of an account back."""
    revoke_token(context.store, user, account(context.store, user, user_id), token_id)
    return sent(f"/users/{user_id}", "revoked")


def _user(
    request: Request,
    context: AppContext,
    of: User | None,
    given: dict[str, str],
    *,
    secret: str | None = None,
    error: Exception | None = None,
) -> Response:
    role = given.get("role", "" if of is None else of.role)
    return render(
        request,
        "user.html",
        title="Add somebody" if of is None else of.name,
        back="/users",
        of=of,
        strays=() if of is None else not_in_data(context.store, [of]).get(of.id, ()),
        action="/users/new" if of is None else f"/users/{of.id}",
        version=None if of is None else of.version,
        name=given.get("name", ""),
        role_items=[
            {"value": key, "text": key, "hint": {"text": words}, "checked": key == role}
            for key, words in ROLE_WORDS.items()
        ],
        divisions=given.get("divisions", "" if of is None else "; ".join(of.divisions)),
        officer_id=given.get("officer_id", "" if of is None else of.officer_id or ""),
        tokens=() if of is None else tokens_of_user(context.store, of),
        scope_items=scope_items(),
        secret=secret,
        error=error,
    )
