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
        When it is one that costs more than any that is asked for.
    JSONDecodeError
    """
    if body.count(b"[") + body.count(b"{") > MOST_BRACKETS:
        raise HTTPException(413, f"The document holds more than {MOST_BRACKETS:,} lists and tables.")
    with pause_collector():
        return json.loads(body)
