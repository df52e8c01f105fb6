"""What is decided about a cycle: submitted, approved, committed, undone, discarded."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.acts import require_act
from allocator.app.decisions import DECISIONS, decide_cycle
from allocator.app.views import load_view
from allocator.errors import AllocatorError, Conflict, NotThere
from allocator.http.dependencies import Context, Number
from allocator.http.web.forms import Text, require_reason, seen_version
from allocator.http.web.pages import render, sent
from allocator.http.web.routes.cycle import ASKED, acts_for, cycle_page
from allocator.http.web.visitors import member

router = APIRouter(include_in_schema=False)


@router.post("/cycles/{cycle_id}/{act}")
def decide(
    request: Request,
    context: Context,
    cycle_id: Number,
    act: str,
    version: Text = "",
    reason: Text = "",
    note: Text = "",
    user: User = member("cases"),
) -> Response:
    """Submit, return, approve, commit, undo or discard a cycle."""
    if act not in DECISIONS:
        raise NotThere("There is nothing here.")
    try:
        if act == "return":
            require_reason(reason, note)
        decide_cycle(
            context.store, user, act, cycle_id=cycle_id, version=seen_version(version), reason=reason, note=note
        )
    except AllocatorError as error:
        return cycle_page(request, context, user, cycle_id, error)
    return sent(f"/cycles/{cycle_id}", act)


@router.get("/cycles/{cycle_id}/confirm/{act}")
def confirm(request: Request, context: Context, cycle_id: Number, act: str, user: User = member("cases")) -> Response:
    """Ask once more before a cycle is committed, undone or discarded."""
    if act not in ASKED:
        raise NotThere("There is nothing here.")
    require_act(user, act)
    seen = load_view(context.store, user, "cycle", cycle_id=cycle_id, purpose="allocation")
    found = next((one for one in acts_for(seen) if one.name == act), None)
    if found is None:
        raise Conflict(
            f"Cycle {cycle_id} is {seen.cycle.state}, so this cannot be done now.", maybe="look at it again."
        )
    return render(
        request,
        "confirm.html",
        title=f"{act.capitalize()} cycle {cycle_id}?",
        back=f"/cycles/{cycle_id}",
        cycle=seen.cycle,
        act=found,
        plan=seen.proposal,
    )
