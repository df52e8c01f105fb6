"""The list of cycles, with counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from allocator.cycles.states import OPEN
from allocator.db.cycles import Cycle
from allocator.db.proposals import find_proposal
from allocator.db.store import Store
from allocator.db.tables import as_record, cycles, divisions, proposals, snapshots
from allocator.domain.plan import Action

_COUNTED: tuple[Action, ...] = ("moved", "placed", "unplaced")


@dataclass(frozen=True, slots=True)
class CycleSummary:
    """A cycle in a list: counts and no cases.

    Attributes
    ----------
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
