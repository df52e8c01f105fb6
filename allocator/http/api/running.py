"""For whoever runs the server: is it alive, is it ready, how does it do."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from allocator.app.actors import User
from allocator.app.problems import count_waiting, oldest_waiting
from allocator.errors import Unavailable
from allocator.http.api.models import Document
from allocator.http.bodies import Route
from allocator.http.dependencies import Context, get_context, right
from allocator.http.errors import name_of, refusal, responses

router = APIRouter(route_class=Route, tags=["operation"])


# Neither waits for a thread: others may have taken all of them, and wait for what is away.


@router.get("/health", response_model=Document)
async def health() -> Any:
    """Say that the server is alive."""
    return {"alive": True}


@router.get("/ready", response_model=Document, responses=responses(503))
async def ready(request: Request) -> Any:
    """Say that the server can do its work: database, key and a solver are there; else what is away."""
    try:
        await get_context(request).readiness.require()
    except Unavailable as error:
        request.state.refused = name_of(error)
        return refusal(error)
    return {"ready": True}


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "metrics"}, **responses(401, 403)},
)
def metrics(context: Context, user: Annotated[User, Depends(right("metrics"))]) -> Response:
    """Give metrics in the format of Prometheus."""
    context.metrics.queue.set(count_waiting(context.store))
    context.metrics.oldest.set(oldest_waiting(context.store))
    context.metrics.busy.set(context.pool.seen.busy)
    context.metrics.alive.set(context.pool.alive)
    return Response(generate_latest(context.metrics.registry), media_type=CONTENT_TYPE_LATEST)
