"""How the force stands now, or stood in one cycle, as one person sees it; each look at it is logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from cachetools import TTLCache

from allocator.access.view_scope import ViewScope
from allocator.access.visibility import Hidden, hidden
from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.effects import Effects
from allocator.analysis.officers import OfficerChange, officer_changes
from allocator.analysis.report import Report, explain
from allocator.app.telling import finding_words, report_of
from allocator.checking import Checked, check
from allocator.cycles.rollover import next_force
from allocator.cycles.staleness import Staleness, staleness
from allocator.cycles.states import OPEN
from allocator.db.accounts import Denied, User
from allocator.db.cycles import MOST, Cycle, find_cycle, is_cycle, last_kept
from allocator.db.database import Connection
from allocator.db.proposals import Proposal, find_proposal, is_overtaken
from allocator.db.snapshots import digest_of, load, save
from allocator.db.store import Store
from allocator.domain.force import Case, Force, Officer
from allocator.domain.plan import Finding, Plan
from allocator.errors import AllocatorError
from allocator.rules.notes.overdue import delays

_AT_HAND: WeakKeyDictionary[Store, TTLCache[tuple[object, ...], CycleSnapshot]] = WeakKeyDictionary()
_TURN = Lock()


class NotThere(AllocatorError):
    """Something that does not exist, or not for whoever asks."""


class CycleSnapshot:
    """How a force stands in one version of a cycle, worked out once for everybody; nothing of a person is in it.

    Parameters
    ----------
    cycle : Cycle
    force : Force
    digest : str
        Of the data.
    proposal : Proposal or None
        The plan that is shown.
    frozen : Proposal or None
        The plan that the cycle has, shown or not.
    """

    def __init__(
        self, cycle: Cycle, force: Force, digest: str, proposal: Proposal | None, frozen: Proposal | None
    ) -> None:
        self.cycle, self.force, self.digest, self.proposal, self.frozen = cycle, force, digest, proposal, frozen
        self._snapshot: str | None = None

    def snapshot(self, store: Store) -> str:
        """The id of the plan's force, which is kept at the first question about it for workers to read."""
        if self._snapshot is None:
            with store.writing() as writing:
                self._snapshot = save(writing.connection, self.plan.force)
        return self._snapshot

    @cached_property
    def stale(self) -> Staleness | None:
        """What has overtaken the plan of an open cycle; None where nothing has."""
        if self.frozen is None or self.cycle.state not in OPEN or not is_overtaken(self.cycle, self.frozen):
            return None
        return staleness(self.frozen.plan, self.force, self.frozen.rules)

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
    def report(self) -> Report:
        """What there is to say of the plan; only where there is one."""
        assert self.proposal is not None
        return report_of(explain(self.proposal.result, self.digest))

    @cached_property
    def as_it_stands(self) -> Effects:
        """Effects of changes while everybody is where they are."""
        return Effects(CachedLedger(Plan.as_it_stands(self.force)))


