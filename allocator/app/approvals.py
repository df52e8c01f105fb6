"""Who answers for a plan: handing it over, sending it back, approving it, ending a cycle without one."""

from __future__ import annotations

from allocator.app.actors import Actor
from allocator.app.acts import is_second_person, require_act, require_fresh, require_state
from allocator.app.visibility import hidden
from allocator.checking import check
from allocator.cycles.codes import RETURN_REASONS, require_code
from allocator.db.covering import plan_rows_digest
from allocator.db.cycles import Cycle, bump_version, find_cycle
from allocator.db.database import Connection
from allocator.db.placements import standing_placements
from allocator.db.proposals import find_proposal, plan_digest
from allocator.db.snapshots import load
from allocator.db.store import Store
from allocator.errors import NOTHING_CHANGED, AllocatorError, Conflict
from allocator.reporting.acts import placed_refusal


def submit_cycle(store: Store, actor: Actor, *, cycle_id: int | None = None, version: int | None = None) -> Cycle:
    """Hand a plan over for approval.

    Raises
    ------
    Conflict
        When the state does not allow it, newer data has overtaken the plan, or the plan is not what the log says.
    """
    return _answer_for(store, actor, "submit", cycle_id, version)


def approve_cycle(store: Store, actor: Actor, *, cycle_id: int | None = None, version: int | None = None) -> Cycle:
    """Answer for a plan; while ``approval.four_eyes`` holds, as somebody who neither proposed nor overrode any of it.

    Raises
    ------
    Conflict
        When the state does not allow it, newer data has overtaken the plan, or a second person is needed.
    """
    return _answer_for(store, actor, "approve", cycle_id, version)


def _answer_for(store: Store, actor: Actor, name: str, cycle_id: int | None, version: int | None) -> Cycle:
    require_act(actor, name)
    with store.writing() as writing:
        connection = writing.connection
        cycle = find_cycle(connection, cycle_id, version)
        act = require_state(connection, cycle, name)
        proposal = find_proposal(connection, cycle)
        if act.fresh:
            require_fresh(connection, actor, cycle, proposal)
        if act.second_person and not is_second_person(actor, proposal):
            raise Conflict(
                f"{actor.name} proposed the plan of cycle {cycle.id} or changed it, so somebody else has to {name} it.",
                outcome=NOTHING_CHANGED,
            )
        broken = check(proposal.plan).broken
        if broken:
            raise AllocatorError(f"The plan of cycle {cycle.id} breaks {len(broken)} rules.", outcome=NOTHING_CHANGED)
        bump_version(connection, cycle, state=act.after)
        digest = plan_digest(proposal.plan)
        plan = {"id": proposal.id, "digest": plan_rows_digest(connection, writing.key, proposal.id)}
        details = {"plan": plan} if name == "approve" else {}
        writing.log.append(actor.name, name, details, cycle_id=cycle.id, before=proposal.digest, after=digest)
        return find_cycle(connection, cycle.id)


def return_cycle(
    store: Store, actor: Actor, *, reason: str, note: str = "", cycle_id: int | None = None, version: int | None = None
) -> Cycle:
    """Send a plan back to be changed; the reason is a code of ``allocator.cycles.codes.RETURN_REASONS``.

    Raises
    ------
    Conflict
        When the state does not allow it.
    """
    require_act(actor, "return")
    details = {"reason": require_code(reason, RETURN_REASONS, "--reason"), "note": " ".join(note.split())}
    with store.writing() as writing:
        cycle = find_cycle(writing.connection, cycle_id, version)
        act = require_state(writing.connection, cycle, "return")
        bump_version(writing.connection, cycle, state=act.after)
        writing.log.append(actor.name, "return", details, cycle_id=cycle.id)
        return find_cycle(writing.connection, cycle.id)


def discard_cycle(store: Store, actor: Actor, *, cycle_id: int | None = None, version: int | None = None) -> Cycle:
    """End an open cycle without a plan.

    Raises
    ------
    Conflict
        When the state does not allow it, or a case was placed in the cycle: its officer would never be told.
    """
    require_act(actor, "discard")
    with store.writing() as writing:
        cycle = find_cycle(writing.connection, cycle_id, version)
        act = require_state(writing.connection, cycle, "discard")
        _require_nothing_placed(writing.connection, actor, cycle)
        bump_version(writing.connection, cycle, state=act.after)
        writing.log.append(actor.name, "discard", {}, cycle_id=cycle.id)
        return find_cycle(writing.connection, cycle.id)


def _require_nothing_placed(connection: Connection, actor: Actor, cycle: Cycle) -> None:
    force = load(connection, cycle.snapshot_id)
    placed = standing_placements(connection, force, cycle_id=cycle.id)
    if placed:
        raise Conflict(
            placed_refusal(cycle.id, len(placed), hidden(force, actor.scope).cut(placed)),
            outcome=NOTHING_CHANGED,
            maybe="import newer data into the cycle instead, and plan it.",
        )
