"""How the force stands, and what waits for somebody."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.app.actors import User, sees_whole_force
from allocator.app.cover import load_cover
from allocator.app.cycle_snapshots import over_a_limit
from allocator.app.messages import waiting_messages
from allocator.app.views import ForceView, find_view
from allocator.http.dependencies import Context
from allocator.http.web.pages import render
from allocator.http.web.visitors import member

router = APIRouter(include_in_schema=False)

SHOWN = 10  # of a list


@router.get("/")
def home(request: Request, context: Context, user: User = member("own")) -> Response:
    """The force at a glance."""
    seen = find_view(context.store, user, "home") if user.may("figures") else None
    if seen is None:
        title = "Start" if user.may("figures") else "Accounts, settings and the log"
        return render(request, "home.html", title=title, seen=None)
    waiting = [case for case in seen.force.cases if case.officer is None and seen.scope.covers(seen.force.home(case))]
    if not seen.scope.aggregates:
        waiting = list(seen.waiting)
    officers = [o for o in seen.force.officers if seen.scope.covers(o.division)]
    cases = [c for c in seen.force.cases if seen.scope.covers(seen.force.home(c))]
    planned = None if seen.proposal is None else over_a_limit(seen.checked.findings)
    return render(
        request,
        "home.html",
        title=seen.force.name,
        seen=seen,
        whole=sees_whole_force(user),
        letters=waiting_messages(context.store, user, limit=0)[1],
        waiting=len(waiting),
        cover=len(load_cover(context.store, user).open) if user.may("ask") else 0,
        left=None if planned is None else sum(1 for c in cases if seen.plan.officer_of[c.case_id] is None),
        over=sum(1 for o in officers if seen.over_now(o)),
        over_later=None if planned is None else sum(1 for o in officers if o.officer_id in planned),
        held=sum(1 for c in cases if c.officer is not None),
        cases=len(cases),
        officers=len(officers),
        queue=[] if seen.scope.aggregates else waiting[:SHOWN],
        divisions=[_division(seen, division, planned) for division in seen.divisions],
    )


def _division(seen: ForceView, division: str, planned: frozenset[str] | None) -> tuple[Any, ...]:
    force = seen.force
    officers = [o for o in force.officers if o.division == division]
    cases = [c for c in force.cases if force.home(c) == division]
    limits = sum(force.policy.limits.cases * o.capacity // 100 for o in officers if o.status in ("open", "closed"))
    held = sum(1 for c in cases if c.officer is not None)
    high = sum(1 for c in cases if force.high_risk(c))
    return (
        division,
        len(officers),
        f"{held:,}",
        f"{round(100 * held / limits)}%" if limits else "no capacity",
        f"{100 * high / len(cases):.1f}" if cases else "-",
        f"{len(cases) - held:,}" + _then(planned, sum(1 for c in cases if seen.plan.officer_of[c.case_id] is None)),
        f"{sum(1 for o in officers if seen.over_now(o)):,}"
        + _then(planned, sum(1 for o in officers if o.officer_id in (planned or ()))),
    )


def _then(planned: frozenset[str] | None, number: int) -> str:
    return "" if planned is None else f" → {number:,}"
