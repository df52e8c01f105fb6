"""The force as it stands: officers, cases, their histories, and who would be best for a case."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from allocator.analysis.officers import OfficerChange
from allocator.app.actors import User
from allocator.app.cover import agree_cover, load_cover
from allocator.app.duties import ChangedDuties, mark_back, record_duties
from allocator.app.histories import history_of_case, history_of_officer
from allocator.app.posting import require_text
from allocator.app.results import recommendation
from allocator.app.views import ForceView, load_view
from allocator.domain.force import Case
from allocator.http.api.models import Document, Listing, PostAway, PostBack, PostCover
from allocator.http.asking import agree_best_cover, ask, ask_cover, ask_why_cover
from allocator.http.bodies import Route
from allocator.http.dependencies import Context, LongLimit, Offset, page_of, right
from allocator.http.errors import responses
from allocator.http.urls import Name, Named
from allocator.reporting.cover import agreed_document
from allocator.reporting.cover_files import cover_document
from allocator.reporting.documents import caseload_document
from allocator.reporting.history import history_document
from allocator.reporting.why_cover import why_cover_document

router = APIRouter(route_class=Route, prefix="/v1", tags=["force"])
OfficerReader = Annotated[User, Depends(right("officers"))]
Reader = Annotated[User, Depends(right("cases"))]
Asker = Annotated[User, Depends(right("ask"))]
Duties = Annotated[User, Depends(right("duties"))]
_CHANGE = responses(400, 401, 403, 404, 409, 410, 412, 413, 422, 503)
_READ = responses(401, 403, 404, 410, 422)


def officer_document(seen: ForceView, change: OfficerChange) -> dict[str, Any]:
    """Compose the JSON of an officer: what they hold, before and after, and how many of it are overdue."""
    officer = change.officer
    return {
        "officer_id": officer.officer_id,
        "division": officer.division,
        "status": officer.status,
        "capacity": officer.capacity,
        "mosovo": officer.mosovo,
        "before": caseload_document(change.before),
        "after": caseload_document(change.after),
        "received": change.received,
        "given_up": change.given_up,
        "over": change.over,
        "overdue": len(seen.overdue_of(officer)),
    }


def case_document(seen: ForceView, case: Case) -> dict[str, Any]:
    """Compose the JSON of a case, with days by which it is overdue; who is excluded from it is not told.

    Whoever sees a case may know who manages and who managed it, of whichever division they are.
    """
    return {
        "case_id": case.case_id,
        "division": case.division,
        "risk": case.risk,
        "category": case.category,
        "level": case.level,
        "setting": case.setting,
        "premises": case.premises,
        "needs": sorted(case.needs),
        "officer_id": case.officer,
        "since": None if case.since is None else case.since.isoformat(),
        "locked": case.locked,
        "former": sorted(case.former),
        "forums": sorted(case.forums),
        "visit_due": None if case.visit_due is None else case.visit_due.isoformat(),
        "review_due": None if case.review_due is None else case.review_due.isoformat(),
        "overdue": seen.overdue(case),
        "planned_officer_id": None if seen.proposal is None else seen.plan.officer_of[case.case_id],
    }


@router.get("/officers", response_model=Listing, responses=_READ)
def list_officers(
    context: Context,
    user: OfficerReader,
    division: Annotated[Name | None, Query()] = None,
    offset: Offset = 0,
    limit: LongLimit = 200,
) -> Any:
    """List officers with their caseloads: as they stand, and under the open cycle's plan."""
    seen = load_view(context.store, user, "officers")
    found = [c for c in seen.changes if division in (None, c.officer.division)]
    rows = [officer_document(seen, c) for c in found[offset : offset + limit]]
    return page_of(rows, len(found), offset, limit)


@router.get("/officers/{officer_id:path}/history", response_model=Document, responses=_READ)
def get_officer_history(context: Context, user: Reader, officer_id: Named) -> Any:
    """Read what is known of an officer, cycle by cycle."""
    return history_document(history_of_officer(context.store, user, officer_id))


@router.get("/officers/{officer_id:path}", response_model=Document, responses=_READ)
def get_officer(context: Context, user: OfficerReader, officer_id: Named) -> Any:
    """Read an officer's caseload."""
    seen = load_view(context.store, user, "officer", details={"officer": officer_id})
    officer = seen.officer(officer_id)
    change = next(c for c in seen.changes if c.officer.officer_id == officer.officer_id)
    held = [case_document(seen, c) for c in seen.cases if c.officer == officer.officer_id]
    return {**officer_document(seen, change), "cases": held if user.may("cases") else []}


@router.get("/cover", response_model=Document, responses=responses(401, 403, 404, 410, 422, 503))
def get_cover(context: Context, user: Asker) -> Any:
    """Find who is to cover each case of officers who are away today, proved best, and what has been agreed."""
    view = load_cover(context.store, user)
    return {
        **cover_document(ask_cover(context, view)),
        "digest": view.digest,
        "agreed": [agreed_document(one) for one in view.entries.values()],
    }


