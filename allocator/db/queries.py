"""Reading what a store holds. Whatever tells of cases is logged, with the purpose for which it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from allocator.cycles.codes import PURPOSES, require_code
from allocator.cycles.reductions import Reduction, expiring_reductions
from allocator.cycles.staleness import Staleness
from allocator.cycles.states import OPEN
from allocator.db.cycles import CHANGE, Cycle, find_cycle
from allocator.db.inputs import stored_reductions
from allocator.db.proposals import Proposal, find_proposal, staleness_of
from allocator.db.snapshots import digest_of, load
from allocator.db.store import Store, normalise_actor
from allocator.db.tables import as_record, audit, cycles, divisions, proposals, snapshots
from allocator.domain.force import Force
from allocator.domain.plan import Action

_COUNTED: tuple[Action, ...] = ("moved", "placed", "unplaced")


@dataclass(frozen=True, slots=True)
class Event:
    """One act on a cycle: what, by whom, when."""

    act: str
    actor: str
    at: datetime


@dataclass(frozen=True)
class CycleDetails:
    """A cycle as it stands.

    Attributes
    ----------
    cycle : Cycle
    force : Force
        Its newest data.
    digest : str
        Of the plan's input.
    proposal : Proposal or None
    stale : Staleness or None
        What newer data has other than the plan's input.
    events : tuple of Event
    expiring : tuple of (int, Reduction)
        Reductions that end within the next cycles; their reasons are for the division's supervisors alone.
    """

    cycle: Cycle
    force: Force
    digest: str
    proposal: Proposal | None
    stale: Staleness | None
    events: tuple[Event, ...]
    expiring: tuple[tuple[int, Reduction], ...]


def read_cycle(store: Store, *, by: str, purpose: str, cycle_id: int | None = None, act: str = "read") -> CycleDetails:
    """Read a cycle with its plan.

    Parameters
    ----------
    store : Store
    by, purpose : str
        Who reads, and a code of ``allocator.cycles.codes.PURPOSES``.
    cycle_id : int, optional
        The newest cycle unless given.
    act : str
        ``read``, or ``export`` where it leaves the store.

    Raises
    ------
    Purged
        When a purge has removed its data.
    """
    by, purpose = normalise_actor(by), require_code(purpose, PURPOSES, "--purpose")
    with store.writing() as writing:
        connection = writing.connection
        cycle = find_cycle(connection, cycle_id)
        proposal = None if cycle.proposal_id is None else find_proposal(connection, cycle)
        force = load(connection, cycle.snapshot_id)
        source = cycle.snapshot_id if proposal is None else proposal.snapshot_id
        digest = digest_of(connection, source)
        acts = select(audit).where(audit.c.cycle_id == cycle.id, audit.c.act.in_(CHANGE)).order_by(audit.c.seq)
        writing.log.append(by, act, {"of": "cycle"}, cycle_id=cycle.id, purpose=purpose)
        return CycleDetails(
            cycle,
            force,
            digest,
            proposal,
            None if proposal is None else staleness_of(connection, cycle, proposal),
            tuple(as_record(Event, row) for row in connection.execute(acts)),
            expiring_reductions(stored_reductions(connection), cycle.cycle_date, force.policy.cycle.days),
        )


@dataclass(frozen=True, slots=True)
class CycleSummary:
    """A cycle in a list: counts and no cases.

    Attributes
    ----------
    cycle : Cycle
    officers, cases : int
        In its newest data.
    goals : mapping of str to int
        Of the plan as proposed; empty without one.
    moved, placed, unplaced : int
        Cases under the plan of an open, committed or undone cycle; else 0.
    """

    cycle: Cycle
    officers: int
    cases: int
    goals: Mapping[str, int]
    moved: int
    placed: int
    unplaced: int


def summarise_cycles(store: Store) -> tuple[CycleSummary, ...]:
    """Every cycle, oldest first."""
    with store.reading() as connection:
        # Figures of divisions outlast a purge.
        counted = [func.sum(divisions.c[action]) for action in _COUNTED]
        decided: dict[int, tuple[int, ...]] = {
            cycle_id: tuple(map(int, counts))
            for cycle_id, *counts in connection.execute(
                select(divisions.c.cycle_id, *counted).group_by(divisions.c.cycle_id)
            )
        }
        goals = {row.id: row.facts["goals"] for row in connection.execute(select(proposals.c.id, proposals.c.facts))}
        size = {
            row.id: (row.officers, row.cases)
            for row in connection.execute(select(snapshots.c.id, snapshots.c.officers, snapshots.c.cases))
        }
        return tuple(
            CycleSummary(
                cycle,
                *size[cycle.snapshot_id],
                {goal["name"]: goal["value"] for goal in goals.get(cycle.proposal_id, ())},
                *(decided.get(cycle.id) or _count_plan(connection, cycle)),
            )
            for cycle in (as_record(Cycle, row) for row in connection.execute(select(cycles).order_by(cycles.c.id)))
        )


def _count_plan(connection: Connection, cycle: Cycle) -> tuple[int, ...]:
    """Counts of the plan of an open cycle, with what people changed."""
    if cycle.state not in OPEN or cycle.proposal_id is None:
        return (0,) * len(_COUNTED)
    actions = find_proposal(connection, cycle).plan.actions
    return tuple(len(actions[action]) for action in _COUNTED)
