"""How the force stands now, or stood in one cycle, as one person sees it; each look at it is logged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.explain import Explanation
from allocator.analysis.officers import OfficerChange
from allocator.app.actors import Actor
from allocator.app.acts import Act, possible_acts
from allocator.app.cycle_snapshots import CycleSnapshot, snapshot_of
from allocator.app.view_scope import ViewScope
from allocator.app.visibility import Hidden, cut_staleness, hidden
from allocator.checking import Checked
from allocator.cycles.staleness import Staleness
from allocator.cycles.states import OPEN
from allocator.db.cycles import MOST, Cycle, find_cycle, is_cycle, last_kept
from allocator.db.proposals import Proposal
from allocator.db.store import Store
from allocator.domain.force import Case, Force, Officer, Premises
from allocator.domain.plan import Finding, Plan
from allocator.errors import NotThere


class PlanView(ABC):
    """A plan as one person sees it."""

    user: Actor

    @property
    @abstractmethod
    def plan(self) -> Plan:
        """All of the plan."""

    @cached_property
    def scope(self) -> ViewScope:
        """What the person sees."""
        return self.user.scope

    def sees(self, case: Case) -> bool:
        """Whether a case is there for the person."""
        return self.scope.sees(self.plan.force, case, self.plan.officer_of.get(case.case_id))

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The cases that are there for the person."""
        return tuple(case for case in self.plan.force.cases if self.sees(case))

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

    def premises(self, premises_id: str) -> Premises:
        """Find premises.

        Raises
        ------
        NotThere
            When there are none, or not for the person.
        """
        for premises in self.scope.premises(self.plan.force):
            if premises.premises_id == premises_id:
                return premises
        raise NotThere(f"There are no premises {premises_id[:80]}.")

    @cached_property
    def hidden(self) -> Hidden:
        """What of the plan is not there for the person."""
        return hidden(self.plan.force, self.scope, self.plan)


@dataclass(frozen=True)
class ForceView(PlanView):
    """A force as one person sees it; what is their business is taken from the view of everything here alone."""

    user: Actor
    view: CycleSnapshot

    @cached_property
    def stale(self) -> Staleness | None:
        """What has overtaken the plan, as far as the person may see it; None where nothing has."""
        return None if self.view.stale is None else cut_staleness(self.view.stale, self.hidden)

    @cached_property
    def hidden(self) -> Hidden:
        """What of the plan, and of the data that has overtaken it, is not there for the person."""
        found = hidden(self.plan.force, self.scope, self.plan)
        return found if self.force is self.plan.force else found | hidden(self.force, self.scope, self.plan)

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
        return self.hidden.cut(self.view.changes)

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

    @cached_property
    def case_ids(self) -> frozenset[str]:
        """Their ids."""
        return frozenset(case.case_id for case in self.cases)

    def sees_id(self, case_id: str) -> bool:
        """Whether an id is no hidden case's."""
        return case_id.strip() not in self.hidden.cases

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the check finds, as far as the person may see it."""
        return self.hidden.cut(self.checked.findings)

    @cached_property
    def report(self) -> Explanation:
        """What there is to say of the plan, as far as the person may see it; only where there is one."""
        return self.hidden.cut(self.view.report)

    @cached_property
    def possible(self) -> Mapping[str, Act]:
        """Acts that the person may do with the cycle now, by name."""
        return possible_acts(self.user, self.cycle, self.view.frozen, stale=self.view.stale is not None)

    @property
    def planned_already(self) -> bool:
        """Whether an open cycle has a plan: placing a case overtakes it."""
        return self.cycle.state in OPEN and self.view.frozen is not None

    def division_words(self, case: Case) -> str:
        """The division that a case counts in, with its own where it is at premises of another."""
        home = self.plan.force.home(case)
        return home if home == case.division else f"{home} (while at {case.premises}; own division {case.division})"

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
        return tuple(sorted(filter(self.scope.covers, self.force.divisions)))


def find_view(
    store: Store,
    user: Actor,
    of: str,
    *,
    cycle_id: int | None = None,
    purpose: str = "supervision",
    details: Mapping[str, Any] | None = None,
    act: str = "read",
    today: bool = False,
) -> ForceView | None:
    """See how the force stands; None where there is no data yet.

    Parameters
    ----------
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
    today : bool
        The force as it stands today, without any plan: who is away, and who covers.

    Raises
    ------
    NotThere
        When there is no such cycle.
    Purged
        When a purge has removed its data.
    """
    with store.writing() as writing:
        connection = writing.connection
        if cycle_id is not None and (cycle_id > MOST or not is_cycle(connection, cycle_id)):
            raise NotThere(f"There is no cycle {cycle_id}.")
        cycle = last_kept(connection) if cycle_id is None else find_cycle(connection, cycle_id)
        if cycle is None:
            return None
        view = snapshot_of(store, connection, cycle, newest=cycle_id is None, today=today)
        told = {"of": of, **(details or {})}
        writing.log.append(user.name, act, told, cycle_id=cycle.id, purpose=purpose)
        return ForceView(user, view)


def load_view(store: Store, user: Actor, of: str, **options: Any) -> ForceView:
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
