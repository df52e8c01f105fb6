"""The whole service: endpoints for programs and pages for people on one application."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from allocator.app.actors import User
from allocator.http.app import build
from allocator.http.dependencies import AppContext
from allocator.http.web.downloads import Downloads
from allocator.http.web.pages import page_refusal, render
from allocator.http.web.routes import (
    audit,
    cases,
    cover,
    cycle,
    cycles,
    decisions,
    duties,
    frontier,
    help,
    home,
    jobs,
    messages,
    moves,
    officers,
    override,
    people,
    reports,
    settings,
    sign_in,
    staffing,
    tonight,
    whatif,
)
from allocator.http.web.static_files import STATIC
from allocator.http.web.visitors import member


def application(context: AppContext) -> FastAPI:
    """Put the service together.

    Parameters
    ----------
    context : AppContext
    """
    app = build(context, page_refusal)
    app.state.downloads = Downloads()
    # Of two that match an address, the first answers.
    for module in (
        sign_in,
        home,
        officers,
        cases,
        tonight,
        moves,
        cover,
        duties,
        cycles,
        cycle,
        override,
        decisions,
        jobs,
        whatif,
        frontier,
        staffing,
        audit,
        messages,
        reports,
        settings,
        people,
        help,
    ):
        app.include_router(module.router)
    app.add_api_route("/v1/docs", documentation, include_in_schema=False, response_model=None)
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), name="static")
    return app


def documentation(request: Request, user: User = member("own")) -> Response:
    """Documentation of the endpoints, without a request to anybody else."""
    return render(request, "docs.html", title="HTTP service")
