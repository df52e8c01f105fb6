"""Problems: posted, watched, stopped, read; and questions about them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from allocator.app.actors import User
from allocator.app.posting import posted_force, require_text
from allocator.app.problems import (
    Job,
    find_problem,
    own_problems,
    post_force,
    post_frontier,
    post_present,
    post_whatif,
    stop_work,
)
from allocator.app.results import result_document, solved
from allocator.app.staffing import post_planning
from allocator.errors import InputError, Unavailable
from allocator.errors import Problem as Wrong
from allocator.files.digest import digest
from allocator.http.api.models import (
    Checked,
    Document,
    Listing,
    PostFrontier,
    PostPlanning,
    PostProblem,
    PostWhatIf,
    Problem,
)
from allocator.http.asking import ask_about
from allocator.http.bodies import Route
from allocator.http.dependencies import AppContext, Context, Limit, Offset, caller, page_of, right
from allocator.http.errors import SignInNeeded, responses
from allocator.http.urls import Name
from allocator.planning.supply import Course

router = APIRouter(route_class=Route, prefix="/v1", tags=["problems"])
Solver = Annotated[User, Depends(right("solve"))]
Asker = Annotated[User, Depends(right("ask"))]
Owner = Annotated[User, Depends(right("own"))]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="the same request with the same key is the same problem",
    ),
]
LOOK_EVERY = 0.3  # seconds between looks at a problem that is watched


def problem_document(job: Job, context: AppContext) -> dict[str, Any]:
    """Compose where a problem stands."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "stopping": job.stopping,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "attempts": job.attempts,
        "progress": context.pool.seen.progress.get(job.id),
        "error": None if job.error is None else {key: job.error[key] for key in job.error if key != "where"},
        "has_result": job.has_result,
    }


def accepted(job: Job, context: AppContext, response: Response) -> dict[str, Any]:
    """Answer that a problem was taken in."""
    context.pool.call()
    response.status_code = 202
    response.headers["Location"] = f"/v1/problems/{job.id}"
    return problem_document(job, context)


@router.post(
    "/problems",
    response_model=Problem | Checked,
    status_code=202,
    responses={
        200: {"model": Checked, "description": "checked, not solved"},
        **responses(400, 401, 403, 404, 409, 413, 422),
    },
)
def post_problem(
    context: Context,
    user: Solver,
    body: PostProblem,
    response: Response,
    key: Key = None,
    operation: Annotated[Literal["solve", "none"], Query(description="none: only check")] = "solve",
) -> Any:
    """Post a force to be planned, or check it without planning."""
    if body.force is None:
        if operation == "none":
            raise InputError([Wrong("force", "a force, where it is only to be checked")])
        job = post_present(context.store, user, seed=body.seed, time_limit=body.time_limit, key=key)
        return accepted(job, context, response)
    force = posted_force(body.force)
    if operation == "none":
        response.status_code = 200
        return {"valid": True, "officers": len(force.officers), "cases": len(force.cases), "digest": digest(force)}
    job = post_force(context.store, user, force, seed=body.seed, time_limit=body.time_limit, key=key)
    return accepted(job, context, response)


@router.post("/whatif", response_model=Problem, status_code=202, responses=responses(400, 401, 403, 404, 409, 413, 422))
def post_whatif_problem(context: Context, user: Solver, body: PostWhatIf, response: Response, key: Key = None) -> Any:
    """Try scenarios beside the force as it stands."""
    require_text(body.scenarios)
    job = post_whatif(context.store, user, body.scenarios, seed=body.seed, time_limit=body.time_limit, key=key)
    return accepted(job, context, response)


@router.post(
    "/frontier", response_model=Problem, status_code=202, responses=responses(400, 401, 403, 404, 409, 413, 422)
)
def post_frontier_problem(
    context: Context, user: Solver, body: PostFrontier, response: Response, key: Key = None
) -> Any:
    """Find how even workload can be made for how many moves."""
    return accepted(post_frontier(context.store, user, **body.model_dump(), key=key), context, response)


@router.post(
    "/planning", response_model=Problem, status_code=202, responses=responses(400, 401, 403, 404, 409, 413, 422)
)
def post_planning_problem(
    context: Context, user: Solver, body: PostPlanning, response: Response, key: Key = None
) -> Any:
    """Ask what to expect, how many officers are needed, or who to send on which course."""
    require_text(body.assumptions)
    asked = body.model_dump() | {"courses": [Course(one.date, one.places) for one in body.courses]}
    return accepted(post_planning(context.store, user, **asked, key=key), context, response)


