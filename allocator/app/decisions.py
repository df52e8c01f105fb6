"""What is decided about a whole cycle, by the name of the act."""

from __future__ import annotations

from allocator.app.actors import Actor
from allocator.app.approvals import approve_cycle, discard_cycle, return_cycle, submit_cycle
from allocator.app.commits import commit_cycle, undo_cycle
from allocator.db.cycles import Cycle
from allocator.db.store import Store
from allocator.errors import NotThere

DECISIONS = ("submit", "return", "approve", "commit", "undo", "discard")


def decide_cycle(
    store: Store,
    actor: Actor,
    act: str,
    *,
    cycle_id: int | None = None,
    version: int | None = None,
    reason: str = "",
    note: str = "",
) -> Cycle:
    """Do one of the acts of ``DECISIONS``; the reason and the note are those of a return.

    Raises
    ------
    Denied
        When the person has no right to it.
    Conflict
        When its state does not allow it, or it was changed meanwhile.
    """
    match act:
        case "submit":
            return submit_cycle(store, actor, cycle_id=cycle_id, version=version)
        case "return":
            return return_cycle(store, actor, reason=reason, note=note, cycle_id=cycle_id, version=version)
        case "approve":
            return approve_cycle(store, actor, cycle_id=cycle_id, version=version)
        case "commit":
            return commit_cycle(store, actor, cycle_id=cycle_id, version=version).cycle
        case "undo":
            return undo_cycle(store, actor, cycle_id=cycle_id, version=version).cycle
        case "discard":
            return discard_cycle(store, actor, cycle_id=cycle_id, version=version)
    raise NotThere("There is nothing here.")
