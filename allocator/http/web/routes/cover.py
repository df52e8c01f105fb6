"""Cover: who looks after the cases of officers who are away, worked out, agreed and decided otherwise."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.analysis.cover import CoverExplanation
from allocator.app.actors import User
from allocator.app.cover import CoverView, agree_cover, load_cover
from allocator.cycles.codes import NOTE_HINT, OVERRIDE_REASONS
from allocator.errors import AllocatorError
from allocator.http.asking import agree_best_cover, ask_cover, ask_why_cover
from allocator.http.dependencies import AppContext, Context
from allocator.http.responses import attachment
from allocator.http.urls import Part
from allocator.http.web.candidates import barred_rows
from allocator.http.web.forms import FormError, Text, items, require_reason
from allocator.http.web.pages import render, sent
from allocator.http.web.visitors import member
from allocator.reporting.cover import (
    agreed_words,
    carried_chart,
    count_of_agreed,
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
    return _cover(request, context, load_cover(context.store, user))


def _cover(request: Request, context: AppContext, view: CoverView, error: Exception | None = None) -> Response:
    shared: dict[str, Any] = {"title": "Cover for officers who are away", "back": "/", "error": error}
    if not view.cases:
        return render(request, "cover.html", **shared, found=None)
    found = ask_cover(context, view)
    new = _differing(view, found)
    return render(
        request,
        "cover.html",
        **shared,
        found=found,
        says=[count_of_cover(found), proof_of_cover(found)],
        new=new,
        agreed=count_of_agreed(found, new),
        digest=view.digest,
        goals=[(COVER_ON_PAGES[goal.name], f"{goal.value:,}") for goal in found.goals],
        carriers=told_carriers(found),
        svg=draw(carried_chart(found)),
        entry=view.entries,
        agreed_words=agreed_words,
        why=why_words_of_cover,
        uncovered=[finding_sentence(f) for f in found.findings if f.rule == "uncovered"],
    )


def _differing(view: CoverView, found: CoverExplanation) -> frozenset[str]:
    """Cases whose best cover is not what has been agreed."""
    entries = view.entries
    return frozenset(
        one.case.case_id
        for one in found.cases
        if one.covers is not None
        and (one.case.case_id not in entries or entries[one.case.case_id].officer_id != one.covers)
    )


@router.post("/cover")
def agree(request: Request, context: Context, digest: Text = "", user: User = member("duties")) -> Response:
    """Agree to the best cover, and tell everybody whom it concerns."""
    try:
        agree_best_cover(context, user, digest)
    except AllocatorError as error:
        return _cover(request, context, load_cover(context.store, user), error)
    return sent("/cover", "covered")


@router.get("/cover.csv")
def cover_as_csv(context: Context, user: User = member("ask")) -> Response:
    """Cover for machines: what goes into the column covered_by."""
    view = load_cover(context.store, user, act="export")
    return attachment("cover.csv", cover_csv(ask_cover(context, view)), "text/csv")


@router.get("/cover.xlsx")
def cover_as_workbook(context: Context, user: User = member("ask")) -> Response:
    """Cover as a workbook."""
    found = ask_cover(context, load_cover(context.store, user, act="export"))
    return attachment("cover.xlsx", workbook(cover_tables(found), found.cycle_date, found.name))


@router.get("/cover/{case_id:path}")
def why(request: Request, context: Context, case_id: Part, user: User = member("ask")) -> Response:
    """Why a case is to be covered by whom, who else may, and the price; another can be chosen."""
    return _why(request, context, user, case_id)


def _why(
    request: Request,
    context: AppContext,
    user: User,
    case_id: str,
    error: Exception | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    view, kept = load_cover(context.store, user, "why-cover", case_id=case_id), given or {}
    case = view.case(case_id)
    answer = ask_why_cover(context, view, case_id)
    seen, entry = view.seen, view.entries.get(case_id)
    bars = [(seen.force.officer_by_id[who], (rule,)) for who, rule in answer.barred.items()]
    others = [one for one in answer.others if seen.scope.sees_officer(seen.force.officer_by_id[one.officer])]
    return render(
        request,
        "cover_case.html",
        title=f"Who covers case {case.case_id}?",
        back="/cover",
        seen=seen,
        case=case,
        covered=answer.covered,
        says=covered_sentence(answer.covered),
        agreed=agreed_words(entry),
        others=[(one.officer, cover_price(one, COVER_ON_PAGES), "yes" if one.former else "no") for one in others],
        barred=barred_rows(bars),
        digest=view.digest,
        chosen=kept.get("officer"),
        reason_items=items(OVERRIDE_REASONS, kept.get("reason"), "Choose a reason"),
        note=kept.get("note", ""),
        note_hint=NOTE_HINT,
        error=error,
    )


@router.post("/cover/{case_id:path}")
def decide(
    request: Request,
    context: Context,
    case_id: Part,
    officer: Text = "",
    reason: Text = "",
    note: Text = "",
    digest: Text = "",
    user: User = member("duties"),
) -> Response:
    """Have a case covered by another officer than would be best."""
    try:
        if not officer:
            raise FormError(officer="Choose an officer.")
        require_reason(reason, note)
        chosen = {case_id: officer}
        agree_cover(context.store, user, chosen, reason=reason, note=note, best=False, seen_digest=digest)
    except AllocatorError as error:
        kept = {"officer": officer, "reason": reason, "note": note}
        return _why(request, context, user, case_id, error, kept)
    return sent("/cover", "covered")
