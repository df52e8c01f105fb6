"""Reports, the audit log and the policy."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Response

from allocator.app.actors import User
from allocator.app.audit import log_page, verify_log
from allocator.app.policies import change_policy, read_policy
from allocator.app.reports import month_named, read_month
from allocator.domain.policy import Policy
from allocator.http.api.models import Document, Listing, PatchPolicy
from allocator.http.bodies import Route
from allocator.http.dependencies import Context, Limit, Version, etag, page_of, right
from allocator.http.errors import responses
from allocator.http.responses import XLSX, attachment
from allocator.reporting.audit import entry_document, verified_notes
from allocator.reporting.performance import month_document, month_page, month_workbook

router = APIRouter(route_class=Route, prefix="/v1", tags=["keeping"])
Auditor = Annotated[User, Depends(right("audit"))]


@router.get(
    "/reports/{month}",
    response_model=Document,
    responses={
        200: {"content": {XLSX: {}, "text/html": {}}, "description": "the month as JSON, workbook or page"},
        **responses(401, 403, 404, 422),
    },
)
def get_report(
    context: Context,
    user: Annotated[User, Depends(right("figures"))],
    month: Annotated[str, Path(pattern=r"^\d{4}-\d{2}$", examples=["2022-09"])],
    form: Annotated[Literal["json", "xlsx", "html"], Query()] = "json",
) -> Any:
    """Read performance data of a month."""
    found, names = read_month(context.store, user, month_named(month)), user.may("officers")
    if form == "json":
        return month_document(found, names)
    if form == "xlsx":
        return attachment(f"report-{found.month:%Y-%m}.xlsx", month_workbook(found, names))
    return Response(month_page(found, names), media_type="text/html")


@router.get("/audit", response_model=Listing, responses=responses(401, 403, 422))
def get_audit(
    context: Context,
    user: Auditor,
    offset: Annotated[int, Query(ge=0, le=10**9, description="entries to leave out, newest first")] = 0,
    limit: Limit = 50,
) -> Any:
    """Read the audit log, newest entry first."""
    found, total = log_page(context.store, user, offset=offset, limit=limit)
    return page_of([entry_document(entry) for entry in found], total, offset, limit)


@router.get("/audit/verification", response_model=Document, responses=responses(401, 403))
def get_verification(context: Context, user: Auditor) -> Any:
    """Verify the audit log: every link, and what is kept against what was logged."""
    found = verify_log(context.store, user)
    return {
        "entries": found.entries,
        "verifies": not found.problems,
        "problems": list(found.problems),
        "notes": list(verified_notes(found)),
    }


@router.get("/policy", response_model=Document, responses=responses(401, 403))
def get_policy(context: Context, user: Annotated[User, Depends(right("own"))], response: Response) -> Any:
    """Read the policy: defaults, what is set here, and every change."""
    settings = read_policy(context.store, user)
    response.headers["ETag"] = etag(settings.version)
    return {
        "version": settings.version,
        "defaults": Policy().model_dump(mode="json"),
        "set": settings.set,
        "policy": settings.policy.model_dump(mode="json"),
        "changes": [
            {"key": c.key, "value": c.value, "note": c.note, "by": c.by, "at": c.at.isoformat()}
            for c in settings.changes
        ],
    }


@router.patch("/policy", response_model=Document, responses=responses(400, 401, 403, 412, 413, 422, 428))
def patch_policy(
    context: Context,
    user: Annotated[User, Depends(right("settings"))],
    version: Version,
    body: PatchPolicy,
    response: Response,
) -> Any:
    """Set some of the policy's settings, from now on."""
    cycle = change_policy(context.store, user, body.changes, note=body.note, version=version)
    now = read_policy(context.store, user).version
    response.headers["ETag"] = etag(now)
    return {"version": now, "renewed": None if cycle is None else cycle.id}
