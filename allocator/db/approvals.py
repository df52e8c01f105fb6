"""Who answers for a plan: handing it over, sending it back, approving it, ending a cycle without one."""

from __future__ import annotations

from sqlalchemy import Connection

from allocator.checking import check
from allocator.cycles.codes import RETURN_REASONS, require_code
from allocator.cycles.states import Act
from allocator.db.cycles import Cycle, bump_version, find_cycle, require_state
from allocator.db.overriding import plan_digest
from allocator.db.placements import standing_placements
from allocator.db.proposals import find_proposal, require_fresh
from allocator.db.snapshots import load
from allocator.db.store import Conflict, Store, normalise_actor, same_person
from allocator.db.tables import audit
from allocator.errors import NOTHING_CHANGED, AllocatorError


def apply_transition(
    store: Store,
    name: str,
    *,
    by: str,
    reason: str = "",
    note: str = "",
    cycle_id: int | None = None,
    version: int | None = None,
) -> Cycle:
    """Hand a plan over, answer for it, send it back to be changed, or end an open cycle without one.

    Parameters
    ----------
    store : Store
    name : {"submit", "approve", "return", "discard"}
    by : str
        The acting person; while ``approval.four_eyes`` holds, nobody approves who proposed the plan or overrode a
        placement.
    reason : str
        Why it is sent back: a code of ``allocator.cycles.codes.RETURN_REASONS``.
    note : str
        Beside the reason.
    cycle_id : int, optional
        The newest cycle unless given.
    version : int, optional
        The one that was seen when this was decided; unless given, whatever it is now.

    Raises
    ------
    Conflict
        When the state does not allow it, newer data has overtaken a plan that is handed over or approved, a second
        person is needed, or a case was placed in a cycle that is to be discarded: its officer would never be told.
    """
    by = normalise_actor(by)
    details: dict[str, str] = {}
    if name == "return":
        details = {"reason": require_code(reason, RETURN_REASONS, "--reason"), "note": " ".join(note.split())}
    with store.writing() as writing:
        connection = writing.connection
        cycle = find_cycle(connection, cycle_id, version)
        act = require_state(connection, cycle, name)
        if name == "discard":
            _require_nothing_placed(connection, cycle)
        before, after = _answer_for(connection, cycle, act, by) if act.fresh else (None, None)
        bump_version(connection, cycle, state=act.after)
        writing.log.append(by, name, details, cycle_id=cycle.id, before=before, after=after)
        return find_cycle(connection, cycle.id)


def _answer_for(connection: Connection, cycle: Cycle, act: Act, by: str) -> tuple[str, str]:
    """Refuse to answer for a plan that is stale, one's own or broken; digests of it as frozen, and as it is now."""
    proposal = find_proposal(connection, cycle)
    require_fresh(connection, cycle, proposal)
    involved = any(same_person(person, by) for person in proposal.involved())
    if act.second_person and involved and proposal.force.policy.approval.four_eyes:
        raise Conflict(
            f"{by} proposed the plan of cycle {cycle.id} or changed it, so somebody else has to {act.name} it.",
            outcome=NOTHING_CHANGED,
        )
    broken = check(proposal.plan).broken
    if broken:
        raise AllocatorError(f"The plan of cycle {cycle.id} breaks {len(broken)} rules.", outcome=NOTHING_CHANGED)
    return proposal.digest, plan_digest(proposal.plan)


def _require_nothing_placed(connection: Connection, cycle: Cycle) -> None:
    placed = standing_placements(connection, load(connection, cycle.snapshot_id), audit.c.cycle_id == cycle.id)
    if placed:
        told = ", ".join(f"{one.case_id} with {one.officer_id}" for one in placed[:10])
        more = f" and {len(placed) - 10} more" if len(placed) > 10 else ""
        raise Conflict(
            f"Cases were placed in cycle {cycle.id}, and would be lost with it: {told}{more}.",
            outcome=NOTHING_CHANGED,
            maybe="import newer data into the cycle instead, and plan it.",
        )
