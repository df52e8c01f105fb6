"""Replaying: the same input, policy, versions and seed give the same plan, or it is said what differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allocator.analysis.compare import Comparison, compare
from allocator.app.actors import Actor, require
from allocator.db.cycles import Cycle, find_cycle
from allocator.db.proposals import Proposal, find_proposal
from allocator.db.store import Store
from allocator.domain.plan import Plan
from allocator.domain.result import RULES_VERSION, Progress
from allocator.errors import InputError, Purged

if TYPE_CHECKING:
    from allocator.solver.pool import SolverPool


@dataclass(frozen=True)
class Replayed:
    """What a replay found.

    Attributes
    ----------
    purged : bool
        The cycle's data is no longer there; all else is empty then.
    proposal : Proposal or None
        As it was frozen.
    plan : Plan or None
        As it comes out now.
    comparison : Comparison or None
        The frozen plan against the new one.
    versions : tuple of (str, str, str)
        Name, then, now: versions that differ.
    refused : str or None
        Why it cannot be planned again: today's rules bar a placement that it had to keep.
    stopped : str or None
        Why the frozen run ended early: what such a run finds depends on the clock.
    """

    cycle: Cycle
    purged: bool
    proposal: Proposal | None = None
    plan: Plan | None = None
    comparison: Comparison | None = None
    versions: tuple[tuple[str, str, str], ...] = ()
    stopped: str | None = None
    refused: str | None = None

    @property
    def same(self) -> bool:
        """Whether every case has the same officer again."""
        return self.comparison is not None and not self.comparison.cases


def replay_cycle(
    store: Store,
    actor: Actor,
    *,
    cycle_id: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    pool: SolverPool | None = None,
) -> Replayed:
    """Plan a cycle once more from what was frozen, and compare.

    Raises
    ------
    Conflict
        When the cycle has no plan.
    """
    from allocator.solver.allocate import allocate, versions  # only whoever plans waits for the engines

    require(actor, "audit")
    with store.writing() as writing:
        cycle = find_cycle(writing.connection, cycle_id)
        try:
            proposal = find_proposal(writing.connection, cycle)
        except Purged:
            return Replayed(cycle, purged=True)
        writing.log.append(actor.name, "read", {"of": "replay"}, cycle_id=cycle.id, purpose="audit")
    then, now = proposal.result.versions, versions()
    differ = tuple((name, str(then.get(name)), str(now.get(name))) for name in sorted({*then, *now}))
    differ = tuple(row for row in differ if row[1] != row[2])
    try:
        result = allocate(
            proposal.force,
            seed=proposal.facts["seed"],
            time_limit=proposal.facts["time_limit"],
            progress=progress,
            pool=pool,
            insist=proposal.insist or None,
        )
    except InputError as error:
        if proposal.rules == RULES_VERSION:
            raise
        return Replayed(cycle, purged=False, proposal=proposal, versions=differ, refused=str(error))
    return Replayed(
        cycle,
        purged=False,
        proposal=proposal,
        plan=result.plan,
        comparison=compare(proposal.planned, result.plan),
        versions=differ,
        stopped=proposal.facts["stopped"] or result.stopped,
    )
