"""Reading what programs send: large documents are read beside the event loop, so that others are answered meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from allocator.files.collector import pause_collector

# A force of 100,000 cases has some 300,000; lists of nothing cost far more than they weigh.
MOST_BRACKETS = 1_000_000
MOST_KEYS = 200  # of one table; nothing that is asked for has more, and each wrong one is told
DEEPEST = 100  # lists and tables within each other; a scenario has some six


class Patient(Request):
    """A request whose document is read in a thread."""

    async def json(self) -> Any:
        """What it holds."""
        if not hasattr(self, "_json"):
            self._json = await run_in_threadpool(read, await self.body())
        return self._json


class Route(APIRoute):
    """A route whose requests are patient."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Answer a request."""
        answer = super().get_route_handler()

        async def handler(request: Request) -> Response:
            return await answer(Patient(request.scope, request.receive))

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
