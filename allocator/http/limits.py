"""How long a request may take to arrive, how large it may be, and how many connections there are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_WITHIN = 10.0  # seconds for the header of a request
BODY_WITHIN = 30.0  # seconds for its body, and more the more of it has come
SLOWEST = 16 * 2**10  # bytes a second


class BoundedBodies:
    """Refuse bodies that are too large, or that come too slowly.

    Parameters
    ----------
    app : ASGI application
    most : int
        Bytes.
    answered : callable
        Composes the answer.
    """

    def __init__(self, app: ASGIApp, most: int, answered: Callable[[Request, Exception], Response]) -> None:
        self._app, self._most, self._answered = app, most, answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, came, whole, started = time.monotonic(), 0, False, False

        async def bounded() -> Message:
            nonlocal came, whole
            if whole:  # what is waited for now is that somebody goes away
                return await receive()
            left = begun + BODY_WITHIN + came / SLOWEST - time.monotonic()
            try:
                async with asyncio.timeout(left):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, "The request came too slowly.", {"Connection": "close"}) from None
            came += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if came > self._most:
                raise self._too_large()
            return message

        async def told(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            if _declared(scope) > self._most:
                raise self._too_large()
            await self._app(scope, bounded, told)
        except HTTPException as error:
            if started:
                raise
            answer = await run_in_threadpool(self._answered, Request(scope), error)
            await answer(scope, receive, send)

    def _too_large(self) -> HTTPException:
        return HTTPException(413, f"More than {self._most:,} bytes are sent.", {"Connection": "close"})


def _declared(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() and len(length) < 20 else 0


def bounded_protocol(most: int) -> type[asyncio.Protocol]:
    """A protocol of which a server has so many connections at most; each begins its request in time.

    Where there are too many, the one that has waited longest for a header makes room, else the one that has waited
    longest for the rest of a body; where every request has come, the newest connection goes away.
    """
    waiting: dict[BoundedProtocol, asyncio.TimerHandle] = {}
    half: dict[BoundedProtocol, None] = {}

    class Bounded(BoundedProtocol):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(waiting, half, most, *given, **named)

    return Bounded


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 that waits for a header so long and no longer."""

    def __init__(
        self,
        waiting: dict[BoundedProtocol, asyncio.TimerHandle],
        half: dict[BoundedProtocol, None],
        most: int,
        *given: Any,
        **named: Any,
    ) -> None:
        super().__init__(*given, **named)
        self._waiting, self._half, self._most = waiting, half, most

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a header."""
        super().connection_made(transport)
        if len(self.connections) > self._most:
            longest = next(iter((*self._waiting, *self._half)), self)
            longest.transport.abort()
            if longest is self:
                return
            longest._heard()
            self._half.pop(longest, None)
        self._waiting[self] = self.loop.call_later(HEADER_WITHIN, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Read on; after the first request of a connection the next may wait as long as a connection may stand idle."""
        fresh = self.cycle is None or self.cycle.response_complete
        before = self.cycle
        super().data_received(data)
        if self.cycle is not None and self.cycle.more_body:
            self._half.setdefault(self)
        else:
            self._half.pop(self, None)
        if self.cycle is not before:
            self._heard()
        elif fresh and self not in self._waiting and not self.transport.is_closing():
            self._waiting[self] = self.loop.call_later(HEADER_WITHIN, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._heard()
        self._half.pop(self, None)
        super().connection_lost(exc)

    def _heard(self) -> None:
        timer = self._waiting.pop(self, None)
        if timer is not None:
            timer.cancel()


def raise_open_files(connections: int) -> int:
    """Let this process open as many files as it may; how many connections that allows of those that are wanted."""
    try:
        import resource
    except ImportError:  # not on Windows, which has no such limit
        return connections
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    most = connections if hard == resource.RLIM_INFINITY else min(connections, hard - OTHER_FILES)
    return max(1, most)


OTHER_FILES = 140  # of databases, workers and files that are written
