"""Which assumption matters most: one after another lower and higher, on the same futures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from allocator.domain.force import Force
from allocator.planning.bound import Target
from allocator.planning.demand import arrivals_a_year
from allocator.planning.outcomes import Outcomes, Probability, outcomes_of, probability_of
from allocator.planning.runs import Futures, Staffing
from allocator.planning.settings import Mix, Planning, PremisesMix

EACH = 12  # futures for each variant, at most


@dataclass(frozen=True, slots=True)
class Bar:
    """One assumption, lower and higher.

    Attributes
    ----------
    low_says, high_says : str
        What was assumed instead.
    low, high : float
        Mean excess in a cycle then.
    low_kept, high_kept : Probability
        Probability that the target is kept then.
    """

    name: str
    low_says: str
    high_says: str
    low: float
    high: float
    low_kept: Probability
    high_kept: Probability

    @property
    def width(self) -> float:
        """How much it matters."""
        return abs(self.high - self.low)


@dataclass(frozen=True)
class Sensitivity:
    """Every assumption that was varied, the widest first.

    Attributes
    ----------
    base : float
        Mean excess in a cycle as assumed.
    futures : int
        For each of them.
    """

    base: float
    bars: tuple[Bar, ...]
    futures: int
    stopped: bool


def sensitivity(force: Force, planning: Planning, target: Target, futures: Futures, most: int) -> Sensitivity | None:
    """Vary one assumption after another.

    Parameters
    ----------
    force : Force
        With the staffing that is looked at.
    most : int
        Futures at most for each variant.

    Returns
    -------
    Sensitivity or None
        Ctrl-C ends it early with the bars that are known; None where it came before any.
    """
    count = min(EACH, most)

    def run(name: str, of: Force, assumed: Planning) -> Outcomes:
        return outcomes_of(futures.of(Staffing(name, of, of, assumed), range(count)))

    bars, stopped = [], False
    try:
        base = run("as assumed", force, planning)
    except KeyboardInterrupt:
        return None
    try:
        for name, low, high in _variants(force, planning):
            ends = []
            for says, changed, assumed in (low, high):
                outcomes = run(f"{name}: {says}", changed, assumed)
                kept = probability_of(_keeps_target(outcomes, target, planning, force))
                ends.append((says, float(outcomes.of("excess").mean()), kept))
            (low_says, low_value, low_kept), (high_says, high_value, high_kept) = ends
            bars.append(Bar(name, low_says, high_says, low_value, high_value, low_kept, high_kept))
    except KeyboardInterrupt:
        stopped = True
    ranked = tuple(sorted(bars, key=lambda bar: (-bar.width, bar.name)))
    return Sensitivity(float(base.of("excess").mean()), ranked, count, stopped)


def _keeps_target(outcomes: Outcomes, target: Target, planning: Planning, force: Force) -> npt.NDArray[np.bool_]:
    """Whether each future keeps the target: in each division, or in the whole force where they help each other."""
    if force.policy.divisions.cross:
        return outcomes.kept(target.excess, planning.settle)
    each = [outcomes.kept(target.excess, planning.settle, division) for division in outcomes.divisions]
    return np.asarray(np.all(each, axis=0))


Variant = tuple[str, Force, Planning]


def _variants(force: Force, planning: Planning) -> Iterator[tuple[str, Variant, Variant]]:
    supply, mix = planning.supply, planning.mix
    arrive = arrivals_a_year(force, planning)

    def rates(arrivals: float = 1.0, exits: float = 1.0) -> Planning:
        """What is assumed with arrivals and exits of each division so many times what they are."""
        divisions = {}
        for name, expected in arrive.items():
            own = planning.of(name)
            update = {"arrivals": expected * arrivals, "exits": own.exits * exits}
            divisions[name] = own.model_copy(update=update)
        return planning.model_copy(update={"divisions": divisions})

    def growth(percent: float) -> Planning:
        divisions = {name: own.model_copy(update={"growth": percent}) for name, own in planning.divisions.items()}
        demand = planning.demand.model_copy(update={"growth": percent})
        return planning.model_copy(update={"demand": demand, "divisions": divisions})

    # Growth as the facts have it, 3 to 8% a year; the others a quarter less and more, each by itself.
    yield "arrivals", ("a quarter fewer", force, rates(arrivals=0.75)), ("a quarter more", force, rates(arrivals=1.25))
    yield "growth", ("3% a year", force, growth(3.0)), ("8% a year", force, growth(8.0))
    more, fewer = rates(exits=1.25), rates(exits=0.75)
    yield "cases that leave", ("a quarter more", force, more), ("a quarter fewer", force, fewer)
    low, high = (
        planning.model_copy(
            update={
                "mix": _riskier(mix, by),
                "premises": planning.premises.model_copy(update={"mix": _riskier(planning.premises.mix, by)}),
            }
        )
        for by in (0.75, 1.25)
    )
    yield "high risk among arrivals", ("a quarter less", force, low), ("a quarter more", force, high)
    less, more = (
        planning.model_copy(update={"supply": supply.model_copy(update={"leave": supply.leave * by})})
        for by in (0.75, 1.25)
    )
    yield (
        "officers who leave",
        (f"{supply.leave * 0.75:g}% a year", force, less),
        (f"{supply.leave * 1.25:g}% a year", force, more),
    )
    yield "case limit", ("55", _limit(force, 55), planning), ("45", _limit(force, 45), planning)


Risks = TypeVar("Risks", Mix, PremisesMix)


def _riskier(mix: Risks, by: float) -> Risks:
    """The same with the share of high and very high risk so many times what it is, of all at the most."""
    low, medium, high, very_high = mix.shares
    share = high + very_high
    if share in (0.0, 1.0):
        return mix
    wanted = min(1.0, share * by)
    up, down = wanted / share, (1 - wanted) / (1 - share)
    weights = {"low": low * down, "medium": medium * down, "high": high * up, "very_high": very_high * up}
    return mix.model_copy(update=weights)


def _limit(force: Force, cases: int) -> Force:
    limits = force.policy.limits.model_copy(update={"cases": cases})
    return force.replace(policy=force.policy.model_copy(update={"limits": limits}))
