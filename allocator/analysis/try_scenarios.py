"""Scenarios tried: each plan side by side with the plan of the force as it is."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median_low

from allocator.analysis.compare import Comparison, compare
from allocator.analysis.scenario import Scenario, apply_scenario
from allocator.caseloads import fair_percent
from allocator.domain.cover import cases_to_cover
from allocator.domain.force import Force
from allocator.domain.plan import GoalValue, Plan
from allocator.domain.result import Progress, Result
from allocator.errors import InputError, Problem
from allocator.rules.ledger import Ledger
from allocator.rules.notes.cover import Cover
from allocator.rules.placement import is_permitted
from allocator.solver.allocate import allocate
from allocator.solver.cover import solve_cover
from allocator.solver.pool import SolverPool, use_pool

WITHOUT = "without the change"  # what the plan is called beside which scenarios are tried


@dataclass(frozen=True, slots=True)
class Spread:
    """How workload is spread, in whole percent of the fair share.

    Attributes
    ----------
    least, middle, most : int
        Over the officers who count in fairness; the middle one is the lower median.
    shares : tuple of (str, int)
        Each of them with their percent.
    """

    least: int
    middle: int
    most: int
    shares: tuple[tuple[str, int], ...]

    @property
    def most_less_least(self) -> int:
        """How far apart the two are, in percent of the fair share."""
        return self.most - self.least


@dataclass(frozen=True, slots=True)
class Absence:
    """What an absent officer leaves to be covered.

    Attributes
    ----------
    officer_id : str
    cases, high_risk : int
        Cases held, and those of them that are high risk.
    """

    officer_id: str
    cases: int
    high_risk: int


@dataclass(frozen=True, slots=True)
class CoverOutcome:
    """What covering the cases of absent officers comes to under a plan.

    Attributes
    ----------
    uncovered : int
        Cases that nobody may cover.
    officers : int
        Who cover the others.
    goals : tuple of GoalValue
        uncovered, strain, disruption, fairness.
    """

    uncovered: int
    officers: int
    goals: tuple[GoalValue, ...]

    @property
    def strain(self) -> float:
        """Cases that cover adds above limits."""
        return next(goal.value for goal in self.goals if goal.name == "strain") / 100


@dataclass(frozen=True)
class ScenarioPlan:
    """The plan of a force as a scenario makes it, or as it is.

    Figures are kept beside what they count: a person may be shown fewer officers, cases and findings.

    Attributes
    ----------
    scenario : Scenario or None
        None for the force as it is.
    comparison : Comparison or None
        With the plan of the force as it is; None for that itself.
    optional_moves, other_moves : int
        Number of moved cases that could have stayed, and of those that could not.
    differing : int
        Number of cases of both forces that have another officer than in the plan of the force as it is.
    excess_by_division : mapping of str to int
        Cases above limits in every division that has officers, that of premises' shortfalls being theirs.
    moves_by_division : mapping of str to int
        Cases moved of every home that has officers.
    affected : tuple of str
        Officers who give up or receive a current case, in the force's order.
    unplaced : tuple of str
        Cases that have nobody, in the force's order.
    to_cover, high_risk_to_cover : int
        Cases of absent officers, and those of them that are high risk.
    absences : tuple of Absence
        Absent officers who hold any.
    cover : CoverOutcome or None
        Of their cases; None where they hold none, and of a run of an earlier version.
    spread : Spread or None
        Of workload; None where nobody counts in fairness or there is nothing to share.
    """

    scenario: Scenario | None
    result: Result
    comparison: Comparison | None
    optional_moves: int
    other_moves: int
    differing: int
    excess_by_division: Mapping[str, int]
    moves_by_division: Mapping[str, int]
    affected: tuple[str, ...]
    unplaced: tuple[str, ...]
    to_cover: int
    high_risk_to_cover: int
    absences: tuple[Absence, ...]
    cover: CoverOutcome | None
    spread: Spread | None

    @property
    def name(self) -> str:
        """The scenario's name."""
        return WITHOUT if self.scenario is None else self.scenario.name

    @property
    def force(self) -> Force:
        """The force that was allocated."""
        return self.result.force


