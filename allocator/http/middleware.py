"""Around every request: headers that are sane, headers for the browser, and nothing read that somebody may not send."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from allocator.app.actors import User
from allocator.errors import AllocatorError
from allocator.http.errors import problem_details
from allocator.http.limits import BoundedBodies

_PLAIN = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_ENOUGH = 16 * 2**10  # bytes of one header
UPLOAD_PAGE = "/cycles/import"  # where a browser uploads a file
_UPLOADS = (UPLOAD_PAGE, "/v1/cycles")
PROGRAMS = "/v1/"
READING = ("GET", "HEAD", "OPTIONS")
MOST_FORM = 2**20  # bytes of a form of a page without a file, and of whoever sends neither forces nor exports


class Strict:
    """Send the browser what it needs to be strict, with every answer, whoever gives it.

    Parameters
    ----------
    app : ASGI application
    secure : bool
        Whether it is reached over TLS only.
    """

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self._app = app
        tls = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
        self._headers = (*_PLAIN, tls) if secure else _PLAIN

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        policy = (
            f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
            "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        static = scope["path"].startswith("/static/")

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), *self._headers, (b"content-security-policy", policy.encode())]
                if not static and not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
                message["headers"] = headers
            await send(message)

        await self._app(scope, receive, told)


class Guarded:
    """Refuse requests that are no requests.

    Parameters
    ----------
    app : ASGI application
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        wrong = _wrong(scope) if scope["type"] == "http" else None
        await (self._app if wrong is None else bad_request(wrong))(scope, receive, send)


def _wrong(scope: Scope) -> str | None:
    headers = dict(scope["headers"])
    if any(len(value) > _ENOUGH for value in headers.values()):
        return "A header is too long."
    if "\0" in scope["path"]:
        return "The address holds a character that cannot be."
    try:
        SimpleCookie().load(headers.get(b"cookie", b"").decode("utf-8"))
    except (CookieError, UnicodeDecodeError):
        return "The cookies cannot be read."
    form = scope["method"] not in READING and not scope["path"].startswith(_LARGE)
    if form and (b"transfer-encoding" in headers or _length(headers) > MOST_FORM):
        return "The form is too large."
    kind = headers.get(b"content-type", b"")
    if kind.lower().startswith(b"multipart/"):
        if b"; boundary=" not in kind:
            return "A form in parts needs a boundary."
        if scope["path"] not in _UPLOADS:
            return "No form in parts is expected here."
    return None


# Where more may be sent than a form holds.
_LARGE = (PROGRAMS, UPLOAD_PAGE)


def _length(headers: dict[bytes, bytes]) -> int:
    given = headers.get(b"content-length", b"0")
    return int(given) if given.isdigit() and len(given) < 20 else MOST_FORM + 1


class SignedIn:
    """Refuse who may not come in, and what is larger than they may send, before anything of it is read.

    Parameters
    ----------
    app : ASGI application
    enters : callable
        Who sends a request; raises where it comes from nobody.
    answered : callable
        Composes the answer to that.
    """

    def __init__(
        self, app: ASGIApp, enters: Callable[[Request], User], answered: Callable[[Request, Exception], Response]
    ) -> None:
        self._app, self._enters, self._answered = app, enters, answered
        self._small = BoundedBodies(app, MOST_FORM, answered)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        app = self._app
        if scope["type"] == "http" and scope["method"] not in READING and scope["path"].startswith(_LARGE):
            try:
                user = await run_in_threadpool(self._enters, Request(scope))
            except AllocatorError as error:
                answer = await run_in_threadpool(self._answered, Request(scope), error)
                await answer(scope, receive, send)
                return
            if not (user.may("solve") or user.may("plan")):
                app = self._small
        await app(scope, receive, send)


def bad_request(said: str) -> JSONResponse:
    """Answer that a request is none."""
    _, document = problem_details(400, "bad-request", AllocatorError(said))
    return JSONResponse(document, 400, media_type="application/problem+json")
