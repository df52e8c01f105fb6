"""How many officers: the fewest that keep every caseload within the target, in so many of 100 futures.

Each division is sized by itself, since no rule ties it to the others; where officers may take cases of other
divisions, the force is sized as one. The search begins at a bound that needs no solving: in a future whose cases
exceed the limits of all officers together, or whose high-risk cases exceed the share of all cases, no plan is within
limits. From there it goes up until a staffing holds, and bisects, or down as long as one does. Staffings are compared
on the same futures, and each is tried on no more of them than it takes to tell which side of the target it is on, or
that too many have failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from allocator.domain.force import Force
from allocator.errors import AllocatorError
from allocator.planning.bound import Target, lower_bound
from allocator.planning.future import alone
from allocator.planning.intervals import any_time_interval, doubt, mean_change, share_change
from allocator.planning.outcomes import Outcomes, outcomes_of
from allocator.planning.runs import Futures, Staffing
from allocator.planning.settings import Planning
from allocator.planning.staffing import Need, need_of, serving, staffed, with_linked, with_trained

NEXT = 40  # futures on which the next officer, course place and link are valued, at most
CLIMB = 12  # officers above the bound, or above those there are, up to whom is looked; twice as many where that is more
AT_ONCE = (2, 8)  # futures between two looks at the test, at first and once there are eight


@dataclass(frozen=True, slots=True)
class Tried:
    """One staffing of a division as it was tried.

    Attributes
    ----------
    officers, trained, linked : int
    kept, futures : int
        Futures in which the target was kept, of those that were run.
    low, high : float
        Interval of that probability; it holds although the test stopped when it could.
    decided : bool
        Whether the test told which side of the target it is on.
    holds : bool
        Whether it keeps the target: surely if decided, else by the estimate.
    by_share : int
        Futures that failed by the high-risk share alone.
    unproved : int
        Plans that were not proved best.
    """

    officers: int
    trained: int
    linked: int
    kept: int
    futures: int
    low: float
    high: float
    decided: bool
    holds: bool
    by_share: int = 0
    unproved: int = 0


@dataclass(frozen=True, slots=True)
class Marginal:
    """What one more of something is worth.

    Attributes
    ----------
    name : str
    kept : (mean, low, high)
        Change of the probability that the target is kept.
    excess : (mean, low, high)
        Change of the mean excess in a cycle.
    futures : int
    """

    name: str
    kept: tuple[float, float, float]
    excess: tuple[float, float, float]
    futures: int


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
    futures : int
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
    now : Need
    needed : Need or None
        None where no staffing keeps the target.
    bound : int
        Fewest officers by the limits themselves.
    answer : Tried
        The staffing that is needed, as it was tried; where there is none, the best that was tried.
    tried : tuple of Tried
        All of them, in order.
    why_not : str or None
        Why no staffing can: ``share`` (the division's own high-risk share is above the limit) or ``search`` (none of
        those looked at holds).
    attainable : Attainable or None
    marginals : tuple of Marginal
        Beside the officers there are.
    """

    division: str
    now: Need
    needed: Need | None
    bound: int
    answer: Tried
    tried: tuple[Tried, ...]
    why_not: str | None = None
    attainable: Attainable | None = None
    marginals: tuple[Marginal, ...] = ()


