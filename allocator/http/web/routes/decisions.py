"""What is decided about a cycle: submitted, approved, committed, undone, discarded."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.acts import require_act
from allocator.app.decisions import DECISIONS, decide_cycle
from allocator.app.views import ForceView, load_view
from allocator.errors import AllocatorError, Conflict, NotThere
from allocator.http.dependencies import Context, Number
from allocator.http.web.forms import require_reason, seen_version
from allocator.http.web.pages import render, sent
from allocator.http.web.routes.cycle import ASKED, acts_for, cycle_page
from allocator.http.web.visitors import member

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=1000)]


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
        title=f"{ASKED[act]} cycle {cycle_id}?",
        back=f"/cycles/{cycle_id}",
        cycle=seen.cycle,
        act=found,
        says=_asks(seen, act),
    )


def _asks(seen: ForceView, act: str) -> list[str]:
    """What an act does: what happens, what is lost, who is told."""
    cycle, plan = seen.cycle, seen.proposal
    if act == "discard":
        told = [f"Cycle {cycle.id} ends without a plan, and what was read into it is left out."]
        if plan is not None:
            told.append(f"Its plan is lost{_decisions(len(plan.by_person))}.")
        return [*told, "Nobody is told, and it cannot be taken back."]
    if act == "undo":
        return [
            f"Officers and dates are again what cycle {cycle.id} began with.",
            "Messages that wait are withdrawn. Whoever was told is told that it no longer holds.",
            "It cannot be committed again: the next cycle begins with the data that the undo left.",
        ]
    assert plan is not None
    count = {action: len(cases) for action, cases in plan.plan.actions.items()}
    return [
        f"In the whole force, {count['moved']:,} cases move, {count['placed']:,} new ones are placed, "
        f"and {count['unplaced']:,} have nobody.",
        "The plan becomes real, and messages to all concerned are written: they are told once those are delivered.",
        "It can be undone as long as no later cycle builds on it.",
    ]


def _decisions(count: int) -> str:
    return {0: "", 1: ", with 1 decision by a person"}.get(count, f", with {count:,} decisions by people")
