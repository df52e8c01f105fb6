"""Reading cycles: the list, and one with its plan; whatever tells of cases is logged, with the purpose of reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from allocator.app.actors import Actor, require
from allocator.cycles.codes import PURPOSES, require_code
from allocator.cycles.days import today
from allocator.cycles.reductions import Reduction, expiring_reductions
from allocator.cycles.staleness import Staleness
from allocator.db.assignments import kept_reasons
from allocator.db.cycles import Cycle as Cycle
from allocator.db.cycles import Event, committed_dates, events_of, find_cycle, last_kept, open_cycle
from allocator.db.logged_plans import require_logged_cycle
from allocator.db.proposals import Override, Proposal, find_proposal, staleness_of
from allocator.db.queries import CycleSummary as CycleSummary
from allocator.db.queries import summarise_cycles
from allocator.db.registers import stored_reductions
from allocator.db.snapshots import digest_of, load
from allocator.db.store import Store
from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding


@dataclass(frozen=True)
class CycleDetails:
    """A cycle as it stands.

    Attributes
    ----------
    force : Force
        Its newest data.
    digest : str
        Of the plan's input.
    stale : Staleness or None
        What newer data has other than the plan's input.
    expiring : tuple of (int, Reduction)
        Reductions that end within the next cycles; their reasons are for the division's supervisors alone.
    cases : tuple of Case
        Those of the plan that are shown.
    findings : tuple of Finding
        What the check finds in the plan.
    overrides : tuple of Override
        Placements of the plan that people decided.
    """

    cycle: Cycle
    force: Force
    digest: str
    proposal: Proposal | None
    stale: Staleness | None
    events: tuple[Event, ...]
    expiring: tuple[tuple[int, Reduction], ...]
    cases: tuple[Case, ...] = ()
    findings: tuple[Finding, ...] = ()
    overrides: tuple[Override, ...] = ()


def show_cycle(
    store: Store, actor: Actor, *, purpose: str, cycle_id: int | None = None, act: str = "read"
) -> CycleDetails:
    """Read a cycle with its plan, all of it.

    Parameters
    ----------
    purpose : str
        A code of ``allocator.cycles.codes.PURPOSES``.
    act : str
        ``read``, or ``export`` where it leaves the store.

    Raises
    ------
    Purged
        When a purge has removed its data.
    """
    require(actor, "cases")
    purpose = require_code(purpose, PURPOSES, "--purpose")
    with store.writing() as writing:
        connection = writing.connection
        cycle = find_cycle(connection, cycle_id)
        require_logged_cycle(connection, cycle)
        proposal = None if cycle.proposal_id is None else find_proposal(connection, cycle)
        force = load(connection, cycle.snapshot_id)
        source = cycle.snapshot_id if proposal is None else proposal.snapshot_id
        digest = digest_of(connection, source)
        writing.log.append(actor.name, act, {"of": "cycle"}, cycle_id=cycle.id, purpose=purpose)
        return CycleDetails(
            cycle,
            force,
            digest,
            proposal,
            None if proposal is None else staleness_of(connection, cycle, proposal),
            events_of(connection, cycle.id),
            expiring_reductions(stored_reductions(connection), max(cycle.cycle_date, today()), force.policy.cycle.days),
            **planned_details(proposal),
        )


def planned_details(proposal: Proposal | None) -> dict[str, Any]:
    """What a cycle with a plan has beside it, whole; nothing without one."""
    if proposal is None:
        return {}
    return {"cases": proposal.plan.force.cases, "findings": proposal.checked.findings, "overrides": proposal.overrides}


def all_cycles(store: Store, actor: Actor) -> tuple[CycleSummary, ...]:
    """Every cycle, oldest first: counts, and no case."""
    require(actor, "figures")
    return summarise_cycles(store)


def find_open_cycle(store: Store) -> Cycle | None:
    """The cycle that is open, if any: there is one at most."""
    with store.reading() as connection:
        return open_cycle(connection)


def newest_kept(store: Store) -> Cycle | None:
    """The newest cycle that was not discarded."""
    with store.reading() as connection:
        return last_kept(connection)


def told_reasons(store: Store, actor: Actor, cycle_id: int) -> dict[str, str]:
    """Codes of the reasons for each case that the commit of a cycle kept and told; empty before one."""
    require(actor, "cases")
    with store.reading() as connection:
        return kept_reasons(connection, cycle_id)


def committed_days(store: Store) -> list[date]:
    """Dates of committed cycles, in order."""
    with store.reading() as connection:
        return committed_dates(connection)
