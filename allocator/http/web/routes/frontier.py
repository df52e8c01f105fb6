"""The frontier: how even workload can be made for how many moves."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.analysis.frontier import Frontier
from allocator.app.actors import User
from allocator.app.problems import find_problem, post_frontier
from allocator.app.results import drawn_of, found_frontier
from allocator.errors import AllocatorError, NotThere
from allocator.http.dependencies import Context
from allocator.http.urls import number_of
from allocator.http.web.forms import FormError, Text
from allocator.http.web.pages import render
from allocator.http.web.routes.jobs import begun
from allocator.http.web.routes.whatif import whatif_page
from allocator.http.web.visitors import member
from allocator.reporting.frontier import asked_sentence, frontier_sentences, frontier_table
from allocator.reporting.goals import ON_PAGES

router = APIRouter(include_in_schema=False)
HEADER = ["moves allowed", *(ON_PAGES[name] for name in ("unplaced", "excess", "fairness", "disruption")), "proved"]


@router.post("/frontier")
def draw(request: Request, context: Context, last: Text = "", user: User = member("solve")) -> Response:
    """Begin to find the frontier."""
    try:
        moves = number_of(last, 5)
        if moves is None:
            raise FormError(last="Enter how many moves, as a whole number from 0.")
        job = post_frontier(context.store, user, last=moves)
    except AllocatorError as error:
        return whatif_page(request, context, user, error)
    return begun(context, job)


@router.get("/frontier/{job_id}")
def frontier(
    request: Request, context: Context, job_id: str, point: str = "", user: User = member("solve")
) -> Response:
    """What each number of moves buys, and the plan of one point."""
    job = find_problem(context.store, user, job_id)
    if job.kind != "frontier":
        raise NotThere("There is no such result.")
    found = found_frontier(context.store, job, user)
    chosen = next((one for one in found.points if str(one.moves) == point), None)
    moves = None
    if chosen is not None and user.may("cases"):
        scope, plan = user.scope, chosen.plan
        moves = [
            (case.case_id, case.officer, plan.officer_of[case.case_id])
            for case in plan.actions["moved"]
            if scope.sees(plan.force, case, plan.officer_of[case.case_id])
        ]
    return render(
        request,
        "frontier.html",
        title="How even for how many moves?",
        back="/whatif",
        says=[asked_sentence(found, ON_PAGES), *frontier_sentences(found, ON_PAGES)],
        svg=drawn_of(context.store, job, user)["svg"],
        header=HEADER,
        rows=[
            {"moves": p.moves, "cells": row[2:]}
            for p, row in zip(found.points, frontier_table(found).texts(), strict=True)
        ],
        allowed=_allowed(found),
        point=None if chosen is None else chosen.moves,
        moves=moves,
    )


def _allowed(found: Frontier) -> dict[int, str]:
    """For each point how many cases may move, where, and how many do."""
    where = "in the whole force" if found.force.policy.divisions.cross else "in each division"
    return {point.moves: f"{point.moves:,} {where} ({point.moved:,} made)" for point in found.points}
