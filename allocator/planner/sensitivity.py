"""Which assumption matters most: one after another lower and higher, on the same futures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from allocator.domain.force import Force
from allocator.planner.bound import Target
from allocator.planner.outcomes import Chance, Outcomes, chance_of, outcomes_of
from allocator.planner.runs import Futures, Staffing
from allocator.planner.settings import Planning


@dataclass(frozen=True, slots=True)
class Bar:
    """One assumption, lower and higher.

    Attributes
    ----------
    name : str
    low_says, high_says : str
        What was assumed instead.
    low, high : float
        Mean excess in a cycle then.
    low_kept, high_kept : Chance
        Probability that the target is kept then.
    """

    name: str
    low_says: str
    high_says: str
    low: float
    high: float
    low_kept: Chance
    high_kept: Chance

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
    base_kept : Chance
    bars : tuple of Bar
    futures : int
        For each of them.
    stopped : bool
    """

    base: float
    base_kept: Chance
    bars: tuple[Bar, ...]
    futures: int
    stopped: bool


def sensitivity(force: Force, planning: Planning, target: Target, futures: Futures, count: int) -> Sensitivity:
    """Vary one assumption after another.

    Parameters
    ----------
    force : Force
        With the staffing that is looked at.
    planning : Planning
    target : Target
    futures : Futures
    count : int
        Futures for each variant.

    Returns
    -------
    Sensitivity
        Ctrl-C ends it early with the bars that are known.
    """

    def run(name: str, of: Force, assumed: Planning) -> Outcomes:
        return outcomes_of(futures.of(Staffing(name, of, of, assumed), range(count)))

    base, bars, stopped = run("as assumed", force, planning), [], False
    try:
        for name, low, high in _variants(force, planning):
            ends = []
            for says, changed, assumed in (low, high):
                outcomes = run(f"{name}: {says}", changed, assumed)
                kept = chance_of(outcomes.kept(target.excess, planning.settle))
                ends.append((says, float(outcomes.of("excess").mean()), kept))
            (low_says, low_value, low_kept), (high_says, high_value, high_kept) = ends
            bars.append(Bar(name, low_says, high_says, low_value, high_value, low_kept, high_kept))
    except KeyboardInterrupt:
        stopped = True
    ranked = tuple(sorted(bars, key=lambda bar: (-bar.width, bar.name)))
    kept = chance_of(base.kept(target.excess, planning.settle))
    return Sensitivity(float(base.of("excess").mean()), kept, ranked, count, stopped)


Variant = tuple[str, Force, Planning]


def _variants(force: Force, planning: Planning) -> Iterator[tuple[str, Variant, Variant]]:
    demand, supply, mix = planning.demand, planning.supply, planning.mix

    def with_demand(**changes: float) -> Planning:
        divisions = {name: rates.model_copy(update=changes) for name, rates in planning.divisions.items()}
        return planning.model_copy(update={"demand": demand.model_copy(update=changes), "divisions": divisions})

    # Growth as the facts have it, 3 to 8% a year; the others a quarter less and more.
    yield "growth", ("3% a year", force, with_demand(growth=3.0)), ("8% a year", force, with_demand(growth=8.0))
    yield (
        "cases that leave",
        (f"{demand.exits * 1.25:g}% a year", force, with_demand(exits=demand.exits * 1.25)),
        (f"{demand.exits * 0.75:g}% a year", force, with_demand(exits=demand.exits * 0.75)),
    )
    low, high = (
        planning.model_copy(
            update={"mix": mix.model_copy(update={"high": mix.high * by, "very_high": mix.very_high * by})}
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


def _limit(force: Force, cases: int) -> Force:
    limits = force.policy.limits.model_copy(update={"cases": cases})
    return force.changed(policy=force.policy.model_copy(update={"limits": limits}))
