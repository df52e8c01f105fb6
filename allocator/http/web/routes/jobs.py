"""Work on its way: what a problem has reached, and the way to what it found."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.problems import Job, find_problem, own_problems, stop_work
from allocator.errors import Unavailable
from allocator.http.dependencies import AppContext, Context
from allocator.http.web.pages import render, sent
from allocator.http.web.visitors import member

router = APIRouter(include_in_schema=False)
TITLES = {
    "allocate": "A plan",
    "whatif": "Scenarios",
    "frontier": "The frontier",
    "propose": "Planning",
    "planning": "Staffing",
}


def follow_of(job: Job) -> str | None:
    """Where that stands which a job has found."""
    if job.kind == "propose":
        return f"/cycles/{job.parameters['cycle']}"
    if not job.has_result:
        return None
    return {
        "whatif": f"/whatif/results/{job.id}",
        "frontier": f"/frontier/{job.id}",
        "planning": f"/staffing/{job.id}",
    }.get(job.kind)


def running_for(context: AppContext, user: User, cycle_id: int) -> Job | None:
    """The work of this person on a cycle that has not ended, or has just failed."""
    found, _ = own_problems(context.store, user, limit=5)
    for job in found:
        if job.kind == "propose" and job.parameters["cycle"] == cycle_id:
            return job if not job.ended or job.state == "failed" else None
    return None


def begun(context: AppContext, job: Job) -> Response:
    """Have somebody work on it, and lead the browser to where that is watched."""
    context.pool.call()
    return sent(f"/work/{job.id}")


def why_nothing_is_solved(context: AppContext) -> str | None:
    """Why a problem may wait for long, in words; None where solvers are there."""
    try:
        context.pool.require_ready()
    except Unavailable as error:
        return error.public.text
    return None


@router.get("/work/{job_id}")
def work(request: Request, context: Context, job_id: str, user: User = member("own")) -> Response:
    """What a problem has reached; once it has ended, on to what it found."""
    job = find_problem(context.store, user, job_id)
    follow = follow_of(job)
    if job.ended and job.state != "failed" and follow is not None:
        if "hx-request" in request.headers:
            return Response(headers={"HX-Redirect": follow})
        return sent(follow)
    return render(
        request,
        "work.html",
        title=TITLES[job.kind],
        job=job,
        progress=context.pool.seen.progress.get(job.id),
        waits_for=None if job.state != "queued" else why_nothing_is_solved(context),
        follow=follow if job.ended else None,
        refresh=None if job.ended else 3,
    )


@router.post("/work/{job_id}/stop")
def stop(context: Context, job_id: str, user: User = member("own")) -> Response:
    """Stop a problem early; the best plan so far is kept."""
    return begun(context, stop_work(context.store, user, job_id))
