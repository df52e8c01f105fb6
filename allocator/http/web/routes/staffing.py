"""Plan staffing: what to expect of the cycles to come, how many officers it takes, and who to train."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.problems import find_problem
from allocator.app.staffing import assumed, planned, post_planning
from allocator.domain.setting_paths import nest
from allocator.errors import AllocatorError, InputError, Problem
from allocator.http.dependencies import AppContext, Context
from allocator.http.web.pages import render
from allocator.http.web.routes.jobs import begun
from allocator.http.web.visitors import member
from allocator.planning.history import Rate
from allocator.planning.inputs import courses_of
from allocator.planning.settings import Assumption, Planning, assumptions
from allocator.reporting.planning import assumed_source, assumed_value

router = APIRouter(include_in_schema=False)
_ASKED = {
    "question": "size",
    "horizon": "26",
    "futures": "16",
    "confidence": "95",
    "excess": "0",
    "courses": "date,places\n",
}


@router.get("/staffing")
def staffing(request: Request, context: Context, user: User = member("solve")) -> Response:
    """The question, and what is assumed."""
    return _asking(request, context, user, dict(_ASKED))


def _asking(
    request: Request, context: AppContext, user: User, values: Mapping[str, str], error: Exception | None = None
) -> Response:
    planning, rates = assumed(context.store, user)
    return render(
        request,
        "staffing.html",
        title="Plan staffing",
        values=values,
        fields=[_field(one, rates, values) for one in assumptions(planning)],
        error=error,
    )


def _field(one: Assumption, rates: Sequence[Rate], values: Mapping[str, str]) -> dict[str, Any]:
    value = values.get(one.key, _shown(one))
    return {"key": one.key, "says": one.says, "source": assumed_source(one, rates), "value": value}


def _shown(one: Assumption) -> str:
    return "" if one.value is None else assumed_value(one)


@router.post("/staffing")
async def ask(request: Request, context: Context, user: User = member("solve")) -> Response:
    """Begin to work it out."""
    form = await request.form()
    values = {key: value[:1_000] for key, value in form.items() if isinstance(value, str) and key != "csrftoken"}
    return await run_in_threadpool(_asked, request, context, user, values)


def _asked(request: Request, context: AppContext, user: User, values: dict[str, str]) -> Response:
    values = {**_ASKED, **values}
    try:
        known = assumed(context.store, user)
        asked = _numbers(known[0], values)
        if values["question"] == "train":
            asked["courses"] = courses_of(values["courses"], "courses")
        varied = values["question"] == "size" and "sensitivity" in values
        job = post_planning(context.store, user, values["question"], **asked, sensitivity=varied, known=known)
    except AllocatorError as error:
        return _asking(request, context, user, values, error)
    return begun(context, job)


def _numbers(planning: Planning, values: Mapping[str, str]) -> dict[str, Any]:
    """Figures of the form; assumptions only where they are other than before."""
    problems: list[Problem] = []
    found: dict[str, Any] = {
        name: _number(name, values[name], whole=name != "confidence", problems=problems)
        for name in ("horizon", "futures", "confidence", "excess")
    }
    changes: list[tuple[tuple[str, ...], Any]] = []
    for one in assumptions(planning):
        shown = _shown(one)
        text = values.get(one.key, shown).strip()
        if text == shown:
            continue
        value = None  # as if nothing were known
        if text != "" or one.default is not None:
            value = _number(one.key, text, whole=isinstance(one.default, int), problems=problems)
        changes.append((one.path, value))
    if problems:
        raise InputError(problems)
    return {**found, "assumptions": nest(changes)}


def _number(name: str, text: str, *, whole: bool, problems: list[Problem]) -> float | int:
    try:
        value = float(text) if len(text) <= 20 else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or (whole and value != int(value)):
        problems.append(Problem(name, "a whole number" if whole else "a number", value=text[:20]))
        return 0
    return int(value) if whole else value


@router.get("/staffing/method")
def method(request: Request, user: User = member("solve")) -> Response:
    """How it is worked out, and what to be careful about."""
    return render(request, "staffing_method.html", title="How staffing is worked out", back="/staffing")


@router.get("/staffing/{job_id}")
def answer(request: Request, context: Context, job_id: str, user: User = member("solve")) -> Response:
    """What was found, with charts and tables."""
    found = planned(context.store, user, find_problem(context.store, user, job_id))
    return render(
        request,
        "staffing_answer.html",
        title=found["title"],
        back="/staffing",
        says=found["says"],
        sections=found["sections"],
    )
