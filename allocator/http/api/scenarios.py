"""Scenarios that people keep."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Response

from allocator.app.actors import User
from allocator.app.posting import require_text
from allocator.app.scenarios import (
    KeptScenario,
    change_scenario,
    drop_scenario,
    find_scenario,
    keep_scenario,
    run_scenarios,
    scenarios_for,
)
from allocator.http.api.models import Listing, PatchScenario, PostScenario, Problem, ScenarioOut
from allocator.http.api.problems import Key, accepted
from allocator.http.bodies import Route
from allocator.http.dependencies import Context, Limit, Number, Offset, Version, etag, page_of, right
from allocator.http.errors import responses

router = APIRouter(route_class=Route, prefix="/v1/scenarios", tags=["scenarios"])
Solver = Annotated[User, Depends(right("solve"))]
_CHANGE = responses(400, 401, 403, 404, 412, 413, 422, 428)


def scenario_document(kept: KeptScenario, user: User) -> dict[str, Any]:
    """Compose the JSON of a scenario."""
    return {
        "id": kept.id,
        "owner": kept.owner,
        "mine": kept.owner_id == user.id,
        "name": kept.name,
        "shared": kept.shared,
        "document": dict(kept.document),
        "says": list(kept.scenario.says),
        "version": kept.version,
        "changed_at": kept.changed_at,
        "problem_id": kept.problem_id if kept.owner_id == user.id else None,
    }


@router.get("", response_model=Listing, responses=responses(401, 403, 422))
def list_scenarios(
    context: Context,
    user: Solver,
    offset: Offset = 0,
    limit: Limit = 50,
) -> Any:
    """List one's own scenarios and those shared with one."""
    found = scenarios_for(context.store, user)
    items = [
        ScenarioOut(**scenario_document(one, user)).model_dump(mode="json") for one in found[offset : offset + limit]
    ]
    return page_of(items, len(found), offset, limit)


@router.post("", response_model=ScenarioOut, status_code=201, responses=responses(400, 401, 403, 413, 422))
def post_scenario(context: Context, user: Solver, body: PostScenario, response: Response) -> Any:
    """Keep a scenario."""
    require_text(body.document)
    kept = keep_scenario(context.store, user, body.document, name=body.name, shared=body.shared)
    response.headers["ETag"] = etag(kept.version)
    response.headers["Location"] = f"/v1/scenarios/{kept.id}"
    return scenario_document(kept, user)


@router.get("/{scenario_id}", response_model=ScenarioOut, responses=responses(401, 403, 404, 422))
def get_scenario(
    context: Context,
    user: Solver,
    scenario_id: Number,
    response: Response,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Any:
    """Read a scenario."""
    kept = find_scenario(context.store, user, scenario_id)
    if if_none_match == etag(kept.version):
        return Response(status_code=304, headers={"ETag": etag(kept.version)})
    response.headers["ETag"] = etag(kept.version)
    return scenario_document(kept, user)


@router.patch("/{scenario_id}", response_model=ScenarioOut, responses=_CHANGE)
def patch_scenario(
    context: Context, user: Solver, scenario_id: Number, version: Version, body: PatchScenario, response: Response
) -> Any:
    """Change one's own scenario."""
    values = body.model_dump(exclude_none=True)
    require_text(values)
    kept = change_scenario(context.store, user, scenario_id, version=version, **values)
    response.headers["ETag"] = etag(kept.version)
    return scenario_document(kept, user)


@router.delete("/{scenario_id}", status_code=204, responses=_CHANGE)
def delete_scenario(context: Context, user: Solver, scenario_id: Number, version: Version) -> None:
    """Remove one's own scenario."""
    drop_scenario(context.store, user, scenario_id, version=version)


@router.post(
    "/{scenario_id}/run", response_model=Problem, status_code=202, responses=responses(401, 403, 404, 409, 422)
)
def run_scenario(context: Context, user: Solver, scenario_id: Number, response: Response, key: Key = None) -> Any:
    """Try a scenario beside the force as it stands."""
    return accepted(run_scenarios(context.store, user, [scenario_id], key=key), context, response)
