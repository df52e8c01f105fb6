"""Who answers for a plan: handing it over, sending it back, approving it, ending a cycle without one."""

from __future__ import annotations

from sqlalchemy import Connection

from allocator.checking import check
from allocator.cycles.codes import RETURN_REASONS, coded
from allocator.db.cycles import Cycle, bump_version, find, require_state
from allocator.db.overriding import plan_digest
from allocator.db.placements import standing
from allocator.db.proposals import proposal_of, require_fresh
from allocator.db.snapshots import load
from allocator.db.store import Conflict, Store, normalise_actor, same_person
from allocator.db.tables import audit
from allocator.errors import NOTHING_CHANGED, AllocatorError


def submit(store: Store, *, by: str, cycle_id: int | None = None, version: int | None = None) -> Cycle:
    """Hand a plan over for approval.

    Parameters
    ----------
    store : Store
    by : str
        The acting person.
    cycle_id : int, optional
        The newest cycle unless given.
    version : int, optional
        The one that was seen when this was decided; unless given, whatever it is now.

    Raises
    ------
    Conflict
        When the state does not allow it, or newer data has overtaken the plan.
    """
    return _decided(store, "submit", by, cycle_id, version)


def approve(store: Store, *, by: str, cycle_id: int | None = None, version: int | None = None) -> Cycle:
    """Answer for a plan.

    Parameters
    ----------
    store : Store
    by : str
        The acting person; while ``approval.four_eyes`` holds, nobody who proposed the plan or overrode a placement.
    cycle_id : int, optional
        The newest cycle unless given.
    version : int, optional
        The one that was seen when this was decided; unless given, whatever it is now.

    Raises
    ------
    Conflict
        When the state does not allow it, newer data has overtaken the plan, or a second person is needed.
    """
    return _decided(store, "approve", by, cycle_id, version)


def _decided(store: Store, name: str, by: str, cycle_id: int | None, version: int | None) -> Cycle:
    by = normalise_actor(by)
    with store.writing() as writing:
        connection = writing.connection
        cycle = find(connection, cycle_id, version)
        act = require_state(connection, cycle, name)
        proposal = proposal_of(connection, cycle)
        if act.fresh:
            require_fresh(connection, cycle, proposal)
        involved = [person for person in proposal.involved() if same_person(person, by)]
        if act.second_person and involved and proposal.force.policy.approval.four_eyes:
            raise Conflict(
                f"{by} proposed the plan of cycle {cycle.id} or changed it, so somebody else has to {name} it.",
                outcome=NOTHING_CHANGED,
            )
        broken = check(proposal.plan).broken
        if broken:
            raise AllocatorError(f"The plan of cycle {cycle.id} breaks {len(broken)} rules.", outcome=NOTHING_CHANGED)
        bump_version(connection, cycle, state=act.after)
        writing.log.append(by, name, {}, cycle_id=cycle.id, before=proposal.digest, after=plan_digest(proposal.plan))
        return find(connection, cycle.id)


def send_back(
    store: Store, *, by: str, reason: str, note: str = "", cycle_id: int | None = None, version: int | None = None
) -> Cycle:
    """Send a plan back to be changed.

    Parameters
    ----------
    store : Store
    by : str
        The acting person.
    reason : str
        A code of ``allocator.cycles.codes.RETURN_REASONS``.
    note : str
    cycle_id : int, optional
        The newest cycle unless given.
    version : int, optional
        The one that was seen when this was decided; unless given, whatever it is now.

    Raises
    ------
    Conflict
        When the state does not allow it.
    """
    by, reason = normalise_actor(by), coded(reason, RETURN_REASONS, "--reason")
    return _ended(store, "return", by, cycle_id, version, {"reason": reason, "note": " ".join(note.split())})


def discard(store: Store, *, by: str, cycle_id: int | None = None, version: int | None = None) -> Cycle:
    """End an open cycle without a plan.

    Parameters
    ----------
    store : Store
    by : str
        The acting person.
    cycle_id : int, optional
        The newest cycle unless given.
    version : int, optional
        The one that was seen when this was decided; unless given, whatever it is now.

    Raises
    ------
    Conflict
        When the state does not allow it, or a case was placed in the cycle: its officer would never be told.
    """
    return _ended(store, "discard", normalise_actor(by), cycle_id, version, {})


def _ended(
    store: Store, name: str, by: str, cycle_id: int | None, version: int | None, details: dict[str, str]
) -> Cycle:
    with store.writing() as writing:
        cycle = find(writing.connection, cycle_id, version)
        act = require_state(writing.connection, cycle, name)
        if name == "discard":
            _require_nothing_placed(writing.connection, cycle)
        bump_version(writing.connection, cycle, state=act.after)
        writing.log.append(by, name, details, cycle_id=cycle.id)
        return find(writing.connection, cycle.id)


def _require_nothing_placed(connection: Connection, cycle: Cycle) -> None:
    placed = standing(connection, load(connection, cycle.snapshot_id), audit.c.cycle_id == cycle.id)
    if placed:
        told = ", ".join(f"{one.case_id} with {one.officer_id}" for one in placed[:10])
        more = f" and {len(placed) - 10} more" if len(placed) > 10 else ""
        raise Conflict(
            f"Cases were placed in cycle {cycle.id}, and would be lost with it: {told}{more}.",
            outcome=NOTHING_CHANGED,
            maybe="import newer data into the cycle instead, and plan it.",
        )
