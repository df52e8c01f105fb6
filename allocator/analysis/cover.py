"""Cover explained: why this officer, who else and at what price, and who may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from allocator.analysis.compare import GoalPair
from allocator.domain.cover import CoverResult
from allocator.domain.force import Case
from allocator.domain.lookup import find
from allocator.rules.cover.ledger import CoverLedger
from allocator.rules.cover.who_may import cover_bar
from allocator.solver.cover import solve_cover
from allocator.solver.pool import SolverPool, use_pool


@dataclass(frozen=True, slots=True)
class CoveredCase:
    """One case to cover, and who may cover it.

    Attributes
    ----------
    absent : str
        Whose case it is.
    officer : str or None
        Who covers it.
    may : tuple of str
        All who may, in the force's order.
    former : frozenset of str
        Those of them who have managed it before.
    """

    case: Case
    absent: str
    officer: str | None
    may: tuple[str, ...]
    former: frozenset[str]

    @property
    def goes_on(self) -> bool:
        """Whether who covers it now goes on."""
        return self.officer is not None and self.officer == self.case.covered_by


class CoverExplanation:
    """Cover with what is told of it: each case, and what each officer carries with it."""

    def __init__(self, result: CoverResult) -> None:
        self.result, self.force, self.ledger = result, result.force, CoverLedger(result.cover)

    @cached_property
    def cases(self) -> tuple[CoveredCase, ...]:
        """Each case to cover, in the force's order."""
        ledger, found = self.ledger, []
        for case, officer in self.result.cover:
            may = ledger.may(case)
            known = frozenset(who for who in may if who in case.former)
            found.append(CoveredCase(case, ledger.cover.absent(case), officer, may, known))
        return tuple(found)

    @cached_property
    def of_absent(self) -> Mapping[str, tuple[CoveredCase, ...]]:
        """Cases of each officer who is away, in the force's order."""
        found: dict[str, list[CoveredCase]] = {}
        for one in self.cases:
            found.setdefault(one.absent, []).append(one)
        return {who: tuple(found[who]) for who in (o.officer_id for o in self.force.officers) if who in found}


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
    """

    covered: CoveredCase
    others: tuple[OtherCover, ...]
    barred: Mapping[str, str]


def why_cover(result: CoverResult, case_id: str, *, pool: SolverPool | None = None) -> WhyCover:
    """Find why a case is covered by whom it is, and the exact price of each other officer.

    Raises
    ------
    InputError
        When it is not a case to cover.
    """
    explanation = CoverExplanation(result)
    covered = find({one.case.case_id: one for one in explanation.cases}, case_id, "--case", "a case to cover")
    case, others = covered.case, []
    with use_pool(pool) as ready:
        for officer in covered.may:
            if officer == covered.officer:
                continue
            insisted = solve_cover(
                result.plan, seed=result.seed, pool=ready, insist={**result.insist, case.case_id: (officer,)}
            )
            pairs = zip(result.goals, insisted.goals, strict=True)
            goals = tuple(GoalPair(one.name, one.value, other.value) for one, other in pairs)
            others.append(OtherCover(officer, officer in covered.former, goals, result.proven and insisted.proven))
    others.sort(key=lambda other: tuple(pair.second for pair in other.goals))
    barred = {
        officer.officer_id: rule
        for officer in result.force.officers
        if officer.officer_id != covered.absent and (rule := cover_bar(result.force, officer, case)) is not None
    }
    return WhyCover(covered, tuple(others), barred)
