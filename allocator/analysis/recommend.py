"""Who should have one case: every officer ranked by the exact effect of giving it to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.compare import GoalPair, goal_pairs
from allocator.analysis.effects import Candidate, Effects, bars, candidates, pins
from allocator.domain.force import Case, Force, Officer
from allocator.domain.lookup import find_case
from allocator.domain.plan import Plan
from allocator.domain.result import Result
from allocator.solver.allocate import allocate
from allocator.solver.pool import SolverPool, use_pool


@dataclass(frozen=True, slots=True)
class Replanned:
    """The best plan in which an officer has the case.

    Attributes
    ----------
    goals : tuple of GoalPair
        Each goal of the best plan of all, and of this one.
    others : int
        Other current cases that move in it.
    """

    result: Result
    goals: tuple[GoalPair, ...]
    others: int


@dataclass(frozen=True)
class Recommendation:
    """Officers ranked for one case.

    Attributes
    ----------
    candidates : tuple of Candidate
        Those who may have it, best first.
    best : Candidate or None
        The first of them, also where a person does not see their row; None where nobody may have it.
    more : int
        Further ones that were not asked for.
    barred : mapping of Officer to tuple of str
        Those who may not, with every rule that bars them.
    pins : tuple of str
        Rules that keep the case where it is.
    replanned : mapping of str to Replanned
        For each officer_id, where the rest was planned anew.
    stopped : str or None
        Why planning anew ended early, None if it did not.
    """

    force: Force
    case: Case
    candidates: tuple[Candidate, ...]
    best: Candidate | None
    more: int
    barred: tuple[tuple[Officer, tuple[str, ...]], ...]
    pins: tuple[str, ...]
    replanned: Mapping[str, Replanned] = field(default_factory=dict)
    stopped: str | None = None


def recommend(
    force: Force,
    case_id: str,
    *,
    top: int | None = None,
    replan: bool = False,
    seed: int = 0,
    pool: SolverPool | None = None,
    progress: Callable[[int, int], None] | None = None,
    effects: Effects | None = None,
) -> Recommendation:
    """Rank the officers for one case by the exact effect of giving it to them.

    Everything else is left as it stands: current cases with their officers, other new ones with nobody.

    Parameters
    ----------
    top : int, optional
        How many of the best to give; all unless given.
    replan : bool
        Whether to plan the rest anew for each officer, and rank by the goals of those plans.
    pool : SolverPool, optional
        For planning anew.
    progress : callable, optional
        Told for how many officers the rest is planned, and of how many.
    effects : Effects, optional
        Of the force as it stands, where they are known already.

    Returns
    -------
    Recommendation
        Ctrl-C keeps what has been planned anew, those officers first.

    Raises
    ------
    InputError
        When the force has no such case.
    """
    case = find_case(force, case_id)
    ranked = candidates(effects or Effects(CachedLedger(Plan.as_it_stands(force))), case)
    found: dict[str, Replanned] = {}
    stopped = None
    if replan:
        pinned = pins(force, case)
        able = [one for one in ranked if one.stays or not pinned]
        with use_pool(pool) as ready:
            stopped = _replan(force, case, able, found, seed, ready, progress)

        def rank(one: Candidate) -> tuple[tuple[int, ...], str]:
            name = one.officer.officer_id
            return tuple(pair.second for pair in found[name].goals), name

        known = [one for one in ranked if one.officer.officer_id in found]
        ranked = sorted(known, key=rank) + [one for one in ranked if one not in known]
    barred = tuple((officer, why) for officer in force.officers if (why := bars(force, case, officer)))
    count = len(ranked) if top is None else top
    return Recommendation(
        force=force,
        case=case,
        candidates=tuple(ranked[:count]),
        best=ranked[0] if ranked else None,
        more=len(ranked[count:]),
        barred=barred,
        pins=pins(force, case),
        replanned=found,
        stopped=stopped,
    )


def _replan(
    force: Force,
    case: Case,
    able: list[Candidate],
    found: dict[str, Replanned],
    seed: int,
    pool: SolverPool,
    progress: Callable[[int, int], None] | None,
) -> str | None:
    """Plan the rest anew for each officer; why that ended early, None if it did not."""
    best = allocate(force, seed=seed, pool=pool)
    if best.stopped is not None:
        return best.stopped
    for done, candidate in enumerate(able):
        if progress is not None:
            progress(done, len(able))
        name = candidate.officer.officer_id
        result = allocate(force, seed=seed, pool=pool, insist={case.case_id: [name]})
        if result.stopped is not None:
            return result.stopped
        others = sum(1 for other in result.plan.actions["moved"] if other.case_id != case.case_id)
        found[name] = Replanned(result, goal_pairs(best, result), others)
    return None
