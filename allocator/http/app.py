"""The application: endpoints, errors, guards and logs put together, and the worker pool behind it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from allocator.app.actors import User
from allocator.app.stores import open_store
from allocator.errors import AllocatorError
from allocator.http.api import cycles, force, people, problems, running, scenarios
from allocator.http.api import reports as keeping
from allocator.http.cookies import VISIT, Cookie
from allocator.http.csrf import Csrf, FormTokens
from allocator.http.dependencies import AppContext, Streams, Throttle, caller, right
from allocator.http.errors import ProblemDetails, SignInNeeded, name_of, no_room, refusal
from allocator.http.limits import BoundedBodies
from allocator.http.middleware import UPLOAD_PAGE, Guarded, SignedIn, Strict
from allocator.http.observability import Faults, Metrics, Observed, note_route
from allocator.http.readiness import Readiness
from allocator.http.settings import ServerSettings
from allocator.jobs.pool import WorkerPool
from allocator.reporting.audit import place_sentence

DESCRIPTION = """
Decides who manages whom, and proves it. `POST` a problem, get 202 and an id; `GET` its state, result, analysis and
questions; watch its events; `DELETE` stops it early and keeps the best plan. Whatever others may change needs
`If-Match` with the ETag of what was seen. Every error is a problem document (RFC 9457).
"""
_PROGRAMS = ("/v1/", "/health", "/ready", "/metrics")
_OPEN = ("/health", "/ready")  # to everybody
PageRefusal = Callable[[Request, Exception], Response]


def make_context(settings: ServerSettings) -> AppContext:
    """Prepare what a server has at hand; nothing runs yet."""
    store = open_store(settings.home, settings.database, settings.audit_heads)
    store.warn = lambda news: structlog.get_logger("audit").warning("audit head", said=place_sentence(news))
    metrics = Metrics()
    faults = Faults(metrics)
    store.database.failed, store.database.worked = faults.failed, faults.worked
    pool = WorkerPool(
        store,
        solvers=settings.solvers,
        memory=settings.solve_memory,
        longest=settings.solve_seconds,
        observe=metrics.ended,
        settings=settings.shared(),
    )
    throttle, streams = Throttle(settings.sign_ins), Streams(settings.connections // 2)
    return AppContext(settings, store, pool, metrics, faults, throttle, streams, Readiness(store, pool, faults))


def build(context: AppContext, page_refusal: PageRefusal | None = None) -> FastAPI:
    """Put the application together.

    Parameters
    ----------
    context : AppContext
    page_refusal : callable, optional
        Answers a browser with an error as a page.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        context.pool.start()
        try:
            yield
        finally:
            await run_in_threadpool(context.pool.close)
            context.store.close()

    app = FastAPI(
        title="allocator",
        description=DESCRIPTION,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(note_route)],
        telemetry={"tracing": False},
    )
    app.state.context = context
    for module in (running, problems, cycles, force, scenarios, keeping, people):
        app.include_router(module.router)

    def openapi(user: User = Depends(right("own"))) -> dict[str, Any]:  # noqa: B008
        """Every endpoint, as OpenAPI has it."""
        return app.openapi()

    app.add_api_route("/v1/openapi.json", openapi, include_in_schema=False)

    def answered(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 405:
            # The framework knows one route at a time; an address may have others.
            error.headers = {"Allow": ", ".join(_methods(app, request))}
        if (full := no_room(error)) is not None:
            context.faults.failed("files", full)
            error = full
        request.state.refused = name_of(error)
        programs = request.url.path.startswith(_PROGRAMS)
        return refusal(error) if programs or page_refusal is None else page_refusal(request, error)

    def enters(request: Request) -> User:
        if request.url.path != UPLOAD_PAGE:
            return caller(request)
        session = context.session(request)
        if session is None:
            raise SignInNeeded("Sign in to go on.")
        return session.user

    def unwritten(request: Request, error: Exception) -> Response:
        if no_room(error) is None:
            raise error
        return answered(request, error)

    for kind in (AllocatorError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answered)
    app.add_exception_handler(OSError, unwritten)
    visit = Cookie(VISIT, context.settings.secure_cookies)
    key = hmac.new(context.store.home.key, b"csrf", hashlib.sha256).digest()
    app.state.form_tokens = FormTokens(key, context.session_cookie, visit)
    app.add_middleware(Csrf, tokens=app.state.form_tokens, answered=answered)
    app.add_middleware(SignedIn, enters=enters, answered=answered)
    app.add_middleware(BoundedBodies, most=(context.settings.upload + 1) * 2**20, answered=answered)
    app.add_middleware(Guarded)
    hosts = [name.strip() for name in context.settings.hosts.split(",") if name.strip()]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app.add_middleware(Observed, metrics=context.metrics, answered=answered)
    app.add_middleware(Strict, secure=context.settings.secure_cookies)  # around whatever answers
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _methods(app: FastAPI, request: Request) -> list[str]:
    """Every method that an address has."""
    groups = (getattr(getattr(group, "original_router", None), "routes", [group]) for group in app.routes)
    routes = (route for group in groups for route in group if isinstance(route, APIRoute))
    path = request.url.path
    return sorted({method for route in routes if route.path_regex.match(path) for method in route.methods or ()})


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        details = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        shapes = schema.setdefault("components", {}).setdefault("schemas", {})
        shapes.update(details.pop("$defs"))
        shapes["ProblemDetails"] = details
        for unused in ("HTTPValidationError", "ValidationError"):
            shapes.pop(unused, None)
        schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        for path, methods in schema["paths"].items():
            if path not in _OPEN:
                for operation in methods.values():
                    operation["security"] = [{"token": []}]
        app.openapi_schema = schema
    return app.openapi_schema
