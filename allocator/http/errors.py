"""Every error as one shape: problem details (RFC 9457), with a status, a name, a sentence, and every problem found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from allocator.errors import (
    MOST_PROBLEMS,
    NO_ROOM,
    NOTHING_CHANGED,
    AllocatorError,
    Conflict,
    Denied,
    InputError,
    NotThere,
    Outdated,
    Purged,
    Unavailable,
    Unexpected,
    refusal_of,
)
from allocator.jobs.pool import Busy
from allocator.jobs.worker import OutOfMemory


class SignInNeeded(AllocatorError):
    """Nobody has signed in, or the token does not hold."""


class PasswordNeeded(SignInNeeded):
    """Somebody has to choose a password of their own before anything else."""


class FormExpired(Denied):
    """A form without the token of its session: of another session, of before sign-in, or of somebody else's site."""


class TooManyTries(AllocatorError):
    """Too many failed sign-ins."""


class VersionNeeded(AllocatorError):
    """A change of something that others may change needs If-Match."""


# From the most special to the most general; the first that fits holds.
STATUS: tuple[tuple[type[AllocatorError], int, str], ...] = (
    (SignInNeeded, 401, "sign-in-needed"),
    (FormExpired, 403, "csrf"),
    (Denied, 403, "denied"),
    (NotThere, 404, "not-there"),
    (Outdated, 412, "outdated"),
    (VersionNeeded, 428, "version-needed"),
    (TooManyTries, 429, "too-many-tries"),
    (Busy, 503, "busy"),
    (OutOfMemory, 503, "memory"),
    (Unavailable, 503, "unavailable"),
    (Unexpected, 500, "unexpected"),
    (Purged, 410, "purged"),
    (Conflict, 409, "conflict"),
    (InputError, 422, "input"),
    (AllocatorError, 422, "refused"),
)
RETRY = (429, 503)  # statuses of what goes later
MOST_TOLD = MOST_PROBLEMS  # of one input


class ProblemItem(BaseModel):
    """One thing that is wrong with an input, and where."""

    file: str = Field(description="file, table or part of the request")
    row: int | None = None
    column: str | None = None
    value: str | None = None
    expected: str
    maybe: str | None = Field(default=None, description="advice")


class ProblemDetails(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = Field(description="urn:allocator:NAME")
    title: str
    status: int
    detail: str = Field(description="what went wrong, and what became of the act")
    outcome: str | None = Field(default=None, description="what became of the act, where that is told")
    maybe: str | None = Field(default=None, description="advice")
    errors: list[ProblemItem] = Field(default_factory=list, description="every problem of the input")


def details_of(error: Exception) -> tuple[int, dict[str, Any]]:
    """Compose the problem details of an error.

    Returns
    -------
    (status, document)
    """
    if isinstance(error, AllocatorError):
        error = error.public
    if isinstance(error, RequestValidationError):
        said = AllocatorError("The request is not as it should be.")
        return problem_details(422, "input", said, [_item(e) for e in error.errors()[: MOST_TOLD + 1]])
    if isinstance(error, HTTPException):
        return problem_details(error.status_code, "http", AllocatorError(str(error.detail)))
    for kind, status, name in STATUS:
        if isinstance(error, kind):
            problems = [asdict(p) for p in error.problems[: MOST_TOLD + 1]] if isinstance(error, InputError) else []
            return problem_details(status, name, error, problems)
    return problem_details(500, "unexpected", Unexpected())


def name_of(error: Exception) -> str:
    """The name of an error, as the log has it: ``csrf``, ``denied``."""
    return str(details_of(error)[1]["type"]).removeprefix("urn:allocator:")


def no_room(error: Exception) -> Unavailable | None:
    """The fault of a disk behind an error, if there is one: the framework takes that of an upload for a wrong form."""
    cause = error.__cause__ if isinstance(error, HTTPException) else error
    if not isinstance(cause, OSError) or cause.errno not in NO_ROOM:
        return None
    told = f"What was sent cannot be kept: {cause.strerror}."
    return Unavailable(f"{cause.filename or 'A file'}: {cause.strerror}.", told=told, outcome=NOTHING_CHANGED)


def refusal(error: Exception) -> JSONResponse:
    """Answer with an error."""
    status, document = details_of(error)
    headers = dict(getattr(error, "headers", None) or {})
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="allocator"'
    if status in RETRY:
        headers["Retry-After"] = "60"
    return JSONResponse(document, status, headers, media_type="application/problem+json")


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document the errors that an endpoint may answer with."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def problem_details(
    status: int, name: str, error: AllocatorError, problems: Sequence[Mapping[str, Any]] = ()
) -> tuple[int, dict[str, Any]]:
    """Compose the problem details of an error under a status and a name.

    Returns
    -------
    (status, document)
    """
    cut = len(problems) > MOST_TOLD or (isinstance(error, InputError) and error.more)
    more = f"; the first {MOST_TOLD:,} are told" if cut else ""
    return status, {
        "type": f"urn:allocator:{name}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": error.said + more,
        "outcome": error.outcome,
        "maybe": None if error.maybe is None else f"Maybe {error.maybe}",
        "errors": [dict(problem) for problem in problems[:MOST_TOLD]],
    }


def _item(detail: Mapping[str, Any]) -> dict[str, Any]:
    where, *path = (str(part) for part in detail["loc"])
    said = str(refusal_of(detail))
    return {
        "file": where,
        "row": None,
        "column": ".".join(path) or None,
        "value": None,
        "expected": said[:1].lower() + said[1:],
        "maybe": None,
    }
