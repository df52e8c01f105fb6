"""Forms carry a token of the session that they were made for, so that nobody sends one in somebody else's name."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from allocator.errors import NOTHING_CHANGED
from allocator.http.cookies import Cookie
from allocator.http.errors import FormExpired
from allocator.http.middleware import PROGRAMS, READING

# The token is the first field of every form of ours: it is found before the rest of an upload has come.
_HEAD = 4096  # bytes
_FIRST_FIELD = re.compile(
    rb'(?:--[^\r\n]{1,200}\r\nContent-Disposition: form-data; name="csrftoken"\r\n\r\n([^\r\n]*)\r\n'
    rb"|csrftoken=([^&]*))",
    re.IGNORECASE,
)


class FormTokens:
    """Tokens of forms: keyed hashes of the cookie of a session, which only pages of that session can know.

    Who has not signed in has the cookie of a visit in its place: to sign in is to send a form too. It is random, and
    the token of no value can be computed without the key, so that it needs no signature of its own.

    Parameters
    ----------
    key : bytes
    session, visit : Cookie
    """

    def __init__(self, key: bytes, session: Cookie, visit: Cookie) -> None:
        self._key, self._session, self.visit = key, session, visit

    def of(self, request: Request) -> str | None:
        """The token that a form of whoever asks has to carry; None where they have neither session nor visit."""
        for cookie in (self._session, self.visit):
            if value := cookie.read(request):
                return self._token(cookie, value)
        return None

    def begin(self) -> tuple[str, str]:
        """Begin a visit: the value of its cookie, and the token of its forms."""
        value = secrets.token_urlsafe(32)
        return value, self._token(self.visit, value)

    def _token(self, cookie: Cookie, value: str) -> str:
        return hmac.new(self._key, f"{cookie.title}={value}".encode(), hashlib.sha256).hexdigest()


class Csrf:
    """Refuse what changes something and does not carry the token of its session, or comes from another site.

    Programs that send a token of their own in a header are exempt: a browser adds that to no request by itself.

    Parameters
    ----------
    app : ASGI application
    tokens : FormTokens
    answered : callable
        Composes the answer.
    """

    def __init__(self, app: ASGIApp, tokens: FormTokens, answered: Callable[[Request, Exception], Response]) -> None:
        self._app, self._tokens, self._answered = app, tokens, answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["method"] not in READING:
            request = Request(scope)
            if not (request.headers.get("authorization") and scope["path"].startswith(PROGRAMS)):
                head, receive = await _head(receive)
                given = request.headers.get("x-csrftoken")
                if not self._fits(request, _first_field(head) if given is None else given.encode("latin-1")):
                    advice = "load the page again, and send it once more."
                    error = FormExpired("The form is no longer valid.", outcome=NOTHING_CHANGED, maybe=advice)
                    answer = await run_in_threadpool(self._answered, request, error)
                    await answer(scope, receive, send)
                    return
        await self._app(scope, receive, send)

    def _fits(self, request: Request, given: bytes) -> bool:
        expected = self._tokens.of(request)
        ours = request.headers.get("sec-fetch-site", "none") in ("same-origin", "none")
        return ours and expected is not None and hmac.compare_digest(given, expected.encode())


async def _head(receive: Receive) -> tuple[bytes, Receive]:
    """The beginning of a body, and how the whole of it is received nevertheless."""
    came: list[Message] = []
    head, more = b"", True
    while more and len(head) < _HEAD:
        came.append(await receive())
        head += came[-1].get("body", b"")
        more = came[-1].get("more_body", False)

    async def whole() -> Message:
        return came.pop(0) if came else await receive()

    return head, whole


def _first_field(head: bytes) -> bytes:
    found = _FIRST_FIELD.match(head)
    return b"" if found is None else unquote_to_bytes(found[1] or found[2] or b"")
