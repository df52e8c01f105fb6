"""What if: scenarios built with a form, kept, shared, copied, run side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from allocator.analysis.try_scenarios import ScenarioPlan
from allocator.app.actors import User
from allocator.app.problems import find_problem, post_whatif
from allocator.app.results import drawn_of, visible_whatif
from allocator.app.scenarios import (
    KeptScenario,
    change_scenario,
    drop_scenario,
    find_scenario,
    keep_scenario,
    run_scenarios,
    scenarios_for,
)
from allocator.app.views import load_view
from allocator.errors import AllocatorError, InputError, NotThere
from allocator.http.dependencies import AppContext, Context, Number
from allocator.http.urls import number_of
from allocator.http.web.forms import FormError, Text, seen_version
from allocator.http.web.pages import render, sent
from allocator.http.web.routes.jobs import begun
from allocator.http.web.scenario_form import (
    change_fields,
    form_error,
    kinds,
    policy_fields,
    read_changes,
    read_policy,
    require_whole_changes,
)
from allocator.http.web.visitors import member
from allocator.reporting.goals import ON_PAGES
from allocator.reporting.scenarios import cover_sentence
from allocator.reporting.words import finding_sentence, rules_sentence

router = APIRouter(include_in_schema=False)
LISTED = 100  # cases of one comparison


@router.get("/whatif")
def whatif(request: Request, context: Context, user: User = member("solve")) -> Response:
    """Scenarios that are kept, and the way to new ones."""
    return whatif_page(request, context, user)


def whatif_page(request: Request, context: AppContext, user: User, error: Exception | None = None) -> Response:
    """The page of scenarios, with what was wrong with the last request."""
    return render(request, "whatif.html", title="What if", kept=scenarios_for(context.store, user), error=error)


@router.get("/whatif/new")
def new(request: Request, context: Context, user: User = member("solve")) -> Response:
    """An empty scenario."""
    return _build(request, context, user, "/whatif/new", {}, "", False)


@router.post("/whatif/new")
async def build(request: Request, context: Context, user: User = member("solve")) -> Response:
    """Add to a scenario, keep it, or keep and run it."""
    form = await _form(request)
    return await run_in_threadpool(_built, request, context, user, form, None)


@router.get("/whatif/{scenario_id}/change")
def change(request: Request, context: Context, scenario_id: Number, user: User = member("solve")) -> Response:
    """A scenario of one's own, to change."""
    kept = find_scenario(context.store, user, scenario_id)
    path = f"/whatif/{kept.id}/change"
    return _build(request, context, user, path, kept.document, kept.name, kept.shared, kept.version)


@router.post("/whatif/{scenario_id}/change")
async def rebuild(request: Request, context: Context, scenario_id: Number, user: User = member("solve")) -> Response:
    """Change a scenario of one's own."""
    form = await _form(request)
    return await run_in_threadpool(_built, request, context, user, form, scenario_id)


async def _form(request: Request) -> dict[str, str]:
    async with request.form(max_fields=1000, max_files=0) as form:
        return {key: value for key, value in form.items() if isinstance(value, str)}


def _built(
    request: Request, context: AppContext, user: User, form: Mapping[str, str], scenario_id: int | None
) -> Response:
    changes, path = read_changes(form), "/whatif/new" if scenario_id is None else f"/whatif/{scenario_id}/change"
    name, shared = form.get("name", "").strip(), form.get("shared") == "yes"
    version = number_of(form.get("version", ""))
    more, drop = form.get("more", ""), form.get("drop", "")
    document: dict[str, Any] = {"change": changes}
    if settings := read_policy(form):
        document["policy"] = settings
    if (dropped := number_of(drop)) is not None and dropped < len(changes):
        del changes[dropped]
        return _build(request, context, user, path, document, name, shared, version)
    if more and (form.get("add") or not changes):
        changes.append({"what": more})
        return _build(request, context, user, path, document, name, shared, version)
    try:
        if not name:
            raise FormError(name="Enter a name for the scenario.")
        require_whole_changes(changes)
        if not changes:
            del document["change"]
        if not document:
            raise FormError(more="Choose what happens, or enter a setting of the policy.")
        # Ids are checked against the force before anything is kept.
        job = None
        if form.get("do") == "run":
            job = post_whatif(context.store, user, [{**document, "name": name}])
        if scenario_id is None:
            kept = keep_scenario(context.store, user, document, name=name, shared=shared)
        else:
            number = seen_version(form.get("version", ""))
            values = {"document": document, "name": name, "shared": shared}
            kept = change_scenario(context.store, user, scenario_id, version=number, **values)
        if job is not None:
            change_scenario(context.store, user, kept.id, version=kept.version, problem_id=job.id)
    except InputError as error:
        told = error if isinstance(error, FormError) else form_error(error, changes)
        return _build(request, context, user, path, document, name, shared, version, told)
    except AllocatorError as error:
        return _build(request, context, user, path, document, name, shared, version, error)
    if job is None:
        return sent(f"/whatif/{kept.id}", "saved")
    return begun(context, job)


def _build(
    request: Request,
    context: AppContext,
    user: User,
    action: str,
    document: Mapping[str, Any],
    name: str,
    shared: bool,
    version: int | None = None,
    error: Exception | None = None,
) -> Response:
    seen = load_view(context.store, user, "scenario", purpose="allocation")
    return render(
        request,
        "build.html",
        title="Build a scenario" if action == "/whatif/new" else f"Change {name}",
        back="/whatif",
        action=action,
        version=version,
        name=name,
        shared=shared,
        changes=change_fields(seen, list(document.get("change", ()))),
        kinds=kinds(),
        policy=policy_fields(seen.force.policy, document.get("policy", {})),
        error=error,
    )


