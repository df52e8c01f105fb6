"""Planning a cycle, and changing single placements of its plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allocator.app.actors import Actor
from allocator.app.acts import require_act, require_state
from allocator.cycles.staleness import keepable_placements
from allocator.db.cycles import Cycle, bump_version, find_cycle
from allocator.db.database import Connection
from allocator.db.inputs import renew_open_cycle
from allocator.db.proposals import Override, Proposal, find_proposal, insert_override, insert_proposal
from allocator.db.snapshots import load, pack
from allocator.db.store import Store
from allocator.domain.force import Force
from allocator.domain.result import RULES_VERSION, Progress
from allocator.reporting.documents import goal_document

if TYPE_CHECKING:
    from allocator.solver.pool import SolverPool


@dataclass(frozen=True)
class Proposed:
    """A plan that was made and frozen, and how many placements of the plan before it keeps."""

    cycle: Cycle
    proposal: Proposal
    agreed: int


@dataclass(frozen=True)
class Agreement:
    """What a plan made anew keeps of the one before."""

    force: Force
    insist: dict[str, list[str]]
    overrides: tuple[Override, ...]
    by: tuple[str, ...] = ()


def propose_plan(
    store: Store,
    actor: Actor,
    *,
    cycle_id: int | None = None,
    version: int | None = None,
    keep: bool = False,
    seed: int = 0,
    time_limit: float | None = None,
    progress: Callable[[Progress], None] | None = None,
    pool: SolverPool | None = None,
) -> Proposed:
    """Plan a cycle, and freeze the plan beside its input.

    Parameters
    ----------
    keep : bool
        Keep what the plan before agreed, people's decisions included, wherever newer data does not touch it; of a plan
        made under earlier rules, people's decisions alone.
    seed, time_limit, progress, pool
        As in ``allocator.allocate``.

    Raises
    ------
    Conflict
        When the cycle's state does not allow it, or somebody changed the cycle meanwhile.
    """
    from allocator.solver.allocate import allocate  # only whoever plans waits for the engines

    require_act(actor, "propose")
    with store.writing() as writing:
        connection = writing.connection
        cycle = find_cycle(connection, cycle_id, version)
        require_state(connection, cycle, "propose")
        # What holds today of absences and duties, which may have begun or ended since the data was read.
        cycle = renew_open_cycle(writing, actor.name) or cycle
        agreed = _keep_agreed(connection, cycle) if keep else Agreement(load(connection, cycle.snapshot_id), {}, ())
    # No transaction is held open while the engines work.
    result = allocate(
        agreed.force, seed=seed, time_limit=time_limit, progress=progress, pool=pool, insist=agreed.insist or None
    )
    document = {
        "officers": list(result.plan.officers),
        "insist": agreed.insist,
        "agreed_by": list(agreed.by),
        "exemptions": [exemption.model_dump(mode="json") for exemption in agreed.force.exemptions],
    }
    digest, data = pack(document)
    facts = {
        "seed": seed,
        "seconds": round(result.seconds, 3),
        "stopped": result.stopped,
        "time_limit": time_limit,
        "versions": dict(result.versions),
        "goals": [goal_document(goal) for goal in result.goals],
        "without_moves": [goal_document(goal) for goal in result.without_moves],
    }
    with store.writing() as writing:
        connection = writing.connection
        row = {
            "cycle_id": cycle.id,
            "snapshot_id": cycle.snapshot_id,
            "proposed_at": writing.log.now,
            "proposed_by": actor.name,
            "digest": digest,
            "facts": facts,
            "data": data,
        }
        new = insert_proposal(connection, row)
        # Whoever planned on older data, or beside somebody else, finds the cycle's version changed here.
        bump_version(connection, cycle, proposal_id=new, state="proposed")
        for override in agreed.overrides:
            insert_override(connection, new, override)
        counts = {action: len(cases) for action, cases in result.plan.actions.items()}
        details = {"seed": seed, "kept": len(agreed.insist), "counts": counts, "stopped": result.stopped}
        writing.log.append(actor.name, "propose", details, cycle_id=cycle.id, before=cycle.snapshot_id, after=digest)
        now = find_cycle(connection, cycle.id)
        return Proposed(now, find_proposal(connection, now), len(agreed.insist))


def _keep_agreed(connection: Connection, cycle: Cycle) -> Agreement:
    before = find_proposal(connection, cycle)
    newer = load(connection, cycle.snapshot_id)
    stands = {(o.case_id, o.officer_id): o for o in before.by_person.values()}
    exempt = [
        exemption
        for exemption in before.plan.force.exemptions
        if exemption not in newer.exemptions
        and exemption.case_id in newer.case_by_id
        and exemption.officer_id in newer.officer_by_id
    ]
    force = newer.replace(exemptions=(*newer.exemptions, *exempt)) if exempt else newer
    insist = keepable_placements(before.plan, force)
    if before.rules != RULES_VERSION:  # what the solver chose under earlier rules nobody has agreed to under these
        insist = {case_id: officers for case_id, officers in insist.items() if (case_id, *officers) in stands}
    overridden = tuple(o for (case_id, officer_id), o in stands.items() if insist.get(case_id) == [officer_id])
    decided = {o.case_id for o in overridden}
    # An exemption whose placement could not be kept stands no longer.
    lasting = tuple(e for e in force.exemptions if e in newer.exemptions or e.case_id in decided)
    return Agreement(newer.replace(exemptions=lasting), insist, overridden, tuple(before.involved()) if insist else ())
