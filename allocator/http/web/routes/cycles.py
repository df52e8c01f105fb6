"""Cycles: the list, a new export, the next one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Request, UploadFile
from starlette.responses import Response

from allocator.app.actors import User, sees_whole_force
from allocator.app.cycles import all_cycles, committed_days, find_open_cycle
from allocator.app.imports import roll_over
from allocator.errors import AllocatorError, InputError, NotThere, Problem
from allocator.http.asking import read_upload
from allocator.http.dependencies import AppContext, Context
from allocator.http.responses import attachment
from allocator.http.web.downloads import Downloads
from allocator.http.web.forms import FormError, Text
from allocator.http.web.pages import render, sent
from allocator.http.web.visitors import member

router = APIRouter(include_in_schema=False)


@router.get("/cycles")
def cycles(request: Request, context: Context, user: User = member("figures")) -> Response:
    """All cycles, and the way to the next."""
    return _cycles(request, context, user)


def _cycles(request: Request, context: AppContext, user: User, error: Exception | None = None) -> Response:
    found = list(reversed(all_cycles(context.store, user)))
    now = find_open_cycle(context.store)
    values: dict[str, Any] = {"problems": [], "download": ""}
    if isinstance(error, InputError) and not isinstance(error, FormError):
        values["problems"] = [(p.file, p.row, p.column, p.value, _expected(p)) for p in error.problems[:200]]
        values["download"] = _downloads(request).keep(user, error.problems)
        more = f", and {error.more:,} more" if error.more else ""
        said = f"none of {len(error.problems):,} problems, listed below{more}"
        error = InputError([Problem("export", said, maybe="mend and read it again.")])
    return render(
        request,
        "cycles.html",
        title="Cycles",
        cycles=found,
        open=now,
        last=next((one.cycle.state for one in found if one.cycle.state != "discarded"), None),
        whole=sees_whole_force(user),
        most=context.settings.upload,
        error=error,
        **values,
    )


def _expected(problem: Problem) -> str:
    return problem.expected if problem.maybe is None else f"{problem.expected}. Maybe {problem.maybe}"


def _downloads(request: Request) -> Downloads:
    found: Downloads = request.app.state.downloads
    return found


@router.get("/downloads/{name}.csv")
def download(request: Request, name: str, user: User = member("own")) -> Response:
    """A list of problems, to be mended elsewhere."""
    text = _downloads(request).find(user, name)
    if text is None:
        raise NotThere("This list is no longer kept.", maybe="read the export again.")
    return attachment("problems.csv", text.encode("utf-8-sig"), "text/csv")


@router.post("/cycles/import")
def read_export(
    request: Request,
    context: Context,
    export: Annotated[UploadFile | None, File()] = None,
    after: Text = "",
    user: User = member("plan"),
) -> Response:
    """Read an uploaded export."""
    try:
        if export is None or not export.filename:
            raise FormError(export="Choose a file.")
        follows = find_open_cycle(context.store) is None and bool(committed_days(context.store))
        data, rollover = export.file.read(), bool(after) and follows
        done = read_upload(context, user, request, export.filename, data, after_commit=rollover)
    except AllocatorError as error:
        return _cycles(request, context, user, error)
    return sent(f"/cycles/{done.cycle.id}", "imported")


@router.post("/cycles/rollover")
def post_rollover(request: Request, context: Context, user: User = member("plan")) -> Response:
    """Begin the next cycle as the last ended."""
    try:
        done = roll_over(context.store, user)
    except AllocatorError as error:
        return _cycles(request, context, user, error)
    return sent(f"/cycles/{done.cycle.id}", "imported")
