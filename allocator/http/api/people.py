"""Accounts and tokens."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from allocator.app.accounts import account, take_token_back
from allocator.app.posting import require_text
from allocator.db.accounts import User, add_user, all_users, change_user
from allocator.db.sessions import Token, add_token, revoke_sessions, tokens_of_user
from allocator.errors import InputError, Problem
from allocator.http.api.models import Document, Listing, NewToken, PatchUser, PostToken, PostUser, UserOut
from allocator.http.bodies import Route
from allocator.http.dependencies import Context, Number, Version, etag, page_of, right
from allocator.http.errors import responses

router = APIRouter(route_class=Route, prefix="/v1", tags=["people"])
Administrator = Annotated[User, Depends(right("users"))]
Own = Annotated[User, Depends(right("own"))]


def user_document(user: User) -> dict[str, Any]:
    """Compose the JSON of an account."""
    return {
        "id": user.id,
        "name": user.name,
        "role": user.role,
        "divisions": list(user.divisions),
        "officer_id": user.officer_id,
        "active": user.active,
        "version": user.version,
        "created_at": user.created_at,
    }


@router.get("/me", response_model=UserOut, responses=responses(401))
def get_me(context: Context, user: Own) -> Any:
    """See as whom one comes."""
    return user_document(user)


@router.get("/users", response_model=Listing, responses=responses(401, 403, 422))
def list_users(
    context: Context,
    user: Administrator,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    """List accounts by name."""
    found = all_users(context.store)
    items = [UserOut(**user_document(one)).model_dump(mode="json") for one in found[offset : offset + limit]]
    return page_of(items, len(found), offset, limit)


@router.post("/users", response_model=UserOut, status_code=201, responses=responses(400, 401, 403, 409, 413, 422))
def post_user(context: Context, user: Administrator, body: PostUser, response: Response) -> Any:
    """Make an account."""
    require_text(body.model_dump())
    made = add_user(
        context.store,
        body.name,
        body.role,
        by=user.name,
        password=body.password,
        divisions=body.divisions,
        officer_id=body.officer_id,
    )
    response.headers["Location"], response.headers["ETag"] = f"/v1/users/{made.id}", etag(made.version)
    return user_document(made)


@router.get("/users/{user_id}", response_model=UserOut, responses=responses(401, 403, 404, 422))
def get_user(context: Context, user: Administrator, user_id: Number, response: Response) -> Any:
    """Read an account."""
    found = account(context.store, user_id)
    response.headers["ETag"] = etag(found.version)
    return user_document(found)


@router.patch(
    "/users/{user_id}",
    response_model=UserOut,
    responses=responses(400, 401, 403, 404, 409, 412, 413, 422, 428),
)
def patch_user(
    context: Context, user: Administrator, user_id: Number, version: Version, body: PatchUser, response: Response
) -> Any:
    """Change an account."""
    account(context.store, user_id)
    values = body.model_dump(exclude_none=True)
    require_text(values)
    changed = change_user(context.store, user_id, by=user.name, version=version, **values)
    response.headers["ETag"] = etag(changed.version)
    return user_document(changed)


@router.delete("/users/{user_id}/sessions", response_model=Document, responses=responses(401, 403, 404, 422))
def delete_sessions(context: Context, user: Administrator, user_id: Number) -> Any:
    """End every session of an account."""
    account(context.store, user_id)
    return {"ended": revoke_sessions(context.store, user_id, by=user.name)}


@router.post(
    "/users/{user_id}/tokens",
    response_model=NewToken,
    status_code=201,
    responses=responses(400, 401, 403, 404, 413, 422),
)
def post_user_token(context: Context, user: Administrator, user_id: Number, body: PostToken) -> Any:
    """Make a token for an account that has no password: one of the service role."""
    of = account(context.store, user_id)
    if of.role != "service":
        expected = "an account of the service role; others make their tokens themselves"
        raise InputError([Problem("user", expected, value=of.role)])
    return _new(*add_token(context.store, of, body.name, days=body.days, by=user.name))


@router.get("/users/{user_id}/tokens", response_model=Listing, responses=responses(401, 403, 404, 422))
def list_user_tokens(context: Context, user: Administrator, user_id: Number) -> Any:
    """List the tokens of an account."""
    found = [token_document(token) for token in tokens_of_user(context.store, account(context.store, user_id))]
    return page_of(found, len(found), 0, max(1, len(found)))


@router.delete("/users/{user_id}/tokens/{token_id}", status_code=204, responses=responses(401, 403, 404, 422))
def delete_user_token(context: Context, user: Administrator, user_id: Number, token_id: Number) -> None:
    """Take a token of an account back."""
    take_token_back(context.store, account(context.store, user_id), token_id, by=user)


@router.get("/tokens", response_model=Listing, responses=responses(401, 403))
def list_tokens(context: Context, user: Own) -> Any:
    """List one's own tokens."""
    found = [token_document(token) for token in tokens_of_user(context.store, user)]
    return page_of(found, len(found), 0, max(1, len(found)))


@router.post("/tokens", response_model=NewToken, status_code=201, responses=responses(400, 401, 403, 413, 422))
def post_token(context: Context, user: Own, body: PostToken) -> Any:
    """Make a token for a program that acts as oneself; it is shown this once."""
    return _new(*add_token(context.store, user, body.name, days=body.days, by=user.name))


@router.delete("/tokens/{token_id}", status_code=204, responses=responses(401, 403, 404, 422))
def delete_token(context: Context, user: Own, token_id: Number) -> None:
    """Take a token back."""
    take_token_back(context.store, user, token_id, by=user)


def token_document(token: Token) -> dict[str, Any]:
    """Compose the JSON of a token."""
    return {
        "id": token.id,
        "name": token.name,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
    }


def _new(token: Token, secret: str) -> dict[str, Any]:
    return {**token_document(token), "secret": secret}
