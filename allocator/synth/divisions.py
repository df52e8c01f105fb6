"""A plain force of equal divisions, from a handful of numbers: for benchmarks, tests and experiments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import cycle

from allocator.domain.policy import Policy
from allocator.synth.profile import ApprovedPremises, DivisionProfile, NeedProfile, NewCases, Profile

PART_TIME = (20, 40, 20, 50)  # percent of a full job that part-time officers do not work, over and over
STEP = 10  # percent: capacities are multiples of it
CUSTODY = 0.35  # of current cases
ABOVE_LEVEL_1 = 0.016  # of all cases, to level 2 and, a quarter of them, 3
RESIDENTS = 10  # of one Approved Premises; four in five are high risk
ARRIVALS = 4  # new ones there; three in four are high risk


def divisions_profile(
    *,
    divisions: int = 4,
    officers: int = 20,
    cases: int = 875,
    high_share: float = 0.15,
    fill: float | None = 0.9,
    new_share: float = 0.03,
    over_share: int = 1,
    over_by: int = 2,
    untrained: int = 2,
    premises: int = 2,
    closed: int = 1,
    absent: int = 1,
    leaving: int = 1,
) -> Profile:
    """Describe a force of equal divisions as a profile.

    Parameters
    ----------
    officers, cases : int
        Of each division; ``cases`` include the new ones of the cycle.
    high_share : float
        High-risk cases among the current ones. New ones come near it.
    fill : float or None
        All cases over all limits; absent officers with their cases, and leaving ones, do not count, as they
        have no limit. Part-time officers make it up; with None everybody works full time.
    new_share : float
        New cases among all.
    over_share, over_by : int
        Officers of each division who start above their share of high risk, and by how many cases.
    untrained : int
        Officers of each division without MOSOVO training; one of them awaits the course.
    premises : int
        Approved Premises, at most one a division, each with two linked officers who start above their share.
    closed, absent, leaving : int
        Officers of the whole force with that status.

    Raises
    ------
    ValueError
        When the cases do not fit the officers.
    """
    policy = Policy()
    new = round(divisions * cases * new_share)
    current = divisions * cases - new
    jobs = divisions * officers - absent - leaving
    counted = divisions * cases - absent * current / (divisions * officers)
    full = jobs * policy.limits.cases
    if fill is not None and counted > fill * full:
        raise ValueError(f"fill {fill}: with everybody at full time it is {counted / full:.3f}")
    missing = 0 if fill is None else round(100 * jobs - 100 * counted / fill / policy.limits.cases)
    part_time = tuple(part_time_jobs(missing))
    # The last divisions first: the first ones have the premises.
    status = ["closed"] * closed + ["absent"] * absent + ["leaving"] * leaving
    arrivals = min(ARRIVALS, new // (2 * premises)) if premises else 0
    high, above = round(high_share * current), round(ABOVE_LEVEL_1 * current)
    high_arrivals = arrivals * 3 // 4
    others = new - arrivals * premises
    return Profile(
        name="divisions",
        description=f"{divisions} equal divisions, {divisions * officers} officers, {divisions * cases:,} cases",
        title=f"{divisions} divisions (synthetic)",
        prefix="DV",
        cycle_date=date(2026, 3, 30),
        divisions=tuple(
            DivisionProfile(
                f"Division {i + 1}",
                f"{i + 1}-",
                officers,
                over_by=(over_by,) * over_share,
                awaiting=min(1, untrained),
                untrained=max(0, untrained - 1),
                part_time=part_time[i::divisions],
                closed=status[divisions - 1 - i :: divisions].count("closed"),
                absent=status[divisions - 1 - i :: divisions].count("absent"),
                leaving=status[divisions - 1 - i :: divisions].count("leaving"),
            )
            for i in range(divisions)
        ),
        current=current,
        custody=round(CUSTODY * current),
        most=policy.limits.cases,
        very_high=high // 9,
        high=high - high // 9,
        medium=round(0.3 * current),
        level_2=above - above // 4,
        level_3=above // 4,
        violent=round(0.05 * current),
        pinned=round(0.004 * current),
        excluded=round(0.005 * current),
        needs=(
            need_of("da", max(1, officers // 10), 0.04, current, new),
            need_of("iom", max(1, officers // 7), 0.06, current, new),
        ),
        premises=tuple(
            ApprovedPremises(
                f"AP{i + 1}",
                f"Division {i + 1}",
                over_by=(2, 1),
                residents=RESIDENTS,
                high=RESIDENTS * 4 // 5,
                visitors=2 if divisions > 1 else 0,
                new=arrivals,
                new_high=high_arrivals,
                expected_arrivals=2,
            )
            for i in range(premises)
        ),
        new=NewCases(
            cases=new,
            custody=others // 3,
            releases=others // 9,
            very_high=0,
            high=max(0, round(high_share * new) - high_arrivals * premises),
            medium=round(0.3 * others),
            level_2=round(ABOVE_LEVEL_1 * others),
        ),
        policy=policy,
    )


def need_of(tag: str, officers: int, share: float, current: int, new: int) -> NeedProfile:
    """A need of a share of the cases, of which a quarter are not under MAPPA."""
    cases = round(share * current)
    return NeedProfile(tag, officers, cases, round(share * new), outside=cases // 4, category=2, category_above=2)


def part_time_jobs(missing: int) -> Iterator[int]:
    """Yield the capacities of officers who together work so many percent of a full job less."""
    for usual in cycle(PART_TIME):
        less = min(usual, missing // STEP * STEP)
        if less <= 0:
            return
        missing -= less
        yield 100 - less
