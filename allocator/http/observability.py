"""What the server says of itself: JSON logs with request ids, and metrics. Of a case nothing but its id is said."""

from __future__ import annotations

import ipaddress
import logging
import math
import os
import re
import secrets
import sys
import threading
import time
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from allocator.app.actors import User
from allocator.app.problems import Job
from allocator.errors import AllocatorError, Unavailable, happened_at

_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


OLDER_LOGS = 4
QUIET = 15.0  # seconds without a fault after which it is over


class Metrics:
    """Counters of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "allocator_request_seconds",
            "Time of requests",
            ["method", "route", "status"],
            registry=self.registry,
            buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10),
        )
        self.solves = Histogram(
            "allocator_solve_seconds",
            "Time of problems, by kind and how they ended",
            ["kind", "outcome"],
            registry=self.registry,
            buckets=(0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000),
        )
        self.errors = Counter("allocator_errors_total", "Requests that failed unexpectedly", registry=self.registry)
        self.sign_ins_failed = Counter("allocator_sign_ins_failed_total", "Failed sign-ins", registry=self.registry)
        self.queue = Gauge("allocator_queue", "Problems that wait", registry=self.registry)
        self.oldest = Gauge(
            "allocator_queue_oldest_seconds", "For how long the oldest problem has waited", registry=self.registry
        )
        self.alive = Gauge("allocator_solvers_alive", "Solvers that can work", registry=self.registry)
        self.database_errors = Counter(
            "allocator_database_errors_total", "Failures of the database", registry=self.registry
        )
        self.busy = Gauge("allocator_solvers_busy", "Solvers at work", registry=self.registry)

    def ended(self, job: Job, outcome: str, seconds: float) -> None:
        """Note how a job ended."""
        self.solves.labels(job.kind, outcome).observe(seconds)
        structlog.get_logger("jobs").info(
            "problem ended", problem=job.id, kind=job.kind, outcome=outcome, seconds=round(seconds, 3)
        )


class Faults:
    """What is away at present: the log tells of each once, with its cause, and once more when it is back.

    On a disk that is full some things go well now and then: what was away is back once nothing of it has failed for a
    while.

    Parameters
    ----------
    metrics : Metrics
        Counts faults of the database.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._away: dict[str, tuple[str, float]] = {}  # causes, and when they were last met
        self._turn = threading.Lock()

    def failed(self, what: str, error: Unavailable) -> None:
        """Note what cannot be used."""
        if what in ("reading", "writing"):
            self._metrics.database_errors.inc()
        with self._turn:
            new = error.text not in self._causes()
            self._away[what] = error.text, time.monotonic()
        if new:
            structlog.get_logger("faults").error("away", cause=error.text)

    def worked(self, what: str) -> None:
        """Note what can be used."""
        if what not in self._away:  # as mostly: nobody has to wait for a turn
            return
        with self._turn:
            cause, met = self._away.get(what, ("", math.inf))
            back = time.monotonic() > met + QUIET
            if back:
                del self._away[what]
                back = cause not in self._causes()
        if back:
            structlog.get_logger("faults").info("back", was=cause)

    def cause(self, *kinds: str) -> str | None:
        """Why something of these kinds is away; None where nothing is."""
        with self._turn:
            return next((self._away[what][0] for what in kinds if what in self._away), None)

    def _causes(self) -> set[str]:
        return {cause for cause, _ in self._away.values()}


class _LogLines:
    """Where lines of the log go; one that cannot be written is lost, and nothing else is."""

    def __init__(self, handler: logging.Handler) -> None:
        self._handler = handler
        handler.handleError = lambda record: None  # type: ignore[method-assign]

    def msg(self, line: str) -> None:
        """Write a line."""
        self._handler.handle(logging.makeLogRecord({"msg": line}))

    debug = info = warning = error = critical = msg


class _LogFile(RotatingFileHandler):
    """A file of the log, for its owner alone."""

    def _open(self) -> Any:
        return open(self.baseFilename, "a", encoding="utf-8", opener=lambda path, how: os.open(path, how, 0o600))


class _Libraries(logging.Handler):
    """What libraries say, as lines of the log; how it came about is said as of our own errors."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it."""
        error = record.exc_info[1] if record.exc_info else None
        where = {} if error is None else {"where": happened_at(error)}
        said = record.getMessage().partition("\n")[0]
        structlog.get_logger("libraries").log(record.levelno, said, library=record.name, **where)


def set_up_logs(level: str, path: Path | None = None, size: int = 0) -> None:
    """Write logs as JSON lines to standard error, or to a file of so many MiB at most.

    Raises
    ------
    AllocatorError
        When the file cannot be written.
    """
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if path is not None:
        try:
            handler = _LogFile(path, maxBytes=size * 2**20, backupCount=OLDER_LOGS)
        except OSError as error:
            raise AllocatorError(f"{path} cannot be written: {error.strerror}.") from error
    lines = _LogLines(handler)
    for library in ("asyncio", "uvicorn.error"):
        logging.getLogger(library).handlers = [_Libraries(logging.WARNING)]
        logging.getLogger(library).propagate = False
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=False,
    )


def address_in(scope: Scope) -> str:
    """The address that a request comes from; what is none, as a proxy may hand on, is not told on."""
    host = (scope.get("client") or ("",))[0]
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return "unknown"


def log_failed_sign_in(address: str, name: str | None) -> None:
    """Tell the log of a failed sign-in, in a line that begins in the same way for ever: the manual has a filter for it.

    Parameters
    ----------
    name : str or None
        Of the account, where there is one.
    """
    structlog.get_logger("sign-ins").warning("sign-in failed", address=address, name=name)


async def note_route(request: Request) -> None:
    """Note which route answers: for the metrics, which know no single case. It takes no thread."""
    request.state.route = getattr(request.scope.get("route"), "path", "other")


class Observed:
    """Around the whole application: a request id, a line in the log and a measurement for each request.

    Parameters
    ----------
    app : ASGI application
    metrics : Metrics
    answered : callable
        Composes the answer to an unexpected error.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, answered: Callable[[Request, Exception], Response]) -> None:
        self._app, self._metrics, self._answered = app, metrics, answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        request_id = given if _ID.match(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        begun = time.perf_counter()
        seen = {"status": 500}

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.update({"status": message["status"], "started": 1})
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        try:
            await self._app(scope, receive, told)
        except Exception as error:
            self._metrics.errors.inc()
            # Its own words may quote a case: where it happened is enough to mend it.
            structlog.get_logger("requests").error("unexpected", where=happened_at(error))
            if "started" not in seen:
                await self._answered(Request(scope, receive), error)(scope, receive, told)
        finally:
            seconds = time.perf_counter() - begun
            route = scope["state"].get("route", "other")
            self._metrics.requests.labels(scope["method"], route, seen["status"]).observe(seconds)
            user: User | None = scope["state"].get("user")
            refused = {"refused": scope["state"]["refused"]} if "refused" in scope["state"] else {}
            structlog.get_logger("requests").info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=seen["status"],
                ms=round(seconds * 1000, 1),
                address=address_in(scope),
                user=None if user is None else user.id,
                name=None if user is None else user.name,
                **refused,
            )