@dataclass(frozen=True)
class Sizing:
    """The answer.

    Attributes
    ----------
    force : Force
    target : Target
    horizon : int
    divisions : tuple of Sized
    futures_run : int
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


@dataclass
class _Division:
    """One division on its way to an answer."""

    name: str  # empty for the whole force
    force: Force
    planning: Planning
    target: Target
    futures: Futures
    most: int
    tried: list[Tried] = field(default_factory=list)
    known: dict[tuple[int, int | None, int | None], Tried] = field(default_factory=dict)

    def staffing(self, officers: int, trained: int | None = None, linked: int | None = None) -> Staffing:
        force = with_officers(self.force, self.name, officers)
        if trained is not None:
            force = with_trained(force, self.name, trained)
        if linked is not None:
            force = with_linked(force, self.name, linked)
        name = f"{self.name or 'force'}: {officers} officers"
        return Staffing(name, force, self.force, self.planning)

    def outcomes(self, staffing: Staffing, count: int) -> Outcomes:
        return outcomes_of(self.futures.of(staffing, range(count)))

    def test(self, officers: int, trained: int | None = None, linked: int | None = None) -> Tried:
        """Try a staffing until it is known on which side of the target it is."""
        key = officers, trained, linked
        if key in self.known:
            return self.known[key]
        until = self.target.excess, self.planning.settle
        staffing = replace(self.staffing(*key), until=until)
        count, kept = 0, 0
        found: list[Any] = []
        while count < self.most:
            count = min(self.most, count + AT_ONCE[count >= AT_ONCE[1]])
            found = self.futures.of(staffing, range(count))
            kept = sum(one["ended"] is None for one in found)
            lost = count - kept > (1 - self.target.confidence) * self.most  # whatever the others come to
            if lost or doubt(kept, count, self.target.confidence) >= 20:
                break
        low, high = any_time_interval(kept, count)
        need = need_of(staffing.force, self.name or None)
        confidence = self.target.confidence
        tried = Tried(
            officers=officers,
            trained=need.trained,
            linked=need.linked,
            kept=kept,
            futures=count,
            low=low,
            high=high,
            decided=not low < confidence <= high,
            holds=kept / count >= confidence,
            by_share=sum(_by_share(one) for one in found),
            unproved=sum(one["unproved"] for one in found),
        )
        self.known[key] = tried
        self.tried.append(tried)
        return tried


def _by_share(found: Mapping[str, Any]) -> bool:
    """Whether a future failed by the high-risk share alone."""
    if found["ended"] is None:
        return False
    rows = [{count: values[-1] for count, values in row.items()} for row in found["divisions"].values()]
    return all(row["excess"] == 0 or row["over_limit"] == row["unplaced"] == 0 for row in rows) and any(
        row["over_share"] for row in rows
    )


def with_officers(force: Force, division: str, officers: int) -> Force:
    """The force with so many officers in a division; in the whole force, where each next one helps most."""
    if division:
        return staffed(force, division, officers)
    names = sorted(force.divisions)

    def load(name: str) -> float:
        room = sum(o.capacity for o in serving(force, name))
        return sum(1 for case in force.cases if force.home(case) == name) / max(room, 1)

    while (now := len(serving(force))) < officers:
        name = max(names, key=load)
        force = staffed(force, name, len(serving(force, name)) + 1)
    while now > officers:
        name = min((name for name in names if serving(force, name)), key=load)
        force = staffed(force, name, len(serving(force, name)) - 1)
        now = len(serving(force))
    return force


def size(
    force: Force,
    planning: Planning,
    target: Target,
    futures: Futures,
    *,
    most: int,
) -> Sizing:
    """Find the fewest officers that keep the target.

    Parameters
    ----------
    force : Force
        As it stands.
    planning : Planning
    target : Target
    futures : Futures
    most : int
        Futures at most for one staffing.

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
            part = force if crossing else alone(force, [name])
            if not part.cases and not part.officers:  # premises alone, whose residents are with officers of elsewhere
                continue
            one = _Division(name, part, planning, target, futures, most)
            found.append(_sized(one))
            found[-1] = replace(found[-1], marginals=_marginals(one, found[-1].now))
    except KeyboardInterrupt:
        stopped = True
        if not futures.count:
            raise AllocatorError("It ended before the first future was known.") from None
    return Sizing(force, target, futures.horizon, tuple(found), futures.count, most, stopped)


def _sized(one: _Division) -> Sized:
    now = need_of(one.force, one.name or None)
    most = _most(-(-len(one.force.cases) // max(1, one.force.policy.limits.cases)), now.officers)
    seed, horizon = one.futures.seed, one.futures.horizon
    bound, impossible = lower_bound(one.force, one.planning, one.target, seed, horizon, most)
    if impossible and not one.test(max(bound, now.officers)).holds:
        return _unable(one, now, bound, "share")
    fewest = _fewest(one, bound, now.officers)
    if fewest is None:
        return _unable(one, now, bound, "search")
    answer = one.test(fewest.officers, *_composition(one, fewest))
    if not answer.holds:  # fewer who are trained, and fewer who are linked, each held by itself
        answer = fewest
    needed = Need(answer.officers, answer.trained, answer.linked)
    return Sized(one.name, now, needed, bound, answer, tuple(one.tried))


def _unable(one: _Division, now: Need, bound: int, why_not: str) -> Sized:
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


def _fewest(one: _Division, bound: int, now: int) -> Tried | None:
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


def _composition(one: _Division, best: Tried) -> tuple[int | None, int | None]:
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


def _marginals(one: _Division, now: Need) -> tuple[Marginal, ...]:
    """What one more of something is worth beside those there are."""
    count = min(NEXT, one.most)
    base = Staffing(f"{one.name or 'force'}: as it is", one.force, one.force, one.planning)
    next_one = with_officers(one.force, one.name, now.officers + 1)
    more = [("trained officer, full time", replace(base, name="one more officer", force=next_one))]
    supply = one.planning.supply
    if supply.course_every:
        place = supply.model_copy(update={"course_places": supply.course_places + 1})
        planning = one.planning.model_copy(update={"supply": place})
        more.append(("place on each course", replace(base, name="one more course place", planning=planning)))
    if one.name and any(p.division == one.name for p in one.force.premises) and now.linked < now.officers:
        linked_one = with_linked(one.force, one.name, now.linked + 1)
        more.append(("officer linked to premises", replace(base, name="one more link", force=linked_one)))
    before = one.outcomes(base, count)
    found = []
    for name, staffing in more:
        after = one.outcomes(staffing, count)
        settle, most = one.planning.settle, one.target.excess
        was, is_ = before.kept(most, settle), after.kept(most, settle)
        kept = share_change(int((~was & is_).sum()), int((was & ~is_).sum()), count)
        excess = mean_change(before.of("excess").mean(axis=1).tolist(), after.of("excess").mean(axis=1).tolist())
        found.append(Marginal(name, kept, excess, count))
    return tuple(found)
