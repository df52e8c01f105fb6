"""What a worker answers while somebody waits: questions about the force, and uploads."""

from __future__ import annotations

from typing import Any

from allocator.access.visibility import hidden
from allocator.app.views import ForceView
from allocator.db.accounts import User
from allocator.db.importing import Imported
from allocator.http.dependencies import Context
from allocator.jobs.work import JobTask


def ask(context: Context, seen: ForceView, kind: str, parameters: dict[str, Any]) -> Any:
    """Have a question about the force as somebody sees it answered, without what they may not see."""
    if seen.proposal is None:
        parameters.pop("officers", None)
    task = JobTask(kind, {**parameters, "snapshot": seen.view.snapshot(context.store)}, None, seen.user.name)
    answer = context.pool.ask(task)
    return hidden(seen.plan.force, seen.scope, seen.plan).without(answer)


def read_upload(context: Context, user: User, name: str, data: bytes, *, after_commit: bool) -> Imported:
    """Have an upload read into a cycle, as `allocator.app.acts.import_export` does, apart from pages and questions."""
    parameters = {"user": user, "name": name, "data": data, "after_commit": after_commit}
    imported: Imported = context.pool.ask(JobTask("import", parameters, None, user.name))
    return imported
