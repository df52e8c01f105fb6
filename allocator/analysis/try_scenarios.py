"""Scenarios tried: each plan side by side with the plan of the force as it is."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from statistics import median_low

from allocator.analysis.compare import Comparison, compare
from allocator.analysis.scenario import Scenario, apply_scenario
from allocator.caseloads import fair_percent
from allocator.domain.force import Force
from allocator.domain.result import Progress, Result
from allocator.errors import InputError, Problem
from allocator.rules.ledger import Ledger
from allocator.rules.placement import is_permitted
from allocator.solver.allocate import allocate
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


@dataclass(frozen=True)
class ScenarioPlan:
    """The plan of a force as a scenario makes it, or as it is.

    Attributes
    ----------
    scenario : Scenario or None
        None for the force as it is.
    comparison : Comparison or None
        With the plan of the force as it is; None for that itself.
    """

    scenario: Scenario | None
    result: Result
    comparison: Comparison | None

    @property
    def name(self) -> str:
        """The scenario's name."""
        return WITHOUT if self.scenario is None else self.scenario.name

    @property
    def force(self) -> Force:
        """The force that was allocated."""
        return self.result.force

    @cached_property
    def optional_moves(self) -> int:
        """Cases moved that could have stayed."""
        return sum(1 for case in self.result.plan.actions["moved"] if is_permitted(self.force, case))

    @property
    def other_moves(self) -> int:
        """Cases moved that could not stay."""
        return len(self.result.plan.actions["moved"]) - self.optional_moves

    @cached_property
    def excess_by_division(self) -> dict[str, int]:
        """Cases above limits in every division that has officers, that of premises' shortfalls being theirs."""
        found = dict.fromkeys(sorted(self.force.officers_of), 0)
        for finding in self.result.excesses:
            division = self.force.division_of(finding.officer, finding.premises)
            found[division] = found.get(division, 0) + finding.amount
        return found

    @cached_property
    def moves_by_division(self) -> dict[str, int]:
        """Cases moved of every home that has officers."""
        count = Counter(self.force.home(case) for case in self.result.plan.actions["moved"])
        return dict.fromkeys(sorted(self.force.officers_of), 0) | dict(sorted(count.items()))

    @cached_property
    def affected(self) -> tuple[str, ...]:
        """Officers who give up or receive a current case, in the force's order."""
        plan = self.result.plan
        moved = {name for case in plan.actions["moved"] for name in (case.officer, plan.officer_of[case.case_id])}
        return tuple(officer.officer_id for officer in self.force.officers if officer.officer_id in moved)

    @cached_property
    def spread(self) -> Spread | None:
        """Spread of workload; None where nobody counts in fairness or there is nothing to share."""
        ledger = Ledger(self.result.plan)
        shares = tuple(
            (officer.officer_id, percent)
            for officer in self.force.officers
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

    with use_pool(pool) as ready:
        base = ScenarioPlan(None, solved(WITHOUT, force), None)
        tried: list[ScenarioPlan] = []
        stopped = _interruption(base.result)
        try:
            for scenario, changed in zip(scenarios, forces, strict=True):
                if stopped is not None:
                    break
                result = solved(scenario.name, changed)
                tried.append(ScenarioPlan(scenario, result, compare(base.result.plan, result.plan)))
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
