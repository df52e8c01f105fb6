"""Cover explained: why this officer, who else and at what price, and who may not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from allocator.analysis.compare import GoalPair
from allocator.domain.cover import CoverResult
from allocator.domain.force import Case
from allocator.domain.lookup import find
from allocator.domain.plan import Finding, GoalValue
from allocator.errors import InputError, Problem
from allocator.rules.cover.ledger import CoverLedger
from allocator.rules.cover.who_may import cover_bar
from allocator.rules.notes.overdue import delays
from allocator.solver.cover import solve_cover
from allocator.solver.pool import SolverPool, use_pool


@dataclass(frozen=True, slots=True)
class CoveredCase:
    """One case to cover, and who may cover it.

    Attributes
    ----------
    home : str
        Division that it counts in.
    absent : str
        Whose case it is.
    covers : str or None
        Who covers it.
    may : tuple of str
        All who may, in the force's order.
    former : frozenset of str
        Those of them who have managed it before.
    overdue : mapping of str to int
        Days by which a visit or review is overdue.
    insisted : bool
        Whether somebody insisted on who covers it.
    """

    case: Case
    home: str
    absent: str
    covers: str | None
    may: tuple[str, ...]
    former: frozenset[str]
    overdue: Mapping[str, int]
    insisted: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether who covers it now goes on."""
        return self.covers is not None and self.covers == self.case.covered_by


@dataclass(frozen=True)
class CoverExplanation:
    """Cover with what is told of it, without the force.

    Attributes
    ----------
    name : str
        Of the force.
    percent : int
        What a covered case counts of its load.
    cases : tuple of CoveredCase
        Each case to cover, in the force's order.
    """

    name: str
    cycle_date: date
    percent: int
    goals: tuple[GoalValue, ...]
    cases: tuple[CoveredCase, ...]
    findings: tuple[Finding, ...]
    seed: int
    seconds: float
    versions: Mapping[str, str]
    stopped: str | None

    @property
    def away(self) -> tuple[str, ...]:
        """Officers who are away with cases, by their first case."""
        return tuple(dict.fromkeys(one.absent for one in self.cases))

    def of_absent(self, officer_id: str) -> tuple[CoveredCase, ...]:
        """Cases of an officer who is away, in the force's order."""
        return tuple(one for one in self.cases if one.absent == officer_id)


def explain_cover(result: CoverResult) -> CoverExplanation:
    """Put beside each case who may cover it, and who knows it."""
    force, ledger, cases = result.force, CoverLedger(result.cover), []
    for case, officer in result.cover:
        may = ledger.may(case)
        known = frozenset(who for who in may if who in case.former)
        absent = result.cover.absent(case)
        insisted = case.case_id in result.insist
        cases.append(CoveredCase(case, force.home(case), absent, officer, may, known, delays(force, case), insisted))
    return CoverExplanation(
        name=force.name,
        cycle_date=force.cycle_date,
        percent=force.policy.cover.percent,
        goals=result.goals,
        cases=tuple(cases),
        findings=result.findings,
        seed=result.seed,
        seconds=result.seconds,
        versions=result.versions,
        stopped=result.stopped,
    )


@dataclass(frozen=True, slots=True)
class OtherCover:
    """Another officer who may cover a case, and what the best cover costs in which they do.

    Attributes
    ----------
    goals : tuple of GoalPair
        Under the best cover, and under the best of those in which this officer covers the case.
    proven : bool
        Whether that price is exact.
    """

    officer: str
    former: bool
    goals: tuple[GoalPair, ...]
    proven: bool


@dataclass(frozen=True)
class WhyCover:
    """Why a case is covered by whom it is.

    Attributes
    ----------
    others : tuple of OtherCover
        All others who may cover it, those that cost least first.
    barred : mapping of str to str
        First rule that bars each officer who may not, save who is away.
    stopped : str or None
        Why not all prices are known, None where they are.
    """

    covered: CoveredCase
    others: tuple[OtherCover, ...]
    barred: Mapping[str, str]
    stopped: str | None = None


def why_cover(
    result: CoverResult,
    case_id: str,
    *,
    pool: SolverPool | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> WhyCover:
    """Find why a case is covered by whom it is, and the exact price of each other officer.

    Parameters
    ----------
    progress : callable, optional
        Told how many prices are known, of how many.

    Returns
    -------
    WhyCover
        Ctrl-C keeps the prices so far.

    Raises
    ------
    InputError
        When it is not a case to cover.
    """
    known = {one.case.case_id: one for one in explain_cover(result).cases}
    if case_id.strip() not in known and case_id.strip() in result.force.case_by_id:
        raise InputError([Problem("--case", "a case whose officer is absent", value=case_id)])
    covered = find(known, case_id, "--case", "a case to cover")
    case, others, stopped = covered.case, list[OtherCover](), None
    choices = [officer for officer in covered.may if officer != covered.covers]
    with use_pool(pool) as ready:
        try:
            for officer in choices:
                insist = {**result.insist, case.case_id: (officer,)}
                insisted = solve_cover(result.plan, seed=result.seed, pool=ready, insist=insist)
                if stopped := insisted.stopped:
                    break
                pairs = zip(result.goals, insisted.goals, strict=True)
                goals = tuple(GoalPair(one.name, one.value, other.value) for one, other in pairs)
                proven = result.proven and insisted.proven
                others.append(OtherCover(officer, officer in covered.former, goals, proven))
                if progress is not None:
                    progress(len(others), len(choices))
        except KeyboardInterrupt:  # between two solves
            stopped = "interrupted"
    others.sort(key=lambda other: tuple(pair.second for pair in other.goals))
    barred = {
        officer.officer_id: rule
        for officer in result.force.officers
        if officer.officer_id != covered.absent and (rule := cover_bar(result.force, officer, case)) is not None
    }
    return WhyCover(covered, tuple(others), barred, stopped)
