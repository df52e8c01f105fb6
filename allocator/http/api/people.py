"""Accounts and tokens."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from allocator.app.accounts import account, add_user, all_users, change_user
from allocator.app.actors import User
from allocator.app.posting import require_text
from allocator.app.sessions import Token, add_service_token, add_token, revoke_sessions, revoke_token, tokens_of_user
from allocator.http.api.models import Document, Listing, NewToken, PatchUser, PostToken, PostUser, UserOut
from allocator.http.bodies import Route
from allocator.http.dependencies import Context, Limit, Number, Offset, Version, etag, page_of, right
from allocator.http.errors import responses

router = APIRouter(route_class=Route, prefix="/v1", tags=["people"])
Administrator = Annotated[User, Depends(right("users"))]
Own = Annotated[User, Depends(right("own"))]


@router.get("/me", response_model=UserOut, responses=responses(401))
def get_me(context: Context, user: Own) -> Any:
    """See as whom one comes."""
    return user


@router.get("/users", response_model=Listing, responses=responses(401, 403, 422))
def list_users(
    context: Context,
    user: Administrator,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Any:
    """List accounts by name."""
    found = all_users(context.store, user)
    items = [UserOut.model_validate(one).model_dump(mode="json") for one in found[offset : offset + limit]]
    return page_of(items, len(found), offset, limit)


@router.post("/users", response_model=UserOut, status_code=201, responses=responses(400, 401, 403, 409, 413, 422))
def post_user(context: Context, user: Administrator, body: PostUser, response: Response) -> Any:
    """Make an account."""
    require_text(body.model_dump())
    made = add_user(context.store, user, **body.model_dump())
    response.headers["Location"], response.headers["ETag"] = f"/v1/users/{made.id}", etag(made.version)
    return made


@router.get("/users/{user_id}", response_model=UserOut, responses=responses(401, 403, 404, 422))
def get_user(context: Context, user: Administrator, user_id: Number, response: Response) -> Any:
    """Read an account."""
    found = account(context.store, user, user_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch(
    "/users/{user_id}",
    response_model=UserOut,
    responses=responses(400, 401, 403, 404, 409, 412, 413, 422, 428),
)
def patch_user(
    context: Context, user: Administrator, user_id: Number, version: Version, body: PatchUser, response: Response
) -> Any:
    """Change an account."""
    values = body.model_dump(exclude_none=True)
    require_text(values)
    changed = change_user(context.store, user, user_id, version=version, **values)
    response.headers["ETag"] = etag(changed.version)
    return changed


@router.delete("/users/{user_id}/sessions", response_model=Document, responses=responses(401, 403, 404, 422))
def delete_sessions(context: Context, user: Administrator, user_id: Number) -> Any:
    """End every session of an account."""
    return {"ended": revoke_sessions(context.store, user, user_id)}


@router.post(
    "/users/{user_id}/tokens",
    response_model=NewToken,
    status_code=201,
    responses=responses(400, 401, 403, 404, 413, 422),
)
def post_user_token(context: Context, user: Administrator, user_id: Number, body: PostToken) -> Any:
    """Make a token for an account that has no password: one of the service role."""
    return _new(*add_service_token(context.store, user, user_id, body.name, days=body.days, scope=body.scope))


@router.get("/users/{user_id}/tokens", response_model=Listing, responses=responses(401, 403, 404, 422))
def list_user_tokens(context: Context, user: Administrator, user_id: Number) -> Any:
    """List the tokens of an account."""
    found = [token_document(token) for token in tokens_of_user(context.store, account(context.store, user, user_id))]
    return page_of(found, len(found), 0, max(1, len(found)))


@router.delete("/users/{user_id}/tokens/{token_id}", status_code=204, responses=responses(401, 403, 404, 422))
def delete_user_token(context: Context, user: Administrator, user_id: Number, token_id: Number) -> None:
    """Take a token of an account back."""
    revoke_token(context.store, user, account(context.store, user, user_id), token_id)


@router.get("/tokens", response_model=Listing, responses=responses(401, 403))
def list_tokens(context: Context, user: Own) -> Any:
    """List one's own tokens."""
    found = [token_document(token) for token in tokens_of_user(context.store, user)]
    return page_of(found, len(found), 0, max(1, len(found)))


@router.post("/tokens", response_model=NewToken, status_code=201, responses=responses(400, 401, 403, 413, 422))
def post_token(context: Context, user: Own, body: PostToken) -> Any:
    """Make a token for a program that acts as oneself; it is shown this once."""
    return _new(*add_token(context.store, user, user, body.name, days=body.days, scope=body.scope))


@router.delete("/tokens/{token_id}", status_code=204, responses=responses(401, 403, 404, 422))
def delete_token(context: Context, user: Own, token_id: Number) -> None:
    """Take a token back."""
    revoke_token(context.store, user, user, token_id)


def token_document(token: Token) -> dict[str, Any]:
    """Compose the JSON of a token."""
    return {
        "id": token.id,
        "name": token.name,
        "scope": token.scope,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
    }


def _new(token: Token, secret: str) -> dict[str, Any]:
    return {**token_document(token), "secret": secret}
