"""How the force stands, and what waits for somebody."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.app.actors import User, sees_whole_force
from allocator.app.cycle_snapshots import over_a_limit
from allocator.app.messages import waiting_messages
from allocator.app.views import ForceView, find_view
from allocator.domain.force import Case, Officer
from allocator.http.dependencies import AppContext, Context
from allocator.http.web.pages import render
from allocator.http.web.visitors import member

router = APIRouter(include_in_schema=False)

SHOWN = 10  # of a list


@router.get("/")
def home(request: Request, context: Context, user: User = member("own")) -> Response:
    """The force at a glance."""
    seen = find_view(context.store, user, "home") if user.may("figures") else None
    if seen is None:
        told = "Accounts, settings and the log" if not user.may("figures") else "Start"
        return render(request, "home.html", title=told, force_name=told, seen=None, needs=[])
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
        force_name=seen.force.name,
        seen=seen,
        needs=[*_needs(seen, len(waiting)), *_letters(context, user)],
        waiting_count=len(waiting),
        figures=_glance(seen, officers, cases, len(waiting), planned),
        queue=[] if seen.scope.aggregates else waiting[:SHOWN],
        divisions=[_division(seen, division, planned) for division in seen.divisions],
    )


def _glance(
    seen: ForceView, officers: list[Officer], cases: list[Case], waiting: int, planned: frozenset[str] | None
) -> list[tuple[str, str, str, bool]]:
    """The figures of the start page: number, words, address, whether it asks for attention."""
    over = sum(1 for o in officers if seen.over_now(o))
    held = sum(1 for c in cases if c.officer is not None)
    later = {"waiting": "", "over": ""}
    if planned is not None:
        left = sum(1 for c in cases if seen.plan.officer_of[c.case_id] is None)
        later["waiting"] = f" now; {left:,} under the plan"
        later["over"] = f" now; {sum(1 for o in officers if o.officer_id in planned):,} under the plan"
    user = seen.user
    waits = "case waits for an officer" if waiting == 1 else "cases wait for an officer"
    are = "officer is over a limit" if over == 1 else "officers are over a limit"
    rest = f", {len(cases) - held:,} wait" if held < len(cases) else ""
    state = f"{seen.cycle.state}, {seen.cycle.cycle_date:%-d %B %Y}"
    return [
        (f"{waiting:,}", waits + later["waiting"], "/cases?waiting=yes" if user.may("cases") else "", waiting > 0),
        (f"{over:,}", are + later["over"], "/officers?sort=over&order=desc" if user.may("officers") else "", over > 0),
        (
            f"{held:,}",
            f"cases with {len(officers):,} officers{rest}",
            "/officers" if user.may("officers") else "",
            False,
        ),
        (f"Cycle {seen.cycle.id}", state, f"/cycles/{seen.cycle.id}" if user.may("cases") else "", False),
    ]


def _needs(seen: ForceView, waiting: int) -> list[tuple[str, str]]:
    user, cycle = seen.user, seen.cycle
    here = f"/cycles/{cycle.id}"
    found = []
    if user.may("override") and waiting:
        found.append((f"Allocate a case that waits: {waiting} {'case' if waiting == 1 else 'cases'}", "/tonight"))
    if seen.stale is not None and (user.may("plan") or user.may("return")):
        way = "plan it again" if cycle.state == "proposed" else "send it back, then plan it again"
        newer = "Newer data has" if seen.stale.rules is None else "Newer rules have"
        return [*found, (f"{newer} overtaken the plan of cycle {cycle.id}: {way}", here)]
    may = seen.possible
    if cycle.state == "imported" and "propose" in may:
        found.append((f"Plan cycle {cycle.id}", here))
    if "submit" in may:
        found.append((f"Review the plan of cycle {cycle.id}, and submit it", here))
    if user.may("approve") and cycle.state == "submitted":
        found.append((f"Approve the plan of cycle {cycle.id}, or send it back", here))
    if "commit" in may:
        found.append((f"Commit cycle {cycle.id}", here))
    if user.may("plan") and sees_whole_force(user):
        if cycle.state == "undone":
            found.append(("Begin the next cycle with the data that the undo left", "/cycles"))
        if cycle.state in ("committed", "undone"):
            found.append(("Open the next cycle when its export is there", "/cycles"))
    return found


def _letters(context: AppContext, user: User) -> list[tuple[str, str]]:
    _, total = waiting_messages(context.store, user, limit=0)
    return [(f"Deliver {total:,} {'message' if total == 1 else 'messages'}", "/messages")] if total else []


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
