"""Plan staffing: what to expect of the cycles to come, and how many officers keep every caseload within limits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from allocator.access.accounts import User
from allocator.api.hall import AtHand, Hall
from allocator.errors import AllocatorError, InputError, Problem
from allocator.planner.history import Rate
from allocator.planner.settings import Assumption, assumptions
from allocator.planner.told import Chart
from allocator.service.solving import find_problem
from allocator.service.staffing import assumed, planned, post_planning
from allocator.web.pages import member, render, sent

router = APIRouter(include_in_schema=False)
_ASKED = {"question": "size", "horizon": "26", "futures": "16", "confidence": "95", "excess": "0"}


@router.get("/staffing")
def staffing(request: Request, hall: AtHand, user: User = member("solve")) -> Response:
    """The question, and what is assumed."""
    return _asking(request, hall, user, dict(_ASKED))


def _asking(
    request: Request, hall: Hall, user: User, values: Mapping[str, str], error: Exception | None = None
) -> Response:
    planning, rates = assumed(hall.store, user, {})
    return render(
        request,
        "staffing.html",
        title="Plan staffing",
        values=values,
        fields=[_field(one, rates, values) for one in assumptions(planning)],
        error=error,
    )


def _field(one: Assumption, rates: tuple[Rate, ...], values: Mapping[str, str]) -> dict[str, Any]:
    measured = next((r for r in rates if one.key == f"divisions.{r.division}.{r.key}"), None)
    source = "ours: nothing published was found" if one.ours else one.source
    if measured is not None:
        source = f"this force's cycles; 95% interval {measured.low:.1f} to {measured.high:.1f}"
    shown = "" if one.value is None else f"{one.value:g}"
    return {"key": one.key, "says": one.says, "source": source, "value": values.get(one.key, shown), "default": shown}


@router.post("/staffing")
async def ask(request: Request, hall: AtHand, user: User = member("solve")) -> Response:
    """Begin to work it out."""
    form = await request.form()
    values = {key: value[:100] for key, value in form.items() if isinstance(value, str) and key != "csrftoken"}
    return await run_in_threadpool(_asked, request, hall, user, values)


def _asked(request: Request, hall: Hall, user: User, values: dict[str, str]) -> Response:
    values = {**_ASKED, **values}
    try:
        job = post_planning(hall.store, user, values["question"], **_numbers(hall, user, values))
    except AllocatorError as error:
        return _asking(request, hall, user, values, error)
    hall.crew.call()
    return sent(f"/work/{job.id}")


def _numbers(hall: Hall, user: User, values: Mapping[str, str]) -> dict[str, Any]:
    """Figures of the form; assumptions only where they are other than before."""
    problems: list[Problem] = []
    found: dict[str, Any] = {
        name: _number(name, values[name], whole=name != "confidence", problems=problems)
        for name in ("horizon", "futures", "confidence", "excess")
    }
    changes: dict[str, Any] = {}
    planning, _ = assumed(hall.store, user, {})
    for one in assumptions(planning):
        shown = "" if one.value is None else f"{one.value:g}"
        text = values.get(one.key, shown).strip()
        if text in (shown, ""):
            continue
        table = changes
        *above, last = one.key.split(".")
        for part in above:
            table = table.setdefault(part, {})
        table[last] = _number(one.key, text, whole=isinstance(one.default, int), problems=problems)
    if problems:
        raise InputError(problems)
    return {**found, "assumptions": changes}


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
def answer(request: Request, hall: AtHand, job_id: str, user: User = member("solve")) -> Response:
    """What was found, with charts and tables."""
    found = planned(hall.store, find_problem(hall.store, user, job_id))
    return render(
        request,
        "staffing_answer.html",
        title=found["title"],
        back="/staffing",
        says=found["says"],
        sections=[{**s, "svg": Chart(**s["chart"]).svg() if s["chart"] else ""} for s in found["sections"]],
    )