@dataclass(frozen=True)
class ForceView:
    """A force as one person sees it.

    Attributes
    ----------
    user : User
    view : View
        Of everything: what is the person's business is taken from here alone.
    """

    user: User
    view: CycleSnapshot

    @property
    def stale(self) -> Staleness | None:
        """What has overtaken the plan; None where nothing has."""
        return self.view.stale

    @property
    def cycle(self) -> Cycle:
        """The one that it is taken from."""
        return self.view.cycle

    @property
    def force(self) -> Force:
        """As it stands before the plan; once the cycle is committed, as the commit left it."""
        return self.view.force

    @property
    def digest(self) -> str:
        """Of the data."""
        return self.view.digest

    @property
    def proposal(self) -> Proposal | None:
        """The plan of a cycle that was asked for; else that of the open cycle, unless it has been overtaken."""
        return self.view.proposal

    @cached_property
    def scope(self) -> ViewScope:
        """What the person sees."""
        return self.user.scope

    @property
    def plan(self) -> Plan:
        """The plan; without one, everybody where they are."""
        return self.view.plan

    @property
    def checked(self) -> Checked:
        """What the check finds in the plan."""
        return self.view.checked

    @property
    def ledger(self) -> CachedLedger:
        """The plan's ledger."""
        return self.view.ledger

    @cached_property
    def changes(self) -> tuple[OfficerChange, ...]:
        """Each officer that the person sees, before and after."""
        return tuple(change for change in self.view.changes if self.scope.sees_officer(change.officer))

    def overdue(self, case: Case) -> dict[str, int]:
        """Days by which a case's visit and review were overdue at the date of the cycle."""
        return self.view.overdue.get(case.case_id, {})

    def overdue_of(self, officer: Officer) -> list[Case]:
        """Cases with the officer that are there for the person and overdue."""
        held = self.force.cases_of.get(officer.officer_id, ())
        return [case for case in held if case.case_id in self.view.overdue and self.sees(case)]

    def over_now(self, officer: Officer) -> bool:
        """Whether an officer is over a limit while everybody is where they are."""
        return officer.officer_id in self.view.over_now

    def sees(self, case: Case) -> bool:
        """Whether a case is there for the person."""
        return self.scope.sees(self.plan.force, case, self.plan.officer_of.get(case.case_id))

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The cases that are there for the person."""
        return tuple(case for case in self.plan.force.cases if self.sees(case))

    @cached_property
    def case_ids(self) -> frozenset[str]:
        """Their ids."""
        return frozenset(case.case_id for case in self.cases)

    def sees_id(self, case_id: str) -> bool:
        """Whether an id is no hidden case's."""
        hidden = self.hidden.cases
        return case_id.strip() not in hidden

    def case(self, case_id: str) -> Case:
        """Find a case.

        Raises
        ------
        NotThere
            When there is none, or not for the person: which of the two is not told.
        """
        case = self.plan.force.case_by_id.get(case_id)
        if case is None or not self.sees(case):
            raise NotThere(f"There is no case {case_id[:80]}.")
        return case

    def officer(self, officer_id: str) -> Officer:
        """Find an officer.

        Raises
        ------
        NotThere
            When there is none, or not for the person.
        """
        officer = self.plan.force.officer_by_id.get(officer_id)
        if officer is None or not self.scope.sees_officer(officer):
            raise NotThere(f"There is no officer {officer_id[:80]}.")
        return officer

    def shows(self, finding: Finding) -> bool:
        """Whether a finding is about somebody whom the person sees."""
        force = self.plan.force
        if finding.case is not None:
            return finding.case in self.case_ids
        if finding.officer is not None:
            return self.scope.sees_officer(force.officer_by_id[finding.officer])
        if finding.premises is not None:
            return self.scope.covers(force.premises_by_id[finding.premises].division)
        return True

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the check finds about cases and officers that the person sees."""
        return tuple(finding for finding in self.checked.findings if self.shows(finding))

    @property
    def planned_already(self) -> bool:
        """Whether an open cycle has a plan: placing a case overtakes it."""
        return self.cycle.state in OPEN and self.view.frozen is not None

    def division_words(self, case: Case) -> str:
        """The division that a case counts in, with its own where it is at premises of another."""
        home = self.plan.force.home(case)
        return home if home == case.division else f"{home} (while at {case.premises}; own division {case.division})"

    @cached_property
    def hidden(self) -> Hidden:
        """What of the plan is not there for the person."""
        return hidden(self.plan.force, self.scope, self.plan)

    def told(self, findings: Iterable[Finding]) -> list[str]:
        """Findings in words, those that are about what the person sees and name nothing else."""
        said = (finding_words(finding, self.hidden) for finding in findings if self.shows(finding))
        return [words for words in said if words is not None]

    @cached_property
    def waiting(self) -> tuple[Case, ...]:
        """Cases that have no officer now and are there for the person, most serious first, then by id."""
        order = {"very_high": 0, "high": 1, "medium": 2, "low": 3}
        return tuple(
            sorted((c for c in self.cases if c.officer is None), key=lambda c: (order[c.risk], -c.level, c.case_id))
        )

    @property
    def divisions(self) -> tuple[str, ...]:
        """Divisions that are the person's business, by name."""
        force = self.force
        found = force.divisions
        return tuple(sorted(division for division in found if self.scope.covers(division)))


