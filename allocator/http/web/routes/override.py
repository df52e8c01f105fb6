"""Deciding one case otherwise."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.analysis.effects import bars
from allocator.app.actors import User
from allocator.app.overrides import EXEMPTIBLE, override_case, price_override
from allocator.app.views import ForceView, load_view
from allocator.cycles.codes import EXEMPTION_REASONS, NOTE_HINT, OVERRIDE_REASONS
from allocator.domain.force import Case
from allocator.errors import AllocatorError, NotThere
from allocator.http.dependencies import AppContext, Context, Number
from allocator.http.urls import Part
from allocator.http.web.candidates import effect_sentences
from allocator.http.web.forms import FormError, Text, items, require_reason, seen_version
from allocator.http.web.pages import render, sent
from allocator.http.web.visitors import member

router = APIRouter(include_in_schema=False)


@router.get("/cycles/{cycle_id}/override")
def override_page(
    request: Request,
    context: Context,
    cycle_id: Number,
    case: Part = "",
    officer: Part = "",
    user: User = member("override"),
) -> Response:
    """Another officer for one case, with the price before the decision."""
    return _override(request, context, user, cycle_id, case, officer)


def _override(
    request: Request,
    context: AppContext,
    user: User,
    cycle_id: Number,
    case_id: str,
    officer_id: str,
    error: Exception | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    seen = load_view(
        context.store, user, "override", cycle_id=cycle_id, details={"case": case_id[:80]}, purpose="allocation"
    )
    if seen.proposal is None:
        raise NotThere(f"Cycle {cycle_id} has no plan yet.")
    case, kept = seen.case(case_id), given or {}
    planned = seen.plan.officer_of[case.case_id]
    values: dict[str, Any] = {"chosen": officer_id, "possible": False, "needs_exemption": False, "price": []}
    if not officer_id and "officer" in request.query_params:
        error = FormError(officer="Choose an officer.")
    if officer_id:
        seen.officer(officer_id)
        barred = bars(seen.plan.force, case, seen.plan.force.officer_by_id[officer_id])
        values["barred"] = barred
        values["needs_exemption"] = bool(barred) and all(rule in EXEMPTIBLE for rule in barred)
        try:
            code = "only-option" if values["needs_exemption"] else None
            _, effect, _ = price_override(
                seen.proposal, case.case_id, officer_id, user, reason="other", note="", exemption=code
            )
            values["price"] = effect_sentences(seen.hidden.cut(effect))
            values["possible"] = True
        except AllocatorError as refused:
            error = error or refused
    return render(
        request,
        "override.html",
        title=f"Decide otherwise: case {case.case_id}",
        back=f"/cycles/{cycle_id}",
        seen=seen,
        cycle=seen.cycle,
        case=case,
        planned=planned,
        officer_items=items(_others(seen, case, planned), officer_id, "Choose an officer"),
        reason_items=items(OVERRIDE_REASONS, kept.get("reason"), "Choose a reason"),
        exemption_items=items(EXEMPTION_REASONS, kept.get("exemption"), "Choose a reason"),
        note=kept.get("note", ""),
        note_hint=NOTE_HINT,
        error=error,
        **values,
    )


def _others(seen: ForceView, case: Case, planned: str | None) -> list[tuple[str, str]]:
    """Officers other than the planned one, those first whom no rule bars."""
    found = []
    for change in seen.changes:
        officer = change.officer
        if officer.officer_id != planned:
            barred = bars(seen.plan.force, case, officer)
            told = (
                f" ({'not eligible' if 'excluded' in barred else 'barred by ' + ', '.join(barred)})" if barred else ""
            )
            found.append((bool(barred), officer.officer_id, f"{officer.officer_id}{told}"))
    return [(officer_id, words) for _, officer_id, words in sorted(found)]


@router.post("/cycles/{cycle_id}/override")
def post_override(
    request: Request,
    context: Context,
    cycle_id: Number,
    case: Text = "",
    officer: Text = "",
    reason: Text = "",
    exemption: Text = "",
    note: Text = "",
    version: Text = "",
    user: User = member("override"),
) -> Response:
    """Give a case to another officer than planned."""
    try:
        require_reason(reason, note)
        if exemption == "authorised" and not note.strip():
            raise FormError(note="Name the senior officer in the note.")
        override_case(
            context.store,
            user,
            case,
            officer,
            reason=reason,
            note=note,
            exemption=exemption or None,
            cycle_id=cycle_id,
            version=seen_version(version),
        )
    except AllocatorError as error:
        kept = {"reason": reason, "exemption": exemption, "note": note}
        return _override(request, context, user, cycle_id, case, officer, error, kept)
    return sent(f"/cycles/{cycle_id}", "overridden")
