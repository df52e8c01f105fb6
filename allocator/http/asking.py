"""Questions about the force, answered in a worker."""

from __future__ import annotations

from typing import Any

from allocator.access.hiding import hidden
from allocator.app.standing import Standing
from allocator.http.dependencies import AtHand
from allocator.jobs.work import Task


def ask(hall: AtHand, seen: Standing, kind: str, parameters: dict[str, Any]) -> Any:
    """Have a question about the force as somebody sees it answered, without what they may not see."""
    if seen.proposal is None:
        parameters.pop("officers", None)
    task = Task(kind, {**parameters, "snapshot": seen.view.snapshot(hall.store)}, None, seen.user.name)
    answer = hall.crew.ask(task)
    return hidden(seen.plan.force, seen.sight, seen.plan).without(answer)
