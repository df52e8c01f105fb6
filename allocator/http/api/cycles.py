"""Cycles: read, opened, planned, overridden, decided; what may conflict needs the ETag of what was seen."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Header, Query, Request, Response, UploadFile

from allocator.app.actors import User
from allocator.app.acts import ACTS
from allocator.app.approvals import return_cycle
from allocator.app.cycles import Cycle, all_cycles, find_open_cycle
from allocator.app.decisions import decide_cycle
from allocator.app.documents import (
    candidate_document,
    visible_cycle_document,
    visible_import_document,
    visible_override_document,
)
from allocator.app.imports import Imported, roll_over
from allocator.app.messages import deliver_messages
from allocator.app.moves import move_case, take_back
from allocator.app.overrides import override_case
from allocator.app.placements import place_case
from allocator.app.posting import require_text
from allocator.app.problems import post_proposal
from allocator.app.views import load_view
from allocator.errors import NotThere
from allocator.http.api.models import (
    CycleOut,
    Document,
    Listing,
    PostMove,
    PostOverride,
    PostPlacement,
    PostProposal,
    PostReturn,
    PostTakeBack,
    Problem,
)
from allocator.http.api.problems import Key, accepted
from allocator.http.asking import read_upload
from allocator.http.bodies import Route
from allocator.http.dependencies import (
    Context,
    Limit,
    LongLimit,
    Number,
    Offset,
    Version,
    etag,
    matched,
    page_of,
    right,
)
from allocator.http.errors import responses
from allocator.http.urls import Name
from allocator.reporting.acts import wrong_time_sentence
from allocator.reporting.cycles import listed_document

router = APIRouter(route_class=Route, prefix="/v1", tags=["cycles"])
Reader = Annotated[User, Depends(right("cases"))]
Planner = Annotated[User, Depends(right("plan"))]
_CHANGE = responses(400, 401, 403, 404, 409, 410, 412, 413, 422, 428)


def cycle_out(cycle: Cycle, response: Response) -> dict[str, Any]:
    """Compose where a cycle stands, with its ETag."""
    response.headers["ETag"] = etag(cycle.version)
    return {
        "cycle": cycle.id,
        "cycle_date": cycle.cycle_date,
        "state": cycle.state,
        "version": cycle.version,
        "follows": cycle.follows_id,
    }


@router.get("/cycles", response_model=Listing, responses=responses(401, 403, 422))
def list_cycles(
    context: Context,
    user: Annotated[User, Depends(right("figures"))],
    offset: Offset = 0,
    limit: Limit = 50,
) -> Any:
    """List cycles, newest first: counts, and no case."""
    found = [listed_document(one) for one in reversed(all_cycles(context.store, user))]
    return page_of(found[offset : offset + limit], len(found), offset, limit)


@router.post("/cycles", response_model=Document, status_code=201, responses=responses(400, 401, 403, 409, 413, 422))
def post_cycle(
    context: Context,
    user: Planner,
    request: Request,
    export: Annotated[UploadFile, File(description="a workbook (.xlsx), or a .zip of the CSV files")],
    response: Response,
    rollover: Annotated[bool, Query(description="what it does not have comes from the committed cycle")] = False,
) -> Any:
    """Read an export into the open cycle, or open the next one with it."""
    name, data = export.filename or "upload", export.file.read()
    done = read_upload(context, user, request, name, data, after_commit=rollover)
    return _imported(done, response, user)


@router.post("/rollovers", response_model=Document, status_code=201, responses=responses(401, 403, 409, 410))
def post_rollover(context: Context, user: Planner, response: Response) -> Any:
    """Open the next cycle as the committed one ended."""
    return _imported(roll_over(context.store, user), response, user)


def _imported(done: Imported, response: Response, user: User) -> dict[str, Any]:
    response.headers["Location"] = f"/v1/cycles/{done.cycle.id}"
    cycle = CycleOut(**cycle_out(done.cycle, response)).model_dump(mode="json")
    return {**cycle, **visible_import_document(done, user)}


@router.get("/cycles/{cycle_id}", response_model=Document, responses=responses(401, 403, 404, 410, 422))
def get_cycle(
    context: Context,
    user: Reader,
    cycle_id: Number,
    response: Response,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Any:
    """Read a cycle with its plan, as far as the person may see it."""
    seen = load_view(context.store, user, "cycle", cycle_id=cycle_id, purpose="allocation")
    response.headers["ETag"] = etag(seen.cycle.version)
    overtaken = seen.stale is not None and seen.stale.rules is not None  # by no act that a version would count
    if if_none_match == etag(seen.cycle.version) and not overtaken:
        return Response(status_code=304, headers={"ETag": etag(seen.cycle.version)})
    return visible_cycle_document(context.store, seen)


@router.get("/cycles/{cycle_id}/plan", response_model=Listing, responses=responses(401, 403, 404, 410, 422))
def get_plan(
    context: Context,
    user: Reader,
    cycle_id: Number,
    action: Annotated[str | None, Query(pattern="^(kept|moved|placed|unplaced)$")] = None,
    officer: Annotated[Name | None, Query()] = None,
    offset: Offset = 0,
    limit: LongLimit = 200,
) -> Any:
    """Read who is with whom under a cycle's plan."""
    seen = load_view(context.store, user, "plan", cycle_id=cycle_id, purpose="allocation")
    if seen.proposal is None:
        raise NotThere(f"Cycle {cycle_id} has no plan yet.")
    every = (
        {
            "case_id": case.case_id,
            "officer_id": seen.plan.officer_of[case.case_id],
            "action": seen.plan.action(case),
            "from_officer_id": case.officer,
        }
        for case in seen.cases
    )
    rows = [
        row
        for row in every
        if action in (None, row["action"]) and officer in (None, row["officer_id"], row["from_officer_id"])
    ]
    return page_of(rows[offset : offset + limit], len(rows), offset, limit)


