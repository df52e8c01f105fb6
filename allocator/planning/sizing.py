"""How many officers: the fewest that keep every caseload within the target, in so many of 100 futures.

Each division is sized by itself, since no rule ties it to the others; where officers may take cases of other
divisions, the force is sized as one. The search begins at a bound that needs no solving: in a future whose cases
exceed the limits of all officers together, or whose high-risk cases exceed the share of all cases, no plan is within
limits. From there it goes up until a staffing holds, and bisects, or down as long as one does. Staffings are compared
on the same futures, and each is tried on no more of them than it takes to tell which side of the target it is on, or
that too many have failed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from allocator.domain.force import Force
from allocator.errors import AllocatorError
from allocator.planning.bound import Target, lower_bound
from allocator.planning.future import cut_divisions
from allocator.planning.marginals import NEXT, Marginal, marginals
from allocator.planning.runs import Futures
from allocator.planning.settings import Planning
from allocator.planning.staffing import Headcount, headcount_of
from allocator.planning.trials import DivisionTrials, Trial

CLIMB = 12  # officers above the bound, or above those there are, up to whom is looked; twice as many where that is more


@dataclass(frozen=True, slots=True)
class Attainable:
    """What can be kept where no staffing keeps the target.

    Attributes
    ----------
    officers : int
        As many as there are, or as the limits alone ask for.
    excess : int
        Kept within in the asked share of futures.
    unplaced : int
        Futures in which somebody was without an officer, after the first cycles.
    """

    officers: int
    excess: int
    unplaced: int
    futures: int


@dataclass(frozen=True)
class Sized:
    """The answer for one division.

    Attributes
    ----------
    division : str
        Empty for the whole force.
    needed : Headcount or None
        None where no staffing keeps the target.
    bound : int
        Fewest officers by the limits themselves.
    answer : Trial
        The staffing that is needed, as it was tried; where there is none, the best that was tried.
    tried : tuple of Trial
        All of them, in order.
    why_not : str or None
        Why no staffing can: ``share`` (the division's own high-risk share is above the limit) or ``search`` (none of
        those looked at holds).
    marginals : tuple of Marginal
        Beside the officers there are.
    """

    division: str
    now: Headcount
    needed: Headcount | None
    bound: int
    answer: Trial
    tried: tuple[Trial, ...]
    why_not: str | None = None
    attainable: Attainable | None = None
    marginals: tuple[Marginal, ...] = ()


@dataclass(frozen=True)
class Sizing:
    """The answer.

    Attributes
    ----------
    most : int
        Futures at most for one staffing.
    stopped : bool
        Whether Ctrl-C ended it; what is known is here.
    """

    force: Force
    target: Target
    horizon: int
    divisions: tuple[Sized, ...]
    futures_run: int
    most: int
    stopped: bool = False


def size(force: Force, planning: Planning, target: Target, futures: Futures, *, most: int) -> Sizing:
    """Find the fewest officers that keep the target, on so many futures at most for one staffing.

    Returns
    -------
    Sizing
        Ctrl-C ends it early with the divisions that are known.

    Raises
    ------
    AllocatorError
        When it was stopped before anything was known.
    """
    crossing = force.policy.divisions.cross
    names = [""] if crossing else sorted(force.divisions)
    found: list[Sized] = []
    stopped = False
    try:
        for name in names:
            part = force if crossing else cut_divisions(force, [name])
            if not part.cases and not part.officers:  # premises alone, whose residents are with officers of elsewhere
                continue
            one = DivisionTrials(name, part, planning, target, futures, most)
            found.append(_size_division(one))
            found[-1] = replace(found[-1], marginals=marginals(one, found[-1].now))
    except KeyboardInterrupt:
        stopped = True
        if not futures.count:
            raise AllocatorError("It ended before the first future was known.") from None
    return Sizing(force, target, futures.horizon, tuple(found), futures.count, most, stopped)


def _size_division(one: DivisionTrials) -> Sized:
    now = headcount_of(one.force, one.name or None)
    most = _most(-(-len(one.force.cases) // max(1, one.force.policy.limits.cases)), now.officers)
    seed, horizon = one.futures.seed, one.futures.horizon
    bound, impossible = lower_bound(one.force, one.planning, one.target, seed, horizon, most)
    if impossible and not one.test(max(bound, now.officers)).holds:
        return _best_without_answer(one, now, bound, "share")
    fewest = _fewest(one, bound, now.officers)
    if fewest is None:
        return _best_without_answer(one, now, bound, "search")
    answer = one.test(fewest.officers, *_composition(one, fewest))
    if not answer.holds:  # fewer who are trained, and fewer who are linked, each held by itself
        answer = fewest
    needed = Headcount(answer.officers, answer.trained, answer.linked)
    return Sized(one.name, now, needed, bound, answer, tuple(one.tried))


def _best_without_answer(one: DivisionTrials, now: Headcount, bound: int, why_not: str) -> Sized:
    best = max(one.tried, key=lambda tried: (tried.kept / tried.futures, tried.officers))
    # With room by the limits alone: many more would be a force that nobody pays for, and is slow to plan.
    officers = max(bound, now.officers)
    outcomes = one.outcomes(one.staffing(officers), min(NEXT, one.most))
    late = slice(min(one.planning.settle, outcomes.cycles - 1), None)
    worst = outcomes.of("excess")[:, late].max(axis=1)
    unplaced = (outcomes.of("unplaced")[:, late] > 0).any(axis=1)
    excess = int(np.quantile(worst, one.target.confidence, method="higher"))
    attainable = Attainable(officers, excess, int(unplaced.sum()), outcomes.futures)
    return Sized(one.name, now, None, bound, best, tuple(one.tried), why_not, attainable)


def _most(bound: int, now: int) -> int:
    """Officers up to whom is looked."""
    return max(bound, now) + max(CLIMB, bound)


def _fewest(one: DivisionTrials, bound: int, now: int) -> Trial | None:
    """Up from the bound in growing steps until a staffing holds, then bisection; down from the bound if that holds."""
    below, step, at = bound - 1, 1, bound
    most = _most(bound, now)
    while not one.test(at).holds:
        below = at
        if at >= most:
            return None
        at, step = min(at + step, most), step * 2
    if at == bound:
        while at > 1 and one.test(at - 1).holds:
            at -= 1
        return one.test(at)
    return one.test(_least(lambda officers: one.test(officers).holds, below, at))


def _composition(one: DivisionTrials, best: Trial) -> tuple[int | None, int | None]:
    """How few of them need to be trained, and linked to premises."""
    if not one.name:
        return None, None
    trained = _least(lambda k: one.test(best.officers, k, None).holds, -1, best.trained)
    has_premises = any(p.division == one.name for p in one.force.premises)
    if not has_premises:
        return trained, None
    return trained, _least(lambda k: one.test(best.officers, trained, k).holds, -1, best.linked)


def _least(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The smallest number above ``low`` that holds, where ``high`` does and more is never worse."""
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle
    return high