@router.post("/whatif/compare")
async def compare(request: Request, context: Context, user: User = member("solve")) -> Response:
    """Run up to four scenarios beside the plan without them."""
    async with request.form(max_fields=200, max_files=0) as form:
        given = [number_of(v) for v in form.getlist("scenario") if isinstance(v, str)]
        chosen = [number for number in given if number is not None]
    return await run_in_threadpool(_compare, request, context, user, chosen)


def _compare(request: Request, context: AppContext, user: User, chosen: list[int]) -> Response:
    try:
        if not 1 <= len(chosen) <= 4:
            raise FormError(scenario="Choose one to four scenarios.")
        job = run_scenarios(context.store, user, chosen)
    except AllocatorError as error:
        return whatif_page(request, context, user, error)
    return begun(context, job)


@router.get("/whatif/results/{job_id}")
def results(request: Request, context: Context, job_id: str, user: User = member("solve")) -> Response:
    """Scenarios beside the plan without them."""
    job = find_problem(context.store, user, job_id)
    if job.kind != "whatif":
        raise NotThere("There is no such result.")
    answer = visible_whatif(context.store, job, user)
    everybody = user.may("officers") and user.scope.divisions is None
    lines: list[tuple[str, list[str]]] = []
    for k, goal in enumerate(answer.base.result.goals):
        cells = []
        for one in answer.all:
            now = one.result.goals[k]
            proof = "" if now.proven else f" (not below {now.bound:,})"
            difference = "" if one is answer.base else f" ({now.value - goal.value:+,})"
            cells.append(f"{now.value:,}{difference}{proof}")
        lines.append((ON_PAGES[goal.name], cells))
    lines.append(("cases that move although they need not", [f"{one.optional_moves:,}" for one in answer.all]))
    lines.append(("officers", [_officer_count(one) for one in answer.all]))
    lines.append(("cases of absent officers, to be covered", [f"{one.to_cover:,}" for one in answer.all]))
    if any(one.cover for one in answer.all):
        above = [f"{one.cover.strain:g}" if one.cover else "0" for one in answer.all]
        lines.append(("cases that their cover puts above limits", above))
    plans = []
    for one in answer.tried:
        assert one.scenario is not None and one.comparison is not None
        found = [
            (case.case_id, case.first or "nobody", case.second or "nobody")
            for case in one.comparison.cases
            if case.in_first and case.in_second
        ]
        plans.append(
            {
                "name": one.name,
                "changes": one.scenario.says,
                "cover": _cover(one, user),
                "covered": cover_sentence(one),
                "worse": [finding_sentence(finding) for finding in one.result.excesses],
                "cases": found[:LISTED] if user.may("cases") else [],
                "count": len(found),
            }
        )
    return render(
        request,
        "tried.html",
        title="Scenarios tried",
        back="/whatif",
        names=[one.name for one in answer.all],
        lines=lines,
        plans=plans,
        rules=rules_sentence(answer.base.result),
        sections=[s for s in drawn_of(context.store, job, user)["sections"] if everybody or not s["officers"]],
    )


def _officer_count(one: ScenarioPlan) -> str:
    """How many officers there are, and how many of them are at work: only those count in evenness."""
    everybody, working = len(one.force.officers), 0 if one.spread is None else len(one.spread.shares)
    return f"{everybody:,}" if everybody == working else f"{everybody:,}, {working:,} at work"


def _cover(one: ScenarioPlan, user: User) -> list[tuple[int, int, str]]:
    """How many cases of absent officers need cover, how many of them are high risk, and whose they are."""
    if user.scope.aggregates:
        return [(one.to_cover, one.high_risk_to_cover, "absent officers")] if one.to_cover else []
    return [(absence.cases, absence.high_risk, absence.officer_id) for absence in one.absences]


@router.get("/whatif/{scenario_id}")
def scenario(request: Request, context: Context, scenario_id: Number, user: User = member("solve")) -> Response:
    """One scenario."""
    return _scenario(request, user, find_scenario(context.store, user, scenario_id))


def _scenario(request: Request, user: User, kept: KeptScenario, error: Exception | None = None) -> Response:
    mine = kept.owner_id == user.id
    return render(request, "scenario.html", title=kept.name, back="/whatif", kept=kept, mine=mine, error=error)


@router.post("/whatif/{scenario_id}/run")
def run(request: Request, context: Context, scenario_id: Number, user: User = member("solve")) -> Response:
    """Run a scenario beside the plan without it."""
    kept = find_scenario(context.store, user, scenario_id)
    try:
        job = run_scenarios(context.store, user, [scenario_id])
        if kept.owner_id == user.id:
            change_scenario(context.store, user, kept.id, version=kept.version, problem_id=job.id)
    except AllocatorError as error:
        return _scenario(request, user, kept, error)
    return begun(context, job)


@router.post("/whatif/{scenario_id}/copy")
def copy(context: Context, scenario_id: Number, user: User = member("solve")) -> Response:
    """Copy a scenario, to change the copy."""
    kept = find_scenario(context.store, user, scenario_id)
    made = keep_scenario(context.store, user, kept.document, name=f"Copy of {kept.name}"[:100])
    return sent(f"/whatif/{made.id}/change")


@router.post("/whatif/{scenario_id}/remove")
def remove(context: Context, scenario_id: Number, version: Text = "", user: User = member("solve")) -> Response:
    """Remove a scenario of one's own."""
    drop_scenario(context.store, user, scenario_id, version=seen_version(version))
    return sent("/whatif", "removed")
