"""What a worker answers while somebody waits: questions about the force, and uploads."""

from __future__ import annotations

from typing import Any

from anyio import from_thread
from fastapi import Request

from allocator.app.actors import User
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
