"""Cases: the list, and one of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.cover import cover_of_case
from allocator.app.histories import history_of_case
from allocator.app.moves import standing_placement
from allocator.app.results import recommended
from allocator.app.views import ForceView, load_view
from allocator.domain.force import Case
from allocator.errors import AllocatorError
from allocator.http.asking import ask
from allocator.http.dependencies import AppContext, Context
from allocator.http.urls import Part
from allocator.http.web.candidates import SHOWN, barred_rows, ranked_row
from allocator.http.web.forms import RISKS, items
from allocator.http.web.histories import entries
from allocator.http.web.lists import paged, sortable
from allocator.http.web.pages import render
from allocator.http.web.visitors import member
from allocator.reporting.cover import agreed_words
from allocator.reporting.words import place_words

router = APIRouter(include_in_schema=False)

_SERIOUS = {"very_high": 0, "high": 1, "medium": 2, "low": 3}
_CASE_COLUMNS: tuple[tuple[str, str, Any], ...] = (
    ("case", "Case", lambda seen, c: c.case_id),
    ("risk", "Risk", lambda seen, c: (_SERIOUS[c.risk], c.case_id)),
    ("level", "Level", lambda seen, c: (c.level, c.case_id)),
    ("division", "Division", lambda seen, c: (seen.force.home(c), c.case_id)),
    ("setting", "Setting", lambda seen, c: (c.premises or c.setting, c.case_id)),
    ("officer", "Officer", lambda seen, c: (c.officer or "", c.case_id)),
    ("since", "Since", lambda seen, c: (c.since or date.max, c.case_id)),
)


@router.get("/cases")
def cases(
    request: Request,
    context: Context,
    search: str = "",
    waiting: str = "",
    risk: str = "",
    division: str = "",
    officer: str = "",
    sort: str = "",
    order: str = "asc",
    user: User = member("cases"),
) -> Response:
    """Cases, searched and sorted on the server."""
    seen = load_view(context.store, user, "cases")
    wanted, holder = search.strip().casefold(), officer.strip().casefold()
    found = [
        c
        for c in (seen.waiting if waiting else seen.cases)
        if wanted in c.case_id.casefold()
        and risk in ("", c.risk)
        and division in ("", seen.force.home(c))
        and holder in (c.officer or "").casefold()
    ]
    key = next((key for name, _, key in _CASE_COLUMNS if name == sort), None)
    down = order == "desc"
    if key is not None:  # else those that wait stay in order of seriousness
        found = sorted(found, key=lambda c: key(seen, c), reverse=down)
    kept = {"search": search, "waiting": waiting, "risk": risk, "division": division, "officer": officer}
    return render(
        request,
        "cases.html",
        title="Cases",
        seen=seen,
        paged=paged(request, found),
        columns=sortable(((name, title, False) for name, title, _ in _CASE_COLUMNS), kept, sort, down),
        sort=sort,
        order="desc" if down else "asc",
        search=search,
        waiting=bool(waiting),
        officer=officer,
        linked={o.officer_id for o in seen.scope.officers(seen.force)},
        risk_items=items(RISKS, risk, "All risks"),
        division_items=items([(d, d) for d in seen.divisions], division, "All divisions"),
    )


@router.get("/cases/{case_id:path}")
def case(
    request: Request,
    context: Context,
    case_id: Part,
    ask: str = "",
    officer: Part = "",
    all: str = "",
    user: User = member("cases"),
) -> Response:
    """One case: where it is, why, who else could, its history."""
    seen = load_view(context.store, user, "case", details={"case": case_id[:80]})
    found = seen.case(case_id)
    away, entry = cover_of_case(context.store, user, found.case_id)
    values: dict[str, Any] = {"candidates": [], "barred": [], "more": 0, "why": None}
    error: Exception | None = None
    if user.may("ask"):
        ranked = recommended(seen, found.case_id)
        shown = [ranked_row(one) for one in ranked.candidates]
        values["candidates"] = shown if all else shown[:SHOWN]
        values["more"] = len(shown) - len(values["candidates"])
        values["barred"] = barred_rows(ranked.barred)
        if ask in ("why", "why-not"):
            try:
                values["why"] = _why(context, seen, found, ask, officer)
            except AllocatorError as told:
                error = told
    return render(
        request,
        "case.html",
        title=f"Case {found.case_id}",
        back="/cases",
        seen=seen,
        case=found,
        place=place_words(found),
        away=away,
        placement=standing_placement(context.store, user, found.case_id) if user.may("override") else None,
        covered=agreed_words(entry) or found.covered_by or "nobody yet",
        history=entries(lambda: history_of_case(context.store, user, found.case_id)),
        error=error,
        **values,
    )


def _why(context: AppContext, seen: ForceView, case: Case, kind: str, officer: str) -> list[str]:
    if kind == "why-not":
        seen.officer(officer)
        answer = ask(context, seen, "why-not", {"case": case.case_id, "officer": officer, "on_page": True})
    else:
        asked = {"case": case.case_id, "officers": list(seen.plan.officers), "on_page": True}
        answer = ask(context, seen, "why", asked)
    return [said for said in answer["says"] if said]
