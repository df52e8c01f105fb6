"""Two plans side by side: who differs, and what that does to every goal and officer. No solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from allocator.caseloads import Caseload, caseload
from allocator.checking import Checked, check
from allocator.domain.plan import Finding, Plan
from allocator.domain.result import Result
from allocator.rules.ledger import Ledger

About = tuple[str, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class GoalPair:
    """One goal under both plans."""

    name: str
    first: int
    second: int

    @property
    def difference(self) -> int:
        """What the second has more than the first."""
        return self.second - self.first


@dataclass(frozen=True, slots=True)
class CaseDifference:
    """A case with another officer in the second plan than in the first, or of one force alone.

    Attributes
    ----------
    division : str
        Its home.
    present : str or None
        Its current officer.
    first, second : str or None
        Officer in each plan; None for nobody.
    in_first, in_second : bool
        Whether the plan's force has the case.
    """

    case_id: str
    division: str
    present: str | None
    first: str | None
    second: str | None
    in_first: bool
    in_second: bool


@dataclass(frozen=True, slots=True)
class OfficerPair:
    """One officer under both plans.

    Attributes
    ----------
    first, second : Caseload or None
        None where the plan's force does not have the officer.
    gained, lost : tuple of str
        Cases that only the second, and only the first plan gives them.
    """

    officer_id: str
    division: str
    first: Caseload | None
    second: Caseload | None
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether anything about the officer differs."""
        return bool(self.gained or self.lost) or self.first != self.second


@dataclass(frozen=True, slots=True)
class FindingPair:
    """An excess or broken rule that one plan has more of than the other.

    Attributes
    ----------
    finding : Finding
        As the plan that has more of it has it.
    first, second : int
        Amount in each plan.
    """

    finding: Finding
    first: int
    second: int


@dataclass(frozen=True)
class Comparison:
    """What the second plan has other than the first.

    Attributes
    ----------
    goals : tuple of GoalPair
        In their strict order.
    officers : tuple of OfficerPair
        Every officer of either force.
    findings : tuple of FindingPair
        Excesses and broken rules that differ.
    broken : tuple of (tuple of Finding, tuple of Finding)
        Rules that each plan breaks.
    differing : int
        Number of cases with another officer; ``cases`` may list fewer, where a person may not see all.
    """

    first: Plan
    second: Plan
    goals: tuple[GoalPair, ...]
    cases: tuple[CaseDifference, ...]
    officers: tuple[OfficerPair, ...]
    findings: tuple[FindingPair, ...]
    broken: tuple[tuple[Finding, ...], tuple[Finding, ...]]
    differing: int

    @property
    def decisive(self) -> GoalPair | None:
        """The first goal on which the two differ: it decides which is better. None where they are level."""
        return next((pair for pair in self.goals if pair.difference), None)


def compare(first: Plan, second: Plan) -> Comparison:
    """Compare two plans, of one force or of a force and what a scenario made of it."""
    found = check(first), check(second)
    cases = tuple(_differences(first, second))
    return Comparison(
        first=first,
        second=second,
        goals=tuple(GoalPair(name, value, found[1].goals[name]) for name, value in found[0].goals.items()),
        cases=cases,
        officers=tuple(_officers(first, second, cases)),
        findings=tuple(finding_pairs(*map(_breaches, found))),
        broken=(found[0].broken, found[1].broken),
        differing=len(cases),
    )


def _differences(first: Plan, second: Plan) -> list[CaseDifference]:
    found = []
    for case_id in {**first.officer_of, **second.officer_of}:
        in_first, in_second = case_id in first.officer_of, case_id in second.officer_of
        one, other = first.officer_of.get(case_id), second.officer_of.get(case_id)
        if in_first != in_second or one != other:
            force = second.force if in_second else first.force
            case = force.case_by_id[case_id]
            found.append(CaseDifference(case_id, force.home(case), case.officer, one, other, in_first, in_second))
    return found


def _officers(first: Plan, second: Plan, cases: tuple[CaseDifference, ...]) -> list[OfficerPair]:
    gained: dict[str, list[str]] = {}
    lost: dict[str, list[str]] = {}
    for case in cases:
        if case.first is not None:
            lost.setdefault(case.first, []).append(case.case_id)
        if case.second is not None:
            gained.setdefault(case.second, []).append(case.case_id)
    before, after = _caseloads(first), _caseloads(second)
    division = {o.officer_id: o.division for force in (first.force, second.force) for o in force.officers}
    return [
        OfficerPair(
            officer_id,
            division[officer_id],
            before.get(officer_id),
            after.get(officer_id),
            tuple(gained.get(officer_id, ())),
            tuple(lost.get(officer_id, ())),
        )
        for officer_id in {**before, **after}
    ]


def _caseloads(plan: Plan) -> Mapping[str, Caseload]:
    ledger = Ledger(plan)
    return {officer.officer_id: caseload(ledger, officer) for officer in plan.force.officers}


def finding_pairs(first: Iterable[Finding], second: Iterable[Finding]) -> list[FindingPair]:
    """Findings about the same that differ in their amount; one that is missing has none."""
    one, other = ({about(finding): finding for finding in found} for found in (first, second))
    pairs = []
    for key in {**one, **other}:
        before, after = one.get(key), other.get(key)
        amounts = before.amount if before else 0, after.amount if after else 0
        more = after if amounts[1] > amounts[0] else before
        if amounts[0] != amounts[1] and more is not None:
            pairs.append(FindingPair(more, *amounts))
    return pairs


def _breaches(checked: Checked) -> list[Finding]:
    return [*checked.broken, *(finding for finding in checked.findings if finding.kind == "excess")]


def about(finding: Finding) -> About:
    """What a finding is about: findings of two plans about the same are compared."""
    return finding.rule, finding.officer, finding.premises, finding.case


def goal_pairs(first: Result, second: Result) -> tuple[GoalPair, ...]:
    """Each goal of two runs, in order."""
    pairs = zip(first.goals, second.goals, strict=True)
    return tuple(GoalPair(one.name, one.value, other.value) for one, other in pairs)
