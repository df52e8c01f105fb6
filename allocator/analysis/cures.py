"""Single changes that would cure what blocks: each is made, and the force as it is then is solved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from allocator.analysis.blocks import BARRING, Member
from allocator.analysis.changes import Change, change_of
from allocator.analysis.changes.cases import CaseChanges
from allocator.analysis.changes.officers import (
    OfficerBuddy,
    OfficerHours,
    OfficerJoins,
    OfficerLinked,
    OfficerOpens,
    OfficerSkilled,
    OfficerTrains,
)
from allocator.analysis.scenario import Scenario, apply_scenario
from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding
from allocator.domain.result import Result
from allocator.rules import RULE
from allocator.rules.base import Rule
from allocator.rules.notes.nobody_can import receiver
from allocator.rules.placement import is_permitted
from allocator.solver.allocate import least_excess
from allocator.solver.pool import SolverPool

MOST = 200  # how far above its present value a limit of the policy is looked for


@dataclass(frozen=True, slots=True)
class Cure:
    """A single change after which a goal is lower.

    Attributes
    ----------
    scenario : Scenario
        The change, as a what-if would make it.
    goal : str
        unplaced or excess.
    before, after : int
        Value of the goal in the best plan without the change and with it.
    """

    scenario: Scenario
    says: str
    goal: str
    before: int
    after: int


class CureSearch:
    """Looks for single changes that better the best plan of a force, and tries each by solving with it."""

    def __init__(self, force: Force, result: Result, pool: SolverPool, seed: int) -> None:
        self.force, self._pool, self._seed = force, pool, seed
        values = {goal.name: goal.value for goal in result.goals}
        self._unplaced, self._excess = values["unplaced"], values["excess"]

    def of_case(self, case: Case) -> Iterator[Cure]:
        """Single changes after which somebody may receive a case."""
        for scenario in self._for_case(case):
            changed = apply_scenario(self.force, scenario)
            if receiver(changed, changed.case_by_id[case.case_id]) is not None:
                left = _least_unplaced(changed)
                if left < self._unplaced:
                    yield Cure(scenario, scenario.name, "unplaced", self._unplaced, left)

    def of_excess(self, finding: Finding, members: Sequence[Member]) -> Iterator[Cure]:
        """Single changes that lower the least excess of the force by as much as one excess."""
        wanted = self._excess - finding.amount
        rules = [RULE[name] for name in dict.fromkeys((*(member.rule for member in members), finding.rule))]
        for scenario in self._for_excess(finding, rules):
            after = self._least(scenario)
            if after is not None and after <= wanted:
                yield Cure(scenario, scenario.name, "excess", self._excess, after)
        for setting in dict.fromkeys(setting for rule in rules for setting in rule.eased_by):
            if setting.eased is None:
                yield from self._smallest(setting.table, setting.key, setting.says, wanted)

    # What is tried

    def _for_case(self, case: Case) -> Iterator[Scenario]:
        home = self.force.home(case)
        for officer in self.force.officers:
            bars = [rule for rule in BARRING.values() if rule.bars(self.force, officer, case)]
            if len(bars) != 1 or officer.officer_id == case.officer:
                continue
            fields = bars[0].lifting_change(self.force, officer, case)
            if fields is not None:
                yield _scenario(change_of(fields))
        premises = [] if case.premises is None else [case.premises]
        yield _scenario(self._joining(home, sorted(case.needs), premises))
        yield from self._switches(BARRING.values())

    def _for_excess(self, finding: Finding, rules: Sequence[Rule]) -> Iterator[Scenario]:
        kinds = {kind for rule in rules for kind in rule.cures}
        division = self.force.division_of(finding.officer, finding.premises)
        near = self.force.officers_of.get(division, ())
        skills = sorted({skill for officer in near for skill in officer.skills})
        premises = sorted({site for officer in near for site in officer.premises})
        if OfficerLinked.id in kinds:
            yield _scenario(self._joining(division, skills, premises))
            for site in premises:
                for officer in near:
                    if officer.status == "open" and site not in officer.premises:
                        yield _scenario(OfficerLinked(officer=officer.officer_id, premises=site))
        else:
            yield _scenario(self._joining(division, skills if OfficerSkilled.id in kinds else [], []))
        for officer in near:
            name = officer.officer_id
            if not officer.trained and officer.serves:
                yield _scenario(OfficerTrains(officer=name))
            if officer.status in ("closed", "absent") and officer.capacity > 0:
                yield _scenario(OfficerOpens(officer=name))
            if OfficerSkilled.id in kinds and set(skills) - officer.skills and officer.status == "open":
                yield _scenario(OfficerSkilled(officer=name, skills=sorted(set(skills) - officer.skills)))
            if officer.capacity < 100 and officer.status == "open":
                yield _scenario(OfficerHours(officer=name, capacity=100))
            if OfficerBuddy.id in kinds and not officer.trained and officer.status == "open":
                for other in near:
                    if other.trained and other.serves:
                        yield _scenario(OfficerBuddy(officer=name, buddy=other.officer_id))
                        break
        if CaseChanges.id in kinds:
            for case in self.force.cases:
                if case.locked and case.officer == finding.officer and is_permitted(self.force, case):
                    yield _scenario(CaseChanges(case=case.case_id, locked=False))
        yield from self._switches(rules)

    def _switches(self, rules: Iterable[Rule]) -> Iterator[Scenario]:
        """Policies under which some rules ask for less, each told once."""
        for setting in dict.fromkeys(setting for rule in rules for setting in rule.eased_by):
            if setting.eased not in (None, getattr(getattr(self.force.policy, setting.table), setting.key)):
                yield _policy(setting.says, setting.table, setting.key, setting.eased)

    # How it is tried

    def _smallest(self, table: str, key: str, what: str, wanted: int) -> Iterator[Cure]:
        """The smallest value of a setting that cures, found by halving; that the one below does not is solved too."""
        present = getattr(getattr(self.force.policy, table), key)
        most = min(present + MOST, 100) if key == "high_risk_percent" else present + MOST

        def cured(value: int) -> int | None:
            after = self._least(_policy("", table, key, value))
            return after if after is not None and after <= wanted else None

        if most <= present or cured(most) is None:
            return
        below, above = present, most
        while above - below > 1:
            middle = (below + above) // 2
            below, above = (below, middle) if cured(middle) is not None else (middle, above)
        after = cured(above)
        if after is not None:
            scenario = _policy(f"{what} {above} instead of {present}", table, key, above)
            yield Cure(scenario, scenario.name, "excess", self._excess, after)

    def _least(self, scenario: Scenario) -> int | None:
        """The least excess after a change; None where that is not proved, or somebody more would have nobody."""
        changed = apply_scenario(self.force, scenario)
        if _least_unplaced(changed) > self._unplaced:
            return None
        least = least_excess(changed, self._pool, self._seed)
        return least.value if least.proven else None

    def _joining(self, division: str, skills: list[str], premises: list[str]) -> Change:
        taken = self.force.officer_by_id
        name = next(name for k in range(1, len(taken) + 2) if (name := f"NEW-{k}") not in taken)
        return OfficerJoins(officer=name, division=division, mosovo="trained", skills=skills, premises=premises)


def _least_unplaced(force: Force) -> int:
    """The least that any plan of a force has of the goal unplaced: the weights of cases that nobody may have."""
    stuck = (case for case in force.cases if not is_permitted(force, case) and receiver(force, case) is None)
    return sum(getattr(force.policy.unplaced, case.risk) for case in stuck)


def _scenario(change: Change) -> Scenario:
    return Scenario.of(change.says().removesuffix("."), change)


def _policy(says: str, table: str, key: str, value: Any) -> Scenario:
    return Scenario.of(says, policy={table: {key: value}})
