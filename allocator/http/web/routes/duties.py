"""Who is away, on reduced duties, closed to new cases or leaving: recorded for one officer or several, and ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.cover import load_cover
from allocator.app.duties import ChangedDuties, mark_back, record_duties
from allocator.app.registers import ReductionView, list_reductions
from allocator.app.views import load_view
from allocator.cycles.codes import DUTY_REASONS as REASONS
from allocator.cycles.days import today
from allocator.errors import AllocatorError
from allocator.files.dates import read_date
from allocator.http.dependencies import AppContext, Context
from allocator.http.urls import Name, Part, address_of, number_of
from allocator.http.web.forms import FormError, Text, items
from allocator.http.web.pages import render, sent
from allocator.http.web.visitors import member

router = APIRouter(include_in_schema=False)

KINDS = (
    ("absent", "Away: their cases need cover"),
    ("reduced", "On reduced duties: fewer cases"),
    ("closed", "Closed to new cases"),
    ("leaving", "Leaving: their cases have to be handed over"),
)


@router.get("/away")
def away(request: Request, context: Context, officer: Part = "", user: User = member("duties")) -> Response:
    """What is recorded of officers, and a form to record more."""
    if officer:
        load_view(context.store, user, "duties", today=True, details={"officer": officer[:80]}).officer(officer)
    return _away(request, context, user, chosen=(officer,) if officer else (), only=bool(officer))


def _away(
    request: Request,
    context: AppContext,
    user: User,
    error: Exception | None = None,
    chosen: Sequence[str] = (),
    given: dict[str, str] | None = None,
    only: bool = False,
) -> Response:
    seen, kept = load_view(context.store, user, "duties", today=True), given or {}
    known = list_reductions(context.store, user)
    own = [one for one in known if seen.scope.covers(one.division) and one.division]
    kinds = [{"value": key, "text": words, "checked": kept.get("kind") == key} for key, words in KINDS]
    return render(
        request,
        "away.html",
        title="Who is away, and other duties",
        back="/officers",
        seen=seen,
        recorded=[recorded_row(one) for one in own],
        running={one.reduction.officer for one in own if one.running},
        # Whoever comes for one officer finds that one; the others are one step away.
        officers=[o for o in seen.scope.officers(seen.force) if not only or o.officer_id in chosen],
        only=only,
        chosen=frozenset(chosen),
        kinds=kinds,
        given={"from": f"{today():%d/%m/%Y}", **kept},
        reason_items=items(REASONS, kept.get("reason"), "Choose a reason"),
        error=error,
    )


def recorded_row(one: ReductionView) -> tuple[Any, ...]:
    """A reduction as a row of a table: officer, what, from, to, reason."""
    reduction = one.reduction
    return (
        reduction.officer,
        reduction.says,
        reduction.starts.strftime("%-d %b %Y"),
        reduction.ends.strftime("%-d %b %Y") if reduction.ends else "until they are back",
        "only for supervisors of the division" if one.reason is None else REASONS[reduction.reason],
    )


@router.post("/away")
def record(
    request: Request,
    context: Context,
    officer: Annotated[list[Name] | None, Form()] = None,
    kind: Text = "",
    percent: Text = "",
    starts: Annotated[str, Form(alias="from", max_length=40)] = "",
    ends: Annotated[str, Form(alias="to", max_length=40)] = "",
    reason: Text = "",
    user: User = member("duties"),
) -> Response:
    """Record it of every officer that was ticked."""
    given = {"kind": kind, "percent": percent, "from": starts, "to": ends, "reason": reason}
    try:
        fields = _fields(given, officer or ())
        done = record_duties(context.store, user, officer or (), fields)
    except AllocatorError as error:
        return _away(request, context, user, error, officer or (), given)
    return _after(context, user, done, "away")


@router.post("/away/back")
def back(request: Request, context: Context, officer: Text = "", user: User = member("duties")) -> Response:
    """An officer is back today."""
    try:
        done = mark_back(context.store, user, officer)
    except AllocatorError as error:
        return _away(request, context, user, error)
    return _after(context, user, done, "back")


def _after(context: AppContext, user: User, done: ChangedDuties, said: str) -> Response:
    """Lead on: to cover where cases need it, else to the officer."""
    if load_cover(context.store, user).open:
        return sent("/cover", said)
    return sent(f"/officers/{address_of(done.officers[0])}" if len(done.officers) == 1 else "/away", said)


def _fields(given: dict[str, str], officers: Sequence[str]) -> dict[str, Any]:
    """Fields of a reduction, from a form.

    Raises
    ------
    FormError
        With everything that is wrong.
    """
    wrong: dict[str, str] = {}
    kind, percent = given["kind"], number_of(given["percent"].strip() or "-")
    days = {name: read_date(given[name].strip()) for name in ("from", "to")}
    if not officers:
        wrong["officer-1"] = "Tick at least one officer."
    if kind not in dict(KINDS):
        wrong["kind"] = "Choose what they are."
    if kind == "reduced" and not (percent is not None and 1 <= percent <= 99):
        wrong["percent"] = "Enter how much less, as a percent from 1 to 99, such as 40."
    if days["from"] is None:
        wrong["from"] = "Enter the first day, such as 31/03/2026."
    if given["to"].strip() and days["to"] is None:
        wrong["to"] = "Enter the last day, such as 31/03/2026."
    if days["from"] is not None and days["to"] is not None and days["to"] < days["from"]:
        wrong["to"] = "Enter a last day that is not before the first."
    if given["reason"] not in REASONS:
        wrong["reason"] = "Choose a reason."
    if wrong:
        raise FormError(**wrong)
    return {
        "percent": percent if kind == "reduced" else 0,
        "status": None if kind == "reduced" else kind,
        "reason": given["reason"],
        "starts": days["from"],
        "ends": days["to"],
    }
