"""How a force stands in one version of a cycle, worked out once for everybody who looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from threading import Lock
from weakref import WeakKeyDictionary

from cachetools import TTLCache

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.effects import Effects
from allocator.analysis.explain import Explanation, explain
from allocator.analysis.officers import OfficerChange, officer_changes
from allocator.checking import Checked, check
from allocator.cycles import days
from allocator.cycles.staleness import Staleness, staleness
from allocator.cycles.states import OPEN
from allocator.db.covers import force_today, standing_cover
from allocator.db.cycles import Cycle
from allocator.db.database import Connection
from allocator.db.logged_plans import require_logged_cycle
from allocator.db.proposals import Proposal, find_proposal, is_overtaken
from allocator.db.registers import stored_reductions
from allocator.db.snapshots import digest_of, keep, load
from allocator.db.store import Store
from allocator.domain.force import Force
from allocator.domain.plan import Finding, Plan
from allocator.rules.notes.overdue import delays

_AT_HAND: WeakKeyDictionary[Store, TTLCache[tuple[object, ...], CycleSnapshot]] = WeakKeyDictionary()
_TURN = Lock()


class CycleSnapshot:
    """How a force stands in one version of a cycle, worked out once for everybody; nothing of a person is in it.

    Parameters
    ----------
    digest : str
        Of the data.
    proposal : Proposal or None
        The plan that is shown.
    frozen : Proposal or None
        The plan that the cycle has, shown or not.
    data : Force, optional
        What the cycle is planned with, where that is not the force as it stands.
    """

    def __init__(
        self,
        cycle: Cycle,
        force: Force,
        digest: str,
        proposal: Proposal | None,
        frozen: Proposal | None,
        data: Force | None = None,
    ) -> None:
        self.cycle, self.force, self.digest, self.proposal, self.frozen = cycle, force, digest, proposal, frozen
        self._data = force if data is None else data
        self._snapshot: str | None = None

    def snapshot(self, store: Store) -> str:
        """The id of the plan's force, which is kept at the first question about it for workers to read."""
        if self._snapshot is None:
            self._snapshot = keep(store, self.plan.force)
        return self._snapshot

    @cached_property
    def stale(self) -> Staleness | None:
        """What has overtaken the plan of an open cycle; None where nothing has."""
        if self.frozen is None or self.cycle.state not in OPEN or not is_overtaken(self.cycle, self.frozen):
            return None
        return staleness(self.frozen.plan, self._data, self.frozen.rules)

    @cached_property
    def plan(self) -> Plan:
        """The plan; without one, everybody where they are."""
        return self.as_it_stands.ledger.plan if self.proposal is None else self.proposal.plan

    @cached_property
    def checked(self) -> Checked:
        """What the check finds in the plan."""
        return check(self.plan) if self.proposal is None else self.proposal.checked

    @cached_property
    def over_now(self) -> frozenset[str]:
        """Officers over a limit while everybody is where they are."""
        found = self.checked if self.proposal is None else check(self.as_it_stands.ledger.plan)
        return over_a_limit(found.findings)

    @cached_property
    def overdue(self) -> Mapping[str, dict[str, int]]:
        """Days by which visits and reviews were overdue at the date of the cycle, of each case that had any.

        A committed cycle shows the force as it begins the next one, whose date is still to come.
        """
        day = self.cycle.cycle_date
        late = {case.case_id: delays(self.force, case, day) for case in self.force.cases}
        return {case_id: days for case_id, days in late.items() if days}

    @cached_property
    def ledger(self) -> CachedLedger:
        """The plan's ledger."""
        return CachedLedger(self.plan)

    @cached_property
    def changes(self) -> tuple[OfficerChange, ...]:
        """Each officer, before and after."""
        return officer_changes(self.ledger, self.checked.findings)

    @cached_property
    def report(self) -> Explanation:
        """What there is to say of the plan; only where there is one."""
        assert self.proposal is not None
        return explain(self.proposal.result, self.digest)

    @cached_property
    def as_it_stands(self) -> Effects:
        """Effects of changes while everybody is where they are."""
        return Effects(CachedLedger(Plan.as_it_stands(self.force)))


def snapshot_of(
    store: Store, connection: Connection, cycle: Cycle, *, newest: bool, today: bool = False
) -> CycleSnapshot:
    """What there is to see of a version of a cycle, kept at hand for a while: fifty people look at the same.

    The newest is how the force stands today, cover included: a plan that newer data or rules have overtaken is not
    shown then, nor any plan to who asks for today alone.
    """
    digest = digest_of(connection, cycle.snapshot_id)
    data = load(connection, cycle.snapshot_id)  # which refuses what was purged meanwhile
    at_hand = _AT_HAND.setdefault(store, TTLCache(maxsize=8, ttl=600))
    lists = (standing_cover(connection), stored_reductions(connection), days.today()) if newest else ()
    key = (cycle.id, cycle.version, cycle.state, cycle.snapshot_id, cycle.proposal_id, newest, today, lists)
    with _TURN:
        known = at_hand.get(key)
    if known is not None:
        return known
    require_logged_cycle(connection, cycle)  # what is looked at for an act, and kept at hand for others
    frozen = None if cycle.proposal_id is None else find_proposal(connection, cycle)
    shown = frozen
    if newest and frozen is not None and (today or cycle.state not in OPEN or is_overtaken(cycle, frozen)):
        shown = None
    force = force_today(connection, cycle) if newest and shown is None else data
    view = CycleSnapshot(cycle, force, digest, shown, frozen, data)
    with _TURN:
        at_hand[key] = view
    return view


def over_a_limit(findings: Iterable[Finding]) -> frozenset[str]:
    """Officers who exceed a limit."""
    return frozenset(f.officer for f in findings if f.kind == "excess" and f.officer is not None)
