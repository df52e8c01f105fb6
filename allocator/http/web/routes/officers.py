"""Officers: the list, and one of them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.analysis.officers import OfficerChange
from allocator.app.actors import User
from allocator.app.cover import covered_by_officer
from allocator.app.histories import history_of_officer
from allocator.app.registers import list_reductions
from allocator.app.views import ForceView, load_view
from allocator.domain.force import Officer
from allocator.http.dependencies import Context
from allocator.http.urls import Part
from allocator.http.web.forms import items
from allocator.http.web.histories import entries
from allocator.http.web.lists import paged, sortable
from allocator.http.web.pages import render
from allocator.http.web.routes.duties import recorded_row
from allocator.http.web.visitors import member
from allocator.reporting.words import counted, finding_sentence

router = APIRouter(include_in_schema=False)

_COLUMNS: tuple[tuple[str, str, bool, Any], ...] = (
    ("officer", "Officer", False, lambda c: c.officer.officer_id),
    ("division", "Division", False, lambda c: (c.officer.division, c.officer.officer_id)),
    # Who has no capacity has no workload, and stands at neither end as if free.
    ("workload", "Workload %", True, lambda c: -1 if c.before.fair_percent is None else c.before.fair_percent),
    ("cases", "Cases of limit", True, lambda c: c.before.cases),
    ("share", "High risk %", True, lambda c: c.before.share or 0),
    ("status", "Status", False, lambda c: (c.officer.status, c.officer.officer_id)),
    ("over", "Limits", False, lambda c: (c.over, c.before.fair_percent or 0)),
)


@router.get("/officers")
def officers(
    request: Request,
    context: Context,
    sort: str = "officer",
    order: str = "asc",
    division: str = "",
    search: str = "",
    user: User = member("officers"),
) -> Response:
    """Officers with their caseloads, sorted as asked."""
    seen = load_view(context.store, user, "officers")
    by = {name: key for name, _, _, key in _COLUMNS} | {"over": lambda c: (seen.over_now(c.officer), c.over)}
    sort = sort if sort in by else "officer"
    down = order == "desc"
    wanted = search.strip().casefold()
    found = sorted(
        (c for c in seen.changes if division in ("", c.officer.division) and wanted in c.officer.officer_id.casefold()),
        key=by[sort],
        reverse=down,
    )
    kept = {"division": division, "search": search}
    columns = sortable(((name, title, numeric) for name, title, numeric, _ in _COLUMNS), kept, sort, down)
    return render(
        request,
        "officers.html",
        title="Officers",
        seen=seen,
        paged=paged(request, found),
        columns=columns,
        sort=sort,
        sorted_by=next(title for name, title, _, _ in _COLUMNS if name == sort),
        order="desc" if down else "asc",
        search=search,
        division_items=items([(d, d) for d in seen.divisions], division, "All divisions"),
    )


@router.get("/officers/{officer_id:path}")
def officer(request: Request, context: Context, officer_id: Part, user: User = member("officers")) -> Response:
    """One officer: caseload, cases, history, reductions."""
    seen = load_view(context.store, user, "officer", details={"officer": officer_id[:80]})
    found = seen.officer(officer_id)
    change = next(c for c in seen.changes if c.officer.officer_id == found.officer_id)
    cases = [c for c in seen.cases if found.officer_id in (c.officer, seen.plan.officer_of[c.case_id])]
    known = list_reductions(context.store, user)
    reduced = [one for one in known if one.reduction.officer == found.officer_id]
    return render(
        request,
        "officer.html",
        title=f"Officer {found.officer_id}",
        back="/officers",
        seen=seen,
        officer=found,
        late=_overdue_words(seen, found),
        figures=_figures(seen, change),
        remarks=[finding_sentence(finding) for finding in change.findings],
        reductions=[recorded_row(one)[1:] for one in reduced],
        running=any(one.running for one in reduced),
        covers=covered_by_officer(context.store, user, found.officer_id),
        paged=paged(request, cases if user.may("cases") else []),
        history=entries(lambda: history_of_officer(context.store, user, found.officer_id)),
    )


def _overdue_words(seen: ForceView, officer: Officer) -> str:
    """How many of an officer's cases were overdue at the date of the cycle, and the longest delay."""
    held = [c for c in seen.force.cases_of.get(officer.officer_id, ()) if seen.sees(c)]
    if not any(c.visit_due or c.review_due for c in held):
        return "no due dates are known"
    on = f"on {seen.cycle.cycle_date:%-d %B %Y}"
    if not (late := seen.overdue_of(officer)):
        return f"none {on}"
    longest = max(max(seen.overdue(c).values()) for c in late)
    return f"{counted(len(late), 'case')} of {len(held):,} {on}, the longest by {counted(longest, 'day')}"


def _figures(seen: ForceView, change: OfficerChange) -> list[tuple[Any, ...]]:
    def column(load: Any) -> list[str]:
        percent = "no capacity" if change.officer.capacity == 0 else load.fair_percent
        return [
            f"{load.cases} of {load.limit}",
            f"{load.high_risk} of {load.allowed}",
            "-" if load.share is None else f"{load.share}",
            "-" if percent is None else f"{percent}",
        ]

    labels = ("Cases of limit", "High-risk cases of those allowed", "High risk %", "Workload %")
    columns = [column(change.before)] + ([column(change.after)] if seen.proposal is not None else [])
    return [(label, *(c[k] for c in columns)) for k, label in enumerate(labels)]
