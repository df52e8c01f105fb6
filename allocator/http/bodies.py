"""Reading what programs send: beside the event loop, so that others are answered, and few large documents at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from anyio import CapacityLimiter
from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from allocator.files.collector import pause_collector
from allocator.http.middleware import MOST_FORM
from allocator.jobs.pool import Busy

LARGE = MOST_FORM  # bytes; to make values of more takes many times the memory, until the request is answered
MOST_LARGE = 2  # of one account, from the first byte to the answer
# All accounts together: a large document is read and answered while no more than one other is.
_HANDLED = CapacityLimiter(2)
_UNDER_WAY = Counter[int]()
# A force of 100,000 cases has some 300,000; lists of nothing cost far more than they weigh.
MOST_BRACKETS = 1_000_000
MOST_VALUES = 3_000_000  # and of values, some 1,800,000
MOST_KEYS = 200  # of one table; nothing that is asked for has more, and each wrong one is told
DEEPEST = 100  # lists and tables within each other; a scenario has some six


class Patient(Request):
    """A request whose document is read in a thread; a large one waits for its turn."""

    large = False

    async def body(self) -> bytes:
        """Read all that is sent.

        Raises
        ------
        Busy
            When it is large, and so are others of the same account that are under way.
        """
        if not hasattr(self, "_body"):
            came = bytearray()
            async for part in self.stream():
                came += part
                if len(came) > LARGE and not self.large:
                    self._begin_large()
            self._body = bytes(came)
        return self._body

    async def json(self) -> Any:
        """What it holds."""
        if not hasattr(self, "_json"):
            body = await self.body()
            if self.large:
                await _HANDLED.acquire_on_behalf_of(self)
            self._json = await run_in_threadpool(read, body)
        return self._json

    def _begin_large(self) -> None:
        if _UNDER_WAY[self.state.user.id] >= MOST_LARGE:
            raise Busy("Other large documents of yours are being read.", maybe="send it again in a minute.")
        self.large = True
        _UNDER_WAY[self.state.user.id] += 1

    def end(self) -> None:
        """Let others have the turn."""
        if self.large:
            _UNDER_WAY[self.state.user.id] -= 1
            if self in _HANDLED.statistics().borrowers:
                _HANDLED.release_on_behalf_of(self)


class Route(APIRoute):
    """A route whose requests are patient."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Answer a request."""
        answer = super().get_route_handler()

        async def handler(request: Request) -> Response:
            patient = Patient(request.scope, request.receive)
            try:
                return await answer(patient)
            finally:
                patient.end()

        return handler


def read(body: bytes) -> Any:
    """Read a document.

    Raises
    ------
    HTTPException
        When it is nested deeper than any that is asked for, or costs more.
    JSONDecodeError
    """
    if body.count(b"[") + body.count(b"{") > MOST_BRACKETS:
        raise HTTPException(413, f"The document holds more than {MOST_BRACKETS:,} lists and tables.")
    if body.count(b",") > MOST_VALUES:
        raise HTTPException(413, f"The document holds more than {MOST_VALUES:,} values, counted by their commas.")
    try:
        with pause_collector():
            document = json.loads(body)
    except RecursionError:
        raise _too_deep() from None
    _require_bounds(document)
    return document


def _too_deep() -> HTTPException:
    return HTTPException(400, "The lists and tables of the document are nested too deep.")


def _require_bounds(document: Any) -> None:
    """Look at every list and table, level by level, before anything is made of them."""
    level, depth = [document] if isinstance(document, dict | list) else [], 0
    while level:
        if depth > DEEPEST:
            raise _too_deep()
        if any(isinstance(one, dict) and len(one) > MOST_KEYS for one in level):
            raise HTTPException(413, f"A table of the document has more than {MOST_KEYS} keys.")
        inside = (one.values() if isinstance(one, dict) else one for one in level)
        level = [part for parts in inside for part in parts if isinstance(part, dict | list)]
        depth += 1