def find_view(
    store: Store,
    user: User,
    of: str,
    *,
    cycle_id: int | None = None,
    purpose: str = "supervision",
    details: Mapping[str, Any] | None = None,
    act: str = "read",
) -> ForceView | None:
    """See how the force stands.

    Parameters
    ----------
    store : Store
    user : User
    of : str
        What is looked at, for the log.
    cycle_id : int, optional
        That cycle with its plan; unless given, the open cycle, or the force as the last commit left it. A plan that
        newer data or rules have overtaken is shown on its own cycle alone: everywhere else the force stands as the
        data has it.
    purpose : str
        A code of ``allocator.cycles.codes.PURPOSES``.
    details : mapping, optional
        What else the log should say: which case, which officer.
    act : str
        ``read``, or ``export`` where it leaves the service.

    Returns
    -------
    Standing or None
        None where there is no data yet.

    Raises
    ------
    NotThere
        When there is no such cycle.
    Purged
        When a purge has removed its data.
    """
    with store.writing() as writing:
        connection = writing.connection
        if cycle_id is None:
            newest = last_kept(connection)
            if newest is None:
                return None
            cycle = newest
        elif cycle_id > MOST or not is_cycle(connection, cycle_id):
            raise NotThere(f"There is no cycle {cycle_id}.")
        else:
            cycle = find_cycle(connection, cycle_id)
        view = _view(store, connection, cycle, cycle_id is None)
        told = {"of": of, **(details or {})}
        writing.log.append(user.name, act, told, cycle_id=cycle.id, purpose=purpose)
        return ForceView(user, view)


def _view(store: Store, connection: Connection, cycle: Cycle, newest: bool) -> CycleSnapshot:
    """What there is to see of a version of a cycle, kept at hand for a while: fifty people look at the same."""
    digest = digest_of(connection, cycle.snapshot_id)
    force = load(connection, cycle.snapshot_id)  # which refuses what was purged meanwhile
    at_hand = _AT_HAND.setdefault(store, TTLCache(maxsize=4, ttl=600))
    key = (cycle.id, cycle.version, cycle.state, cycle.snapshot_id, cycle.proposal_id, newest)
    with _TURN:
        known = at_hand.get(key)
    if known is not None:
        return known
    frozen = None if cycle.proposal_id is None else find_proposal(connection, cycle)
    shown = frozen
    if newest and frozen is not None:
        if cycle.state == "committed":
            force = next_force(frozen.plan, cycle.exported)
        if cycle.state not in OPEN or is_overtaken(cycle, frozen):
            shown = None
    view = CycleSnapshot(cycle, force, digest, shown, frozen)
    with _TURN:
        at_hand[key] = view
    return view


def over_a_limit(findings: Iterable[Finding]) -> frozenset[str]:
    """Officers who exceed a limit."""
    return frozenset(f.officer for f in findings if f.kind == "excess" and f.officer is not None)


def load_view(store: Store, user: User, of: str, **options: Any) -> ForceView:
    """See how the force stands, where there has to be one.

    Raises
    ------
    NotThere
        When there is no data yet.
    """
    found = find_view(store, user, of, **options)
    if found is None:
        raise NotThere("There is no data yet.", maybe="import an export first.")
    return found


def require(user: User, right: str) -> None:
    """Refuse what somebody has no right to.

    Raises
    ------
    Denied
    """
    if not user.may(right):
        raise Denied(f"Your role ({user.role}) may not do this.")


def sees_whole_force(user: User) -> bool:
    """Whether somebody works for all divisions: what concerns the whole force is for them alone."""
    return user.scope.divisions is None


def require_whole_force(user: User) -> None:
    """Refuse what concerns the whole force to whoever works for some divisions.

    Raises
    ------
    Denied
    """
    if not sees_whole_force(user):
        raise Denied("This concerns the whole force, so it is for those who work for all divisions.")
