"""Cover: for every case of an officer who is away, who looks after it until they are back. No relationship moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding, GoalValue, Plan
from allocator.domain.result import rules_of
from allocator.errors import InputError, Problem


def cases_to_cover(plan: Plan) -> tuple[Case, ...]:
    """Cases held by an officer who is absent, in the force's order."""
    absent = {officer.officer_id for officer in plan.force.officers if officer.absent}
    return tuple(case for case in plan.force.cases if plan.holder_of[case.case_id] in absent)


@dataclass(frozen=True)
class Cover:
    """For every case to cover under a plan, in the force's order, the officer who covers it or None for nobody.

    Parameters
    ----------
    officers : tuple of (str or None)
        One officer_id a case, aligned with ``cases``.
    """

    plan: Plan
    officers: tuple[str | None, ...]

    def __post_init__(self) -> None:
        if len(self.officers) != len(self.cases):
            raise ValueError(f"{len(self.officers)} officers for {len(self.cases)} cases to cover")
        unknown = set(self.officers) - self.force.officer_by_id.keys() - {None}
        if unknown:
            raise InputError(Problem("cover", "an officer of the force", value=o) for o in sorted(map(str, unknown)))

    @property
    def force(self) -> Force:
        """The force whose officers are away."""
        return self.plan.force

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """Cases to cover, in the force's order."""
        return cases_to_cover(self.plan)

    @cached_property
    def officer_of(self) -> Mapping[str, str | None]:
        """Who covers each case_id."""
        return {case.case_id: officer for case, officer in self}

    def absent(self, case: Case) -> str:
        """Whose case it is."""
        return str(self.plan.holder_of[case.case_id])

    def __iter__(self) -> Iterator[tuple[Case, str | None]]:
        """Each case to cover with the officer who covers it."""
        return zip(self.cases, self.officers, strict=True)


@dataclass(frozen=True, slots=True)
class CoverResult:
    """Checked cover with its proof.

    Attributes
    ----------
    goals : tuple of GoalValue
        uncovered, strain, disruption, fairness: value, bound and whether they meet, in order.
    findings : tuple of Finding
        Notes from the solver-free check.
    insist : mapping of str to tuple of str
        For some case_ids the officers among whom the coverer had to be.
    seconds : float
        Wall-clock time of the solve.
    versions : mapping of str to str
        allocator, ortools, rules, python.
    stopped : str or None
        Why the run ended early, None when it ran to its end.
    """

    cover: Cover
    goals: tuple[GoalValue, ...]
    findings: tuple[Finding, ...]
    seed: int
    seconds: float
    versions: Mapping[str, str]
    stopped: str | None = None
    insist: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def force(self) -> Force:
        """The force whose officers are away."""
        return self.cover.force

    @property
    def plan(self) -> Plan:
        """The plan that says whose each case is."""
        return self.cover.plan

    @property
    def rules(self) -> str:
        """Version of the rules that it was made under."""
        return rules_of(self.versions)

    @property
    def proven(self) -> bool:
        """Whether every goal is proved best."""
        return all(goal.proven for goal in self.goals)
