"""How long a request may take to arrive, how large it may be, and how many connections there are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
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
TAKEN_WITHIN = 30.0  # seconds for what was sent of an answer to be taken, some 64 KiB


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
    longest for the rest of a body, else for its answer to be taken; where nothing is waited for, the newest goes away.
    """
    waits = Waits({}, {}, {})

    class Bounded(BoundedProtocol):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(waits, most, *given, **named)

    return Bounded


@dataclass(frozen=True)
class Waits:
    """Connections that a server waits for, the longest first: for a header, a body, or an answer to be taken."""

    headers: dict[BoundedProtocol, asyncio.TimerHandle]
    bodies: dict[BoundedProtocol, None]
    answers: dict[BoundedProtocol, asyncio.TimerHandle]

    def longest(self) -> BoundedProtocol | None:
        """The one that makes room; None where nothing is waited for."""
        return next(iter((*self.headers, *self.bodies, *self.answers)), None)


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 that waits so long and no longer for a header, and for what it answers to be taken."""

    def __init__(self, waits: Waits, most: int, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._waits, self._most = waits, most

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a header."""
        super().connection_made(transport)
        if len(self.connections) > self._most:
            longest = self._waits.longest()
            if longest is None:
                self.transport.abort()
                return
            longest.transport.abort()
            longest._forget()
        self._waits.headers[self] = self.loop.call_later(HEADER_WITHIN, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Read on; after the first request of a connection the next may wait as long as a connection may stand idle."""
        fresh = self.cycle is None or self.cycle.response_complete
        before = self.cycle
        super().data_received(data)
        if self.cycle is not None and self.cycle.more_body:
            self._waits.bodies.setdefault(self)
        else:
            self._waits.bodies.pop(self, None)
        if self.cycle is not before:
            self._heard()
        elif fresh and self not in self._waits.headers and not self.transport.is_closing():
            self._waits.headers[self] = self.loop.call_later(HEADER_WITHIN, self.transport.abort)

    def pause_writing(self) -> None:
        """Wait for what is on its way to be taken."""
        super().pause_writing()
        if self not in self._waits.answers:
            self._waits.answers[self] = self.loop.call_later(TAKEN_WITHIN, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: it was taken."""
        super().resume_writing()
        _end(self._waits.answers, self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._forget()
        super().connection_lost(exc)

    def _forget(self) -> None:
        self._heard()
        self._waits.bodies.pop(self, None)
        _end(self._waits.answers, self)

    def _heard(self) -> None:
        _end(self._waits.headers, self)


def _end(timers: dict[BoundedProtocol, asyncio.TimerHandle], of: BoundedProtocol) -> None:
    timer = timers.pop(of, None)
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
