"""Tonight's release: who could take a case, and giving it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.cycles import find_open_cycle
from allocator.app.placements import place_case
from allocator.app.results import recommended
from allocator.app.views import ForceView, load_view
from allocator.cycles.codes import NOTE_HINT, OVERRIDE_REASONS
from allocator.domain.force import Case
from allocator.errors import NOTHING_CHANGED, AllocatorError, InputError
from allocator.files.dates import read_date
from allocator.http.dependencies import AppContext, Context
from allocator.http.urls import Part, address_of, number_of
from allocator.http.web.candidates import SHOWN, barred_rows, ranked_row
from allocator.http.web.forms import RISKS, FormError, Text, items, listed, require_reason, seen_version
from allocator.http.web.pages import render, sent
from allocator.http.web.visitors import member
from allocator.reporting.words import overdue_sentence, place_words
from allocator.rules.notes.overdue import delays

router = APIRouter(include_in_schema=False)


@router.get("/tonight")
def tonight(request: Request, context: Context, user: User = member("override")) -> Response:
    """Cases that wait, and a form for one that no export has yet."""
    return _tonight(request, context, user)


def _tonight(request: Request, context: AppContext, user: User, error: Exception | None = None) -> Response:
    seen = load_view(context.store, user, "tonight", purpose="allocation", today=True)
    asked = request.query_params
    return render(
        request,
        "tonight.html",
        title="Allocate tonight's release",
        back="/",
        seen=seen,
        waiting=seen.waiting[:100],
        new={name: asked.get(name, "") for name in ("case", "needs", *_LISTS, *_DAYS)},
        division_items=items([(d, d) for d in seen.divisions], asked.get("division"), "Choose a division"),
        risk_items=items(RISKS, asked.get("risk"), "Choose a risk"),
        level_items=items(_LEVELS, asked.get("level"), "Choose a level"),
        category_items=items(_CATEGORIES, asked.get("category")),
        premises_items=items(
            [
                (p.premises_id, f"{p.premises_id} ({p.division})")
                for p in seen.force.premises
                if seen.scope.covers(p.division)
            ],
            asked.get("premises"),
            "Not at Approved Premises",
        ),
        error=error,
    )


def _new(values: Any) -> dict[str, Any] | None:
    """Columns of a case that no export has yet, from a form."""
    if not values.get("division") and not values.get("risk"):
        return None
    premises, days = values.get("premises") or None, _days(values)
    if premises is not None and days["release_on"] is not None:
        raise FormError(release_on="Leave the day of release empty for a person at Approved Premises.")
    return {
        "division": values.get("division"),
        "risk": values.get("risk"),
        "level": number_of(values.get("level") or ""),
        "category": number_of(values.get("category") or "0"),
        "setting": "premises" if premises else "community" if days["release_on"] is None else "custody",
        "premises": premises,
        **{name: listed(values.get(name)) for name in ("needs", *_LISTS)},
        **days,
    }


_LEVELS = (("0", "None"), ("1", "1"), ("2", "2"), ("3", "3"))
_CATEGORIES = (("0", "None"), ("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"))
_LISTS = ("former", "excluded", "forums")
_DAYS = {
    "release_on": "of release",
    "visit_due": "by which the next visit is due",
    "review_due": "by which the next review is due",
}


def _days(values: Any) -> dict[str, date | None]:
    """Days on which something is due, as people type them.

    Raises
    ------
    FormError
    """
    texts = {name: (values.get(name) or "").strip() for name in _DAYS}
    days = {name: read_date(text) for name, text in texts.items()}
    if wrong := [name for name, text in texts.items() if text and days[name] is None]:
        raise FormError(**{name: f"Enter the day {_DAYS[name]}, such as 31/03/2026." for name in wrong})
    return days


@router.get("/tonight/new")
def choose_for_new(request: Request, context: Context, user: User = member("override")) -> Response:
    """Officers for a case that no export has yet."""
    asked = request.query_params
    case_id = asked.get("case", "").strip()
    wanted = {
        "case": "Enter the case's id.",
        "division": "Choose a division.",
        "risk": "Choose the assessed risk.",
        "level": "Choose the MAPPA level.",
    }
    try:
        wrong = [FormError(**{name: said}) for name, said in wanted.items() if not asked.get(name, "").strip()]
        try:
            new = _new(asked)
        except FormError as error:
            raise _together([*wrong, error]) from None
        if wrong:
            seen = load_view(context.store, user, "tonight", purpose="allocation", today=True)
            raise _together([*wrong, *(_not_sensible(seen, None, new) if new else ())])
        return _choose(request, context, user, case_id, new)
    except InputError as error:
        return _tonight(request, context, user, error)


@router.get("/tonight/{case_id:path}")
def choose(request: Request, context: Context, case_id: Part, user: User = member("override")) -> Response:
    """Officers for a case that waits, with the effect of each."""
    return _choose(request, context, user, case_id, None)


def _choose(
    request: Request,
    context: AppContext,
    user: User,
    case_id: str,
    new: dict[str, Any] | None,
    error: Exception | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    details = {"case": case_id[:80]}
    seen = load_view(context.store, user, "tonight", details=details, purpose="allocation", today=True)
    held = seen.force.case_by_id.get(case_id)
    if held is not None and held.officer is not None and seen.sees(held):
        return _held(request, held, tried=error is not None or new is not None)
    if new is not None and (wrong := _not_sensible(seen, held, new)):
        raise _together(wrong)
    ranked = recommended(seen, case_id, new)
    cycle = find_open_cycle(context.store)
    fields = {}
    if new is not None:
        lists = {name: "; ".join(new[name]) for name in ("needs", *_LISTS)}
        fields = {k: "" if v is None else v for k, v in {**new, **lists}.items() if k != "setting"}
    kept = given or {}
    return render(
        request,
        "choose.html",
        title=f"Who takes case {case_id}?",
        back="/tonight",
        case=ranked.case,
        division=seen.division_words(ranked.case),
        place=place_words(ranked.case),
        overdue=overdue_sentence(delays(seen.force, ranked.case, seen.cycle.cycle_date)),
        seen=seen,
        candidates=[ranked_row(one, seen.force) for one in ranked.candidates[:SHOWN]],
        barred=barred_rows(ranked.barred),
        action=f"/tonight/{address_of(case_id)}",
        version="" if cycle is None else cycle.version,
        new=fields,
        chosen=kept.get("officer"),
        note=kept.get("note", ""),
        reason_items=items(OVERRIDE_REASONS, kept.get("reason"), "Choose a reason"),
        note_hint=NOTE_HINT,
        error=error,
    )


def _not_sensible(seen: ForceView, known: Case | None, new: dict[str, Any]) -> list[FormError]:
    """Why a new case cannot be: it is in the data already, needs what nobody has, or excludes who is not there."""
    wrong = []
    if known is not None and seen.sees(known):
        wrong.append(FormError(case=f"Case {known.case_id} is in the data already: allocate it from the list."))
    skills = {skill for officer in seen.force.officers for skill in officer.skills}
    if lacking := [tag for tag in new["needs"] if tag not in skills]:
        quoted = ", ".join(f"“{tag}”" for tag in lacking)
        wrong.append(FormError(needs=f"Nobody has the skill {quoted}. Check the tag."))
    there = {officer.officer_id for officer in seen.scope.officers(seen.force)}
    if strangers := [name for name in new["excluded"] if name not in there]:
        quoted = ", ".join(f"“{name}”" for name in strangers)
        wrong.append(FormError(excluded=f"There is no officer {quoted}. Check the id."))
    return wrong


def _together(errors: Iterable[FormError]) -> FormError:
    """All that is wrong with a form as one."""
    return FormError(**{problem.file: problem.expected for error in errors for problem in error.problems})


def _held(request: Request, case: Case, tried: bool) -> Response:
    """Say that a case has an officer: somebody was quicker, or it never waited."""
    return render(
        request,
        "held.html",
        status=409 if tried else 200,
        title=f"Case {case.case_id} has an officer",
        back="/tonight",
        case=case,
        outcome=NOTHING_CHANGED if tried else "",
    )


@router.post("/tonight/{case_id:path}")
def give(
    request: Request,
    context: Context,
    case_id: Part,
    officer: Text = "",
    reason: Text = "",
    note: Text = "",
    version: Text = "",
    division: Text = "",
    risk: Text = "",
    level: Text = "",
    category: Text = "",
    premises: Text = "",
    needs: Text = "",
    former: Text = "",
    excluded: Text = "",
    release_on: Text = "",
    forums: Text = "",
    visit_due: Text = "",
    review_due: Text = "",
    user: User = member("override"),
) -> Response:
    """Give the case to the officer."""
    given = {"division": division, "risk": risk, "level": level, "category": category, "premises": premises}
    given |= {"needs": needs, "former": former, "excluded": excluded, "forums": forums}
    new = _new({**given, "release_on": release_on, "visit_due": visit_due, "review_due": review_due})
    try:
        if reason:
            require_reason(reason, note)
        number = seen_version(version) if version else None
        place_case(context.store, user, case_id, officer, new=new, reason=reason, note=note, version=number)
    except AllocatorError as error:
        if isinstance(error, InputError) and any(problem.file == "--reason" for problem in error.problems):
            error = FormError(reason="Choose a reason: another officer comes first.")
        kept = {"officer": officer, "reason": reason, "note": note}
        return _choose(request, context, user, case_id, new, error, kept)
    return sent(f"/cases/{address_of(case_id)}", "placed")
