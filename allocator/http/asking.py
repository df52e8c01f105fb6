"""What a worker answers while somebody waits: questions about the force, and uploads."""

from __future__ import annotations

from typing import Any

from anyio import from_thread
from fastapi import Request

from allocator.analysis.cover import CoverExplanation, WhyCover
from allocator.app.actors import User
from allocator.app.cover import AgreedCover, CoverView, agree_cover, changed_since, load_cover
from allocator.app.imports import Imported
from allocator.app.results import Solved
from allocator.app.views import ForceView
from allocator.errors import Unavailable
from allocator.http.dependencies import Context
from allocator.jobs.pool import Busy
from allocator.jobs.work import JobTask


def ask(context: Context, seen: ForceView, kind: str, parameters: dict[str, Any]) -> Any:
    """Have a question about the force as somebody sees it answered, without what they may not see."""
    if seen.proposal is None:
        parameters.pop("officers", None)
    asked = {**parameters, "snapshot": seen.view.snapshot(context.store), "hidden": seen.hidden}
    return context.pool.ask(JobTask(kind, asked, None, seen.user.name))


def ask_cover(context: Context, view: CoverView) -> CoverExplanation:
    """Have the best cover worked out; what people decided about it stands."""
    found: CoverExplanation = ask(context, view.seen, "cover", {"insist": view.decided})
    return found


def ask_why_cover(context: Context, view: CoverView, case_id: str) -> WhyCover:
    """Have it told why a case is best covered by whom, as if nothing had been decided about it."""
    found: WhyCover = ask(context, view.seen, "why-cover", {"case": case_id, "insist": view.decided_but(case_id)})
    return found


def agree_best_cover(context: Context, user: User, digest: str) -> AgreedCover:
    """Agree to the best cover of the force that somebody saw, but for what people decided.

    Raises
    ------
    Outdated
        When the force or its cover was changed since.
    """
    view = load_cover(context.store, user)
    if digest != view.digest:
        raise changed_since()
    found = ask_cover(context, view)
    scope, officers = view.seen.scope, view.seen.force.officer_by_id
    chosen = {
        one.case.case_id: one.covers
        for one in found.cases
        if one.covers is not None and one.case.case_id not in view.decided and scope.sees_officer(officers[one.covers])
    }
    return agree_cover(context.store, user, chosen, seen_digest=digest)


def ask_about(context: Context, found: Solved, kind: str, parameters: dict[str, Any]) -> Any:
    """Have a question about the plan of a problem answered, without what its owner may not see."""
    asked = {**parameters, "hidden": found.hidden}
    if "snapshot" in found.job.parameters:
        asked["snapshot"] = found.job.parameters["snapshot"]
    return context.pool.ask(JobTask(kind, asked, found.job.id, found.user.name))


def read_upload(
    context: Context, user: User, request: Request, name: str, data: bytes, *, after_commit: bool
) -> Imported:
    """Have an upload read into a cycle apart from pages and questions, as `import_export` does.

    Whoever goes away before it is done cancels it.

    Raises
    ------
    Busy
        When several others wait already.
    """
    if not context.uploads.acquire(blocking=False):
        raise Busy("Others are reading exports.", maybe="send it again in a minute.")
    try:
        parameters = {"actor": user, "name": name, "data": data, "after_commit": after_commit}
        imported: Imported = context.pool.ask(
            JobTask("import", parameters, None, user.name), gone=lambda: from_thread.run(request.is_disconnected)
        )
        context.faults.worked("files")
    except Unavailable as error:
        context.faults.failed("files", error)
        raise
    finally:
        context.uploads.release()
    return imported