@router.post("/cover", response_model=Document, status_code=201, responses=_CHANGE)
def post_cover(context: Context, user: Duties, body: PostCover) -> Any:
    """Agree to the best cover, or to other officers for some cases with a reason; all whom it concerns are told."""
    require_text(body.note)
    if body.cases:
        given = body.model_dump(include={"reason", "note"})
        done = agree_cover(context.store, user, body.cases, **given, seen_digest=body.digest, best=False)
    else:
        done = agree_best_cover(context, user, body.digest)
    return {"new": list(done.new), "same": list(done.same), "messages": done.messages}


@router.post("/away", response_model=Document, status_code=201, responses=_CHANGE)
def post_away(context: Context, user: Duties, body: PostAway) -> Any:
    """Record that officers are away, on reduced duties, closed to new cases or leaving, for a time."""
    fields = body.model_dump(exclude={"officers", "first", "last"})
    given = {**fields, "starts": body.first, "ends": body.last}
    return _changed(record_duties(context.store, user, body.officers, given))


@router.post("/back", response_model=Document, status_code=201, responses=_CHANGE)
def post_back(context: Context, user: Duties, body: PostBack) -> Any:
    """Record that an officer is back today."""
    return _changed(mark_back(context.store, user, body.officer))


def _changed(done: ChangedDuties) -> dict[str, Any]:
    renewed = None if done.renewed is None else done.renewed.id
    return {"officers": list(done.officers), "renewed": renewed, "cover_ended": list(done.cover_ended)}


@router.get("/cover/{case_id:path}", response_model=Document, responses=responses(401, 403, 404, 410, 422, 503))
def get_why_cover(context: Context, user: Asker, case_id: Named) -> Any:
    """Ask why a case is to be covered by whom, who else may, at what price, and who may not."""
    view = load_cover(context.store, user, "why-cover", case_id=case_id)
    view.case(case_id)
    return why_cover_document(ask_why_cover(context, view, case_id))


@router.get("/cases", response_model=Listing, responses=_READ)
def list_cases(
    context: Context,
    user: Reader,
    search: Annotated[str, Query(max_length=100, description="part of an id")] = "",
    officer: Annotated[Name | None, Query()] = None,
    waiting: Annotated[bool, Query(description="only cases that have nobody")] = False,
    offset: Offset = 0,
    limit: LongLimit = 50,
) -> Any:
    """List cases as they stand."""
    seen = load_view(context.store, user, "cases")
    wanted = search.strip().casefold()
    found = [
        case
        for case in (seen.waiting if waiting else seen.cases)
        if wanted in case.case_id.casefold() and officer in (None, case.officer)
    ]
    rows = [case_document(seen, case) for case in found[offset : offset + limit]]
    return page_of(rows, len(found), offset, limit)


@router.get("/cases/{case_id:path}/history", response_model=Document, responses=_READ)
def get_case_history(context: Context, user: Reader, case_id: Named) -> Any:
    """Read what is known of a case, cycle by cycle."""
    return history_document(history_of_case(context.store, user, case_id))


@router.get("/cases/{case_id:path}/recommend", response_model=Document, responses=_READ)
def get_case_recommendation(context: Context, user: Asker, case_id: Named) -> Any:
    """Rank the officers for a case by the exact effect of giving it to them."""
    seen = load_view(context.store, user, "recommend", details={"case": case_id}, purpose="allocation")
    return recommendation(seen, case_id)


@router.get("/cases/{case_id:path}/why", response_model=Document, responses=responses(401, 403, 404, 410, 422, 503))
def get_case_why(context: Context, user: Asker, case_id: Named) -> Any:
    """Ask why a case stays, moves, goes where it goes, or has nobody under the present plan."""
    seen = load_view(context.store, user, "why", details={"case": case_id}, purpose="allocation")
    seen.case(case_id)
    return ask(context, seen, "why", {"case": case_id, "officers": list(seen.plan.officers)})


@router.get("/cases/{case_id:path}/why-not", response_model=Document, responses=responses(401, 403, 404, 410, 422, 503))
def get_case_why_not(context: Context, user: Asker, case_id: Named, officer: Annotated[Name, Query()]) -> Any:
    """Ask what bars an officer from a case, or what insisting would cost."""
    seen = load_view(context.store, user, "why-not", details={"case": case_id}, purpose="allocation")
    seen.case(case_id)
    seen.officer(officer)
    return ask(context, seen, "why-not", {"case": case_id, "officer": officer})


@router.get("/cases/{case_id:path}", response_model=Document, responses=_READ)
def get_case(context: Context, user: Reader, case_id: Named) -> Any:
    """Read a case as it stands."""
    seen = load_view(context.store, user, "case", details={"case": case_id})
    return case_document(seen, seen.case(case_id))
