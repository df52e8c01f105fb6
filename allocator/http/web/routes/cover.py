"""Cover: who looks after the cases of officers who are away."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.cover import needs_cover, require_to_cover
from allocator.app.views import load_view
from allocator.http.asking import ask
from allocator.http.dependencies import Context
from allocator.http.responses import attachment
from allocator.http.urls import Part
from allocator.http.web.candidates import barred_rows
from allocator.http.web.pages import render
from allocator.http.web.visitors import member
from allocator.reporting.cover import (
    carried_chart,
    count_of_cover,
    covered_sentence,
    proof_of_cover,
    told_carriers,
    why_words_of_cover,
)
from allocator.reporting.cover_files import cover_csv, cover_tables
from allocator.reporting.goals import COVER_ON_PAGES
from allocator.reporting.renderers.charts import draw
from allocator.reporting.renderers.workbook import workbook
from allocator.reporting.why_cover import cover_price
from allocator.reporting.words import finding_sentence

router = APIRouter(include_in_schema=False)


@router.get("/cover")
def cover(request: Request, context: Context, user: User = member("ask")) -> Response:
    """Who is to cover what, and what each carries with it."""
    seen = load_view(context.store, user, "cover", purpose="allocation")
    shared: dict[str, Any] = {"title": "Cover for officers who are away", "back": "/"}
    if not needs_cover(seen):
        return render(request, "cover.html", **shared, found=None)
    found = ask(context, seen, "cover", {})
    return render(
        request,
        "cover.html",
        **shared,
        found=found,
        says=[count_of_cover(found), proof_of_cover(found)],
        goals=[(COVER_ON_PAGES[goal.name], f"{goal.value:,}") for goal in found.goals],
        carriers=told_carriers(found),
        svg=draw(carried_chart(found)),
        why=why_words_of_cover,
        uncovered=[finding_sentence(f) for f in found.findings if f.rule == "uncovered"],
    )


@router.get("/cover.csv")
def cover_as_csv(context: Context, user: User = member("ask")) -> Response:
    """Cover for machines: what goes into the column covered_by."""
    seen = load_view(context.store, user, "cover", purpose="allocation", act="export")
    return attachment("cover.csv", cover_csv(ask(context, seen, "cover", {})), "text/csv")


@router.get("/cover.xlsx")
def cover_as_workbook(context: Context, user: User = member("ask")) -> Response:
    """Cover as a workbook."""
    seen = load_view(context.store, user, "cover", purpose="allocation", act="export")
    found = ask(context, seen, "cover", {})
    return attachment("cover.xlsx", workbook(cover_tables(found), found.cycle_date, found.name))


@router.get("/cover/{case_id:path}")
def why(request: Request, context: Context, case_id: Part, user: User = member("ask")) -> Response:
    """Why a case is to be covered by whom, who else may, and the price."""
    seen = load_view(context.store, user, "why-cover", details={"case": case_id[:80]}, purpose="allocation")
    case = require_to_cover(seen, case_id)
    answer = ask(context, seen, "why-cover", {"case": case_id})
    bars = [(seen.force.officer_by_id[who], (rule,)) for who, rule in answer.barred.items()]
    return render(
        request,
        "cover_case.html",
        title=f"Who covers case {case.case_id}?",
        back="/cover",
        seen=seen,
        case=case,
        covered=answer.covered,
        says=covered_sentence(answer.covered),
        others=[
            (one.officer, cover_price(one, COVER_ON_PAGES), "yes" if one.former else "no") for one in answer.others
        ],
        barred=barred_rows(bars),
    )
