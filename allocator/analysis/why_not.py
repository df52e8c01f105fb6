"""Why not this officer: the rules that bar it, or the exact price of insisting."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.analysis.compare import Comparison, compare
from allocator.analysis.effects import bars, pins
from allocator.domain.force import Case, Force, Officer
from allocator.domain.lookup import find_case, find_officer
from allocator.domain.result import Result
from allocator.errors import InputError, Problem
from allocator.solver.allocate import allocate
from allocator.solver.pool import SolverPool, use_pool


@dataclass(frozen=True)
class WhyNot:
    """What stands against an officer having a case.

    Attributes
    ----------
    bars : tuple of str
        Rules that bar it; empty where none does.
    best, insisted : Result or None
        The best plan, and the best of those in which the officer has the case; None where a rule bars it.
    comparison : Comparison or None
        Of the two plans.
    """

    force: Force
    case: Case
    officer: Officer
    bars: tuple[str, ...]
    best: Result | None = None
    insisted: Result | None = None
    comparison: Comparison | None = None

    @property
    def proven(self) -> bool:
        """Whether the price is exact: both plans are proved best."""
        return bool(self.best and self.insisted and self.best.proven and self.insisted.proven)


def why_not(force: Force, case_id: str, officer_id: str, *, seed: int = 0, pool: SolverPool | None = None) -> WhyNot:
    """Find the rules that bar an officer from a case, or what insisting would cost on each goal.

    Raises
    ------
    InputError
        When the force has no such case or officer; both are told at once.
    """
    problems: list[Problem] = []
    for named, typed in ((find_case, case_id), (find_officer, officer_id)):
        try:
            named(force, typed)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    case, officer = find_case(force, case_id), find_officer(force, officer_id)
    why = bars(force, case, officer)
    if officer.officer_id != case.officer:
        why += pins(force, case)
    if why:
        return WhyNot(force, case, officer, why)
    with use_pool(pool) as ready:
        best = allocate(force, seed=seed, pool=ready)
        if best.plan.officer_of[case.case_id] == officer.officer_id:
            insisted = best
        else:
            insisted = allocate(force, seed=seed, pool=ready, insist={case.case_id: [officer.officer_id]})
    return WhyNot(force, case, officer, (), best, insisted, compare(best.plan, insisted.plan))
