"""What is known of a case or officer, and the audit log."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.audit import acts_of_log, log_page, verify_log
from allocator.app.cycles import committed_days
from allocator.app.histories import history_of_case, history_of_officer
from allocator.cycles.codes import PURPOSES
from allocator.errors import AllocatorError, Denied, InputError
from allocator.http.dependencies import Context
from allocator.http.web.forms import items
from allocator.http.web.lists import PER_PAGE, page_asked, paged
from allocator.http.web.pages import render
from allocator.http.web.visitors import member
from allocator.reporting.audit import verified_notes

router = APIRouter(include_in_schema=False)


@router.get("/history")
def history(
    request: Request,
    context: Context,
    case: str = "",
    officer: str = "",
    verify: str = "",
    act: str = "",
    person: str = "",
    about: str = "",
    reads: str = "",
    user: User = member("own"),
) -> Response:
    """What is known of a case or officer, and the audit log for whoever may read it."""
    if not (user.may("cases") or user.may("audit")):
        raise Denied(f"Your role ({user.role}) may not do this.")
    case, officer = case.strip(), officer.strip()
    values: dict[str, Any] = {
        "known": None,
        "about": "",
        "log": None,
        "paged": None,
        "verified": None,
        "verified_notes": (),
    }
    error: Exception | None = None
    if user.may("cases") and (case or officer):
        try:
            values["known"] = (
                history_of_case(context.store, user, case) if case else history_of_officer(context.store, user, officer)
            )
        except InputError:
            about = f"case {case}" if case else f"officer {officer}"
            why = "no committed cycle has it" if committed_days(context.store) else "no cycle is committed"
            error = AllocatorError(f"Nothing is known of {about[:80]} yet: {why}.")
        except AllocatorError as told:
            error = told
    if user.may("audit"):
        page = page_asked(request)
        wanted: dict[str, Any] = {"act": act.strip(), "person": person.strip(), "about": about.strip()}
        values |= {**wanted, "act_items": items([(a, a) for a in acts_of_log(context.store, user)], act, "All acts")}
        values["reads"] = wanted["reads"] = bool(reads)
        entries, total = log_page(context.store, user, offset=(page - 1) * PER_PAGE, limit=PER_PAGE, **wanted)
        values["log"] = [
            (
                entry.seq,
                f"{entry.at:%Y-%m-%d %H:%M}",
                entry.actor,
                entry.act,
                entry.cycle_id,
                PURPOSES.get(entry.purpose or "", entry.purpose),
                "purged" if entry.details is None else _details(entry.details),
            )
            for entry in entries
        ]
        values["paged"] = paged(request, entries, total)
        if verify:
            values["verified"] = found = verify_log(context.store, user)
            values["verified_notes"] = verified_notes(found)
    return render(request, "history.html", title="History and audit", case=case, officer=officer, error=error, **values)


def _details(details: Any) -> str:
    return ", ".join(
        f"{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for key, value in details.items()
        if value not in (None, "", [], {})
    )