def describe_plan(
    scenario: Scenario | None, result: Result, base: Plan | None = None, cover: CoverOutcome | None = None
) -> ScenarioPlan:
    """Describe the plan of a scenario, beside that of the force as it is.

    Parameters
    ----------
    scenario : Scenario or None
    result : Result
    cover : CoverOutcome, optional
        Of the cases of absent officers under the plan.
    base : Plan, optional
        Of the force as it is; none where that is what is described.
    """
    force, plan = result.force, result.plan
    moved = plan.actions["moved"]
    optional = sum(1 for case in moved if is_permitted(force, case))
    concerned = {name for case in moved for name in (case.officer, plan.officer_of[case.case_id])}
    excess = dict.fromkeys(sorted(force.officers_of), 0)
    for finding in result.excesses:
        division = force.division_of(finding.officer, finding.premises)
        excess[division] = excess.get(division, 0) + finding.amount
    moves = Counter(force.home(case) for case in moved)
    absences = tuple(_absences(result))
    comparison = None if base is None else compare(base, plan)
    return ScenarioPlan(
        scenario=scenario,
        result=result,
        comparison=comparison,
        optional_moves=optional,
        other_moves=len(moved) - optional,
        differing=0 if comparison is None else sum(1 for c in comparison.cases if c.in_first and c.in_second),
        excess_by_division=excess,
        moves_by_division=dict.fromkeys(sorted(force.officers_of), 0) | dict(sorted(moves.items())),
        affected=tuple(officer.officer_id for officer in force.officers if officer.officer_id in concerned),
        unplaced=tuple(case.case_id for case in plan.actions["unplaced"]),
        to_cover=sum(one.cases for one in absences),
        high_risk_to_cover=sum(one.high_risk for one in absences),
        absences=absences,
        cover=cover,
        spread=_spread(plan),
    )


def _absences(result: Result) -> Iterator[Absence]:
    force = result.force
    for finding in result.findings:
        if finding.rule == Cover.id and finding.officer is not None:
            held = [force.case_by_id[case_id] for case_id in finding.facts["cases"]]
            yield Absence(finding.officer, len(held), sum(map(force.high_risk, held)))


def _spread(plan: Plan) -> Spread | None:
    ledger = Ledger(plan)
    shares = tuple(
        (officer.officer_id, percent)
        for officer in plan.force.officers
        if (percent := fair_percent(ledger, officer)) is not None
    )
    figures = [percent for _, percent in shares]
    return Spread(min(figures), median_low(figures), max(figures), shares) if figures else None


@dataclass(frozen=True)
class WhatIf:
    """A force as it is, and as scenarios make it.

    Attributes
    ----------
    tried : tuple of ScenarioPlan
        In the order asked for; fewer where the run was cut short.
    stopped : str or None
        Why it ended early, None if it did not.
    """

    base: ScenarioPlan
    tried: tuple[ScenarioPlan, ...]
    seconds: float
    stopped: str | None

    @property
    def all(self) -> tuple[ScenarioPlan, ...]:
        """The base and what was tried."""
        return (self.base, *self.tried)


def try_scenarios(
    force: Force,
    scenarios: Sequence[Scenario],
    *,
    seed: int = 0,
    time_limit: float | None = None,
    progress: Callable[[str, Progress], None] | None = None,
    pool: SolverPool | None = None,
) -> WhatIf:
    """Plan a force as it is and as each scenario makes it.

    Parameters
    ----------
    time_limit : float, optional
        Seconds for each plan.
    progress : callable, optional
        Told the name of the scenario at hand with where its run stands.

    Returns
    -------
    WhatIf
        Ctrl-C keeps the plans so far, once there is that of the force as it is.

    Raises
    ------
    InputError
        With every problem of every scenario, before anything is computed.
    """
    begun = time.time()
    forces = apply_scenarios(force, scenarios)

    def solved(name: str, of: Force) -> Result:
        report = None if progress is None else partial(progress, name)
        return allocate(of, seed=seed, time_limit=time_limit, progress=report, pool=ready)

    def covered(plan: Plan) -> CoverOutcome | None:
        if not cases_to_cover(plan):
            return None
        found = solve_cover(plan, seed=seed, time_limit=time_limit, pool=ready)
        who = set(found.cover.officers) - {None}
        return CoverOutcome(found.cover.officers.count(None), len(who), found.goals)

    with use_pool(pool) as ready:
        first = solved(WITHOUT, force)
        base = describe_plan(None, first, cover=covered(first.plan))
        tried: list[ScenarioPlan] = []
        stopped = _interruption(base.result)
        try:
            for scenario, changed in zip(scenarios, forces, strict=True):
                if stopped is not None:
                    break
                result = solved(scenario.name, changed)
                tried.append(describe_plan(scenario, result, base.result.plan, covered(result.plan)))
                stopped = _interruption(result)
        except KeyboardInterrupt:  # between two solves, or before one had anything to keep
            stopped = "interrupted"
    return WhatIf(base, tuple(tried), time.time() - begun, stopped)


def apply_scenarios(force: Force, scenarios: Sequence[Scenario]) -> list[Force]:
    """The force as each scenario makes it; problems of all of them at once."""
    forces: list[Force] = []
    problems: list[Problem] = []
    names = Counter([WITHOUT, *(scenario.name for scenario in scenarios)])
    for scenario in scenarios:
        if names[scenario.name] > 1:
            expected = "a name that no other plan of the run has"
            problems.append(scenario.layers[-1].problem(("name",), "name", scenario.name, expected, None))
        try:
            forces.append(apply_scenario(force, scenario))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return forces


def _interruption(result: Result) -> str | None:
    return result.stopped if result.stopped == "interrupted" else None
