"""Moving one case today, for what cannot wait for a plan, and taking a placement or move back."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.cycles import find_open_cycle
from allocator.app.moves import move_case, standing_placement, take_back
from allocator.app.results import recommended
from allocator.app.views import load_view
from allocator.cycles.codes import MOVE_REASONS, NOTE_HINT
from allocator.errors import AllocatorError, NotThere
from allocator.http.dependencies import AppContext, Context
from allocator.http.urls import Part, address_of
from allocator.http.web.candidates import SHOWN, barred_rows, ranked_row
from allocator.http.web.forms import FormError, Text, items, require_reason, seen_version
from allocator.http.web.pages import render, sent
from allocator.http.web.visitors import member
from allocator.reporting.words import overdue_sentence, place_words
from allocator.rules.notes.overdue import delays

router = APIRouter(include_in_schema=False)


@router.get("/move/{case_id:path}")
def choose(request: Request, context: Context, case_id: Part, user: User = member("override")) -> Response:
    """Officers who could have a case instead of its own, with the effect of each."""
    return _choose(request, context, user, case_id)


def _choose(
    request: Request,
    context: AppContext,
    user: User,
    case_id: str,
    error: Exception | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    details = {"case": case_id[:80]}
    seen = load_view(context.store, user, "move", details=details, purpose="allocation", today=True)
    case, kept = seen.case(case_id), given or {}
    if case.officer is None:
        return sent(f"/tonight/{address_of(case_id)}")
    ranked, cycle = recommended(seen, case_id), find_open_cycle(context.store)
    here = f"/cases/{address_of(case_id)}"
    return render(
        request,
        "choose.html",
        title=f"Who takes case {case.case_id} instead of {case.officer}?",
        back=here,
        case=case,
        division=seen.division_words(case),
        place=place_words(case),
        overdue=overdue_sentence(delays(seen.force, case, seen.cycle.cycle_date)),
        seen=seen,
        candidates=[ranked_row(one, seen.force) for one in ranked.candidates if not one.stays][:SHOWN],
        barred=barred_rows(ranked.barred),
        action=f"/move/{address_of(case_id)}",
        version="" if cycle is None else cycle.version,
        new={},
        chosen=kept.get("officer"),
        note=kept.get("note", ""),
        reason_items=items(MOVE_REASONS, kept.get("reason"), "Choose a reason"),
        moving=True,
        note_hint=NOTE_HINT,
        error=error,
    )


@router.post("/move/{case_id:path}")
def move(
    request: Request,
    context: Context,
    case_id: Part,
    officer: Text = "",
    reason: Text = "",
    note: Text = "",
    version: Text = "",
    user: User = member("override"),
) -> Response:
    """Give the case to the officer today."""
    try:
        if not officer:
            raise FormError(officer="Choose an officer.")
        require_reason(reason, note)
        number = seen_version(version) if version else None
        move_case(context.store, user, case_id, officer, reason=reason, note=note, version=number)
    except AllocatorError as error:
        return _choose(request, context, user, case_id, error, {"officer": officer, "reason": reason, "note": note})
    return sent(f"/cases/{address_of(case_id)}", "moved")


@router.get("/take-back/{case_id:path}")
def confirm(request: Request, context: Context, case_id: Part, user: User = member("override")) -> Response:
    """What taking back would do, and why it is done."""
    return _confirm(request, context, user, case_id)


def _confirm(
    request: Request,
    context: AppContext,
    user: User,
    case_id: str,
    error: Exception | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    placement, kept = standing_placement(context.store, user, case_id), given or {}
    if placement is None and error is None:
        raise NotThere(f"Nothing that was done with case {case_id[:80]} since the last commit can be taken back.")
    cycle = find_open_cycle(context.store)
    return render(
        request,
        "take_back.html",
        title=f"Take back what was done with case {case_id}",
        back=f"/cases/{address_of(case_id)}",
        case_id=case_id,
        placement=placement,
        version="" if cycle is None else cycle.version,
        reason_items=items(MOVE_REASONS, kept.get("reason"), "Choose a reason"),
        note=kept.get("note", ""),
        note_hint=NOTE_HINT,
        error=error,
    )


@router.post("/take-back/{case_id:path}")
def post_take_back(
    request: Request,
    context: Context,
    case_id: Part,
    reason: Text = "",
    note: Text = "",
    version: Text = "",
    user: User = member("override"),
) -> Response:
    """Take it back."""
    try:
        require_reason(reason, note)
        number = seen_version(version) if version else None
        take_back(context.store, user, case_id, reason=reason, note=note, version=number)
    except AllocatorError as error:
        return _confirm(request, context, user, case_id, error, {"reason": reason, "note": note})
    return sent(f"/cases/{address_of(case_id)}", "taken-back")
