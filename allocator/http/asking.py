"""Questions about the force, answered in a worker."""

from __future__ import annotations

from typing import Any

from allocator.access.visibility import hidden
from allocator.app.views import ForceView
from allocator.http.dependencies import Context
from allocator.jobs.work import JobTask


def ask(context: Context, seen: ForceView, kind: str, parameters: dict[str, Any]) -> Any:
    """Have a question about the force as somebody sees it answered, without what they may not see."""
    if seen.proposal is None:
        parameters.pop("officers", None)
    task = JobTask(kind, {**parameters, "snapshot": seen.view.snapshot(context.store)}, None, seen.user.name)
    answer = context.pool.ask(task)
    return hidden(seen.plan.force, seen.scope, seen.plan).without(answer)