@router.get("/problems", response_model=Listing, responses=responses(401, 403, 422))
def list_problems(
    context: Context,
    user: Owner,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Any:
    """List one's own problems, newest first."""
    found, total = own_problems(context.store, user, offset=offset, limit=limit)
    items = [Problem(**problem_document(job, context)).model_dump(mode="json") for job in found]
    return page_of(items, total, offset, limit)


@router.get("/problems/{problem_id}", response_model=Problem, responses=responses(401, 404, 422))
def get_problem(context: Context, user: Owner, problem_id: Name) -> Any:
    """See where a problem stands."""
    return problem_document(find_problem(context.store, user, problem_id), context)


@router.delete("/problems/{problem_id}", response_model=Problem, responses=responses(401, 404, 422))
def stop_problem(context: Context, user: Owner, problem_id: Name) -> Any:
    """Stop a problem early; the best plan so far is kept."""
    job = stop_work(context.store, user, problem_id)
    context.pool.call()
    return problem_document(job, context)


@router.get("/problems/{problem_id}/result", response_model=Document, responses=responses(401, 403, 404, 410, 422))
def get_result(context: Context, user: Solver, problem_id: Name) -> Any:
    """Read what a problem has found: a plan, plans of scenarios, a frontier, or what to expect."""
    return result_document(context.store, user, find_problem(context.store, user, problem_id))


@router.get("/problems/{problem_id}/analysis", response_model=Document, responses=responses(401, 403, 404, 410, 422))
def get_analysis(context: Context, user: Solver, problem_id: Name) -> Any:
    """Read goals, bounds and findings of a plan."""
    return solved(context.store, user, problem_id).analysis


@router.get("/problems/{problem_id}/why", response_model=Document, responses=responses(401, 403, 404, 410, 422, 503))
def get_why(context: Context, user: Asker, problem_id: Name, case: Annotated[Name, Query()]) -> Any:
    """Ask why a case stays, moves, goes where it goes, or has nobody."""
    found = solved(context.store, user, problem_id)
    found.case(case)
    return ask_about(context, found, "why", {"case": case, "officers": list(found.result.plan.officers)})


@router.get(
    "/problems/{problem_id}/why-not", response_model=Document, responses=responses(401, 403, 404, 410, 422, 503)
)
def get_why_not(
    context: Context, user: Asker, problem_id: Name, case: Annotated[Name, Query()], officer: Annotated[Name, Query()]
) -> Any:
    """Ask what bars an officer from a case, or what insisting would cost."""
    found = solved(context.store, user, problem_id)
    found.case(case)
    found.officer(officer)
    return ask_about(context, found, "why-not", {"case": case, "officer": officer})


@router.get("/problems/{problem_id}/recommend", response_model=Document, responses=responses(401, 403, 404, 410, 422))
def get_recommendation(context: Context, user: Asker, problem_id: Name, case: Annotated[Name, Query()]) -> Any:
    """Rank the officers for a case by the exact effect of giving it to them; all else as it stands."""
    return solved(context.store, user, problem_id).recommendation(case)


def _watched(context: Context, user: Owner, problem_id: Name) -> Job:
    """The problem that is watched; found before the stream begins, which could tell no error."""
    return find_problem(context.store, user, problem_id)


Watched = Annotated[Job, Depends(_watched)]


async def _placed(context: Context, user: Owner) -> AsyncIterator[None]:
    """A place among the streams until this one ends, however it does."""
    with context.streams.place(user):
        yield


@router.get(
    "/problems/{problem_id}/events",
    response_class=EventSourceResponse,
    responses=responses(401, 403, 404, 422, 503),
    dependencies=[Depends(_placed)],
)
async def get_events(
    context: Context, request: Request, user: Owner, watched: Watched
) -> AsyncIterator[ServerSentEvent]:
    """Watch a problem: its state, and while it runs the goal at hand, the best values and their bounds.

    It ends with the session or token of whoever watches; an account has ten such streams at once at most.
    """
    told: Any = None
    while True:
        try:
            await run_in_threadpool(caller, request, used=False)
            job = await run_in_threadpool(find_problem, context.store, user, watched.id)
        except SignInNeeded:
            return
        except Unavailable:  # whoever watches has not gone away
            await asyncio.sleep(LOOK_EVERY)
            continue
        now = Problem(**problem_document(job, context)).model_dump(mode="json")
        if now != told:
            told = now
            yield ServerSentEvent(event="problem", data=now)
        if job.ended:
            return
        await asyncio.sleep(LOOK_EVERY)