@router.post(
    "/cycles/{cycle_id}/propose",
    response_model=Problem,
    status_code=202,
    responses=_CHANGE,
)
def post_propose(
    context: Context,
    user: Planner,
    cycle_id: Number,
    version: Version,
    response: Response,
    body: PostProposal | None = None,
    key: Key = None,
) -> Any:
    """Plan a cycle; the problem that this posts ends with the plan frozen beside its input."""
    asked = (body or PostProposal()).model_dump()
    return accepted(post_proposal(context.store, user, cycle_id, **asked, version=version, key=key), context, response)


@router.post("/cycles/{cycle_id}/overrides", response_model=Document, status_code=201, responses=_CHANGE)
def post_override(
    context: Context,
    user: Annotated[User, Depends(right("override"))],
    cycle_id: Number,
    version: Version,
    body: PostOverride,
    response: Response,
) -> Any:
    """Give a case to another officer than planned; checked at once, and its price told."""
    require_text(body.note)
    done = override_case(context.store, user, **body.model_dump(), cycle_id=cycle_id, version=version)
    response.headers["ETag"] = etag(done.cycle.version)
    seen = load_view(context.store, user, "override", cycle_id=cycle_id, details={"case": body.case_id[:80]})
    return visible_override_document(context.store, seen, done)


@router.post("/placements", response_model=Document, status_code=201, responses=_CHANGE)
def post_placement(
    context: Context,
    user: Annotated[User, Depends(right("override"))],
    body: PostPlacement,
    response: Response,
    if_match: Annotated[str | None, Header(description="ETag of the open cycle, where one is open")] = None,
) -> Any:
    """Give a case that has nobody to an officer at once: tonight's release."""
    require_text(body.new or {})
    if if_match is None and find_open_cycle(context.store) is not None:
        matched(None)
    version = None if if_match is None else matched(if_match)
    done = place_case(context.store, user, **body.model_dump(), version=version)
    response.headers["ETag"] = etag(done.cycle.version)
    return {"cycle": done.cycle.id, "case_id": done.case.case_id, **candidate_document(done.candidate)}


@router.post("/moves", response_model=Document, status_code=201, responses=_CHANGE)
def post_move(
    context: Context,
    user: Annotated[User, Depends(right("override"))],
    body: PostMove,
    response: Response,
    if_match: Annotated[str | None, Header(description="ETag of the open cycle, where one is open")] = None,
) -> Any:
    """Give a case that has an officer to another at once."""
    require_text(body.note)
    version = None if if_match is None else matched(if_match)
    done = move_case(context.store, user, **body.model_dump(), version=version)
    response.headers["ETag"] = etag(done.cycle.version)
    return {"cycle": done.cycle.id, "case_id": done.case.case_id, **candidate_document(done.candidate)}


@router.post("/take-backs", response_model=Document, status_code=201, responses=_CHANGE)
def post_take_back(
    context: Context, user: Annotated[User, Depends(right("override"))], body: PostTakeBack, response: Response
) -> Any:
    """Take the newest placement or move of a case back, until the next commit."""
    require_text(body.note)
    done = take_back(context.store, user, **body.model_dump())
    response.headers["ETag"] = etag(done.cycle.version)
    return {
        "cycle": done.cycle.id,
        "case_id": done.case.case_id,
        "officer_id": done.case.officer,
        "withdrawn": done.withdrawn,
    }


def _decide(act: str, says: str) -> None:
    """Make the endpoint of an act that needs nothing but the cycle."""

    def endpoint(
        context: Context,
        cycle_id: Number,
        version: Version,
        response: Response,
        user: User = Depends(right(ACTS[act].right)),  # noqa: B008  (an annotation could not see the name)
    ) -> Any:
        return cycle_out(decide_cycle(context.store, user, act, cycle_id=cycle_id, version=version), response)

    router.add_api_route(
        f"/cycles/{{cycle_id}}/{act}",
        endpoint,
        methods=["POST"],
        name=f"post_{act}",
        description=says,
        response_model=CycleOut,
        responses=_CHANGE,
    )


_decide("submit", "Hand a plan over for approval.")
_decide("approve", "Answer for a plan.")
_decide("commit", "Make an approved plan real, and write everybody's messages.")
_decide("undo", "Take a commit back, and tell those who were told.")
_decide("discard", "End an open cycle without a plan.")


@router.post("/cycles/{cycle_id}/return", response_model=CycleOut, responses=_CHANGE)
def post_return(
    context: Context,
    user: Annotated[User, Depends(right("return"))],
    cycle_id: Number,
    version: Version,
    body: PostReturn,
    response: Response,
) -> Any:
    """Send a plan back to be changed."""
    done = return_cycle(context.store, user, **body.model_dump(), cycle_id=cycle_id, version=version)
    return cycle_out(done, response)


@router.post("/deliveries", response_model=Document, responses=responses(401, 403))
def post_delivery(context: Context, user: Annotated[User, Depends(right("commit"))]) -> Any:
    """Deliver the messages that wait, as files; nothing is done where another delivery is under way."""
    done = deliver_messages(context.store, user)
    return {
        "delivered": done.delivered,
        "failed": done.failed,
        "waiting": done.waiting,
        "elsewhere": done.elsewhere,
        "notes": [wrong_time_sentence(wrong) for wrong in done.wrong_times],
    }
