"""Rates from a force's own cycles, each with its interval: what has come and gone between one export and the next."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from allocator.domain.force import Case, Force
from allocator.domain.policy import RISKS
from allocator.planner.chance import DAYS_A_MONTH, DAYS_A_YEAR
from allocator.planner.intervals import count_interval, share_interval
from allocator.planner.settings import Mix, Planning

FEWEST = 6  # cycles from which rates are taken


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate as it was in the cycles that are kept.

    Attributes
    ----------
    setting : str
        In whose place it is used, such as ``divisions.North.exits``.
    count : int
        What it was counted from.
    value, low, high : float
        With its interval at 95%, exact for the count (Garwood; of a share Clopper and Pearson).
    """

    setting: str
    count: int
    value: float
    low: float
    high: float


@dataclass
class _Seen:
    """What was seen of a division outside premises.

    Attributes
    ----------
    years : float
    exposed : float
        Years of all its cases together.
    inside : int
        Cases in custody without a date of release, counted again in each cycle.
    events : Counter of str
    """

    years: float = 0.0
    exposed: float = 0.0
    inside: int = 0
    events: Counter[str] = field(default_factory=Counter)


def rates_of(forces: Sequence[Force]) -> tuple[Rate, ...]:
    """Rates from a force's cycles.

    Parameters
    ----------
    forces : sequence of Force
        Their data in order, at least two.

    Returns
    -------
    tuple of Rate
        Of each division what `Demand` has, growth apart, which half a year tells little of; of all premises together
        what `Premises` has, the mix apart. What nothing was seen of is left out.
    """
    seen: dict[str, _Seen] = {}
    residents: Counter[str] = Counter()
    stayed = 0.0  # years of all residents together
    for before, after in pairwise(forces):
        span = max(1, (after.cycle_date - before.cycle_date).days) / DAYS_A_YEAR
        divisions = {c.division for f in (before, after) for c in f.cases} | {o.division for o in after.officers}
        for division in divisions:
            seen.setdefault(division, _Seen()).years += span
        for case in before.cases:
            later = after.case_by_id.get(case.case_id)
            if case.premises is None:
                _outside(seen[case.division], case, later, span)
            else:
                stayed += span
                residents["all"] += 1
                left = later is None or later.premises is None
                residents["left"] += left
                residents["remained"] += left and later is not None
        for case in after.cases:
            earlier = before.case_by_id.get(case.case_id)
            if case.premises is not None:
                residents["arrived"] += earlier is None or earlier.premises is None
            elif earlier is None:
                seen[case.division].events["arrivals"] += 1
                seen[case.division].events["custody"] += case.setting == "custody"
    days = forces[-1].policy.cycle.days
    rates = [rate for division in sorted(seen) for rate in _of_division(f"divisions.{division}", seen[division], days)]
    return (*rates, *_of_premises(residents, stayed, days))


def _outside(seen: _Seen, case: Case, later: Case | None, span: float) -> None:
    """Count what became of a case outside premises from one cycle to the next."""
    seen.exposed += span
    if later is None:
        seen.events["exits"] += 1
        return
    step = RISKS.index(later.risk) - RISKS.index(case.risk)
    seen.events["risk_up"] += step > 0
    seen.events["risk_down"] += step < 0
    if case.setting == "custody" and case.release_on is None:
        seen.inside += 1
        seen.events["released"] += later.setting != "custody"


def _of_division(table: str, seen: _Seen, days: int) -> Iterator[Rate]:
    yield _rate(f"{table}.arrivals", seen.events["arrivals"], seen.years)
    if seen.exposed > 0:
        for key in ("exits", "risk_up", "risk_down"):
            yield _rate(f"{table}.{key}", seen.events[key], seen.exposed / 100)
    if seen.events["arrivals"]:
        yield _share(f"{table}.custody", seen.events["custody"], seen.events["arrivals"])
    yield from _stay(f"{table}.custody_months", seen.events["released"], seen.inside, days / DAYS_A_MONTH, 1_200)


def _of_premises(seen: Counter[str], stayed: float, days: int) -> Iterator[Rate]:
    if stayed > 0:
        yield _rate("premises.arrivals", seen["arrived"], stayed)
    yield from _stay("premises.weeks", seen["left"], seen["all"], days / 7, 520)
    if seen["left"]:
        yield _share("premises.remain", seen["remained"], seen["left"])


def _rate(setting: str, count: int, base: float) -> Rate:
    low, high = count_interval(count)
    return Rate(setting, count, count / base, low / base, high / base)


def _share(setting: str, count: int, of: int) -> Rate:
    """A share in percent."""
    low, high = share_interval(count, of)
    return Rate(setting, of, 100 * count / of, 100 * low, 100 * high)


def _stay(setting: str, ended: int, of: int, cycle: float, most: float) -> Iterator[Rate]:
    """The mean stay, of which in each cycle so many ended of so many; nothing where none did, or all."""
    if not 0 < ended < of:
        return
    low, high = share_interval(ended, of)

    def mean(share: float) -> float:
        return min(most, cycle / -math.log1p(-share)) if share < 1 else 0.0

    yield Rate(setting, ended, mean(ended / of), mean(high), mean(low))


def mix_of(forces: Sequence[Force]) -> Mix | None:
    """Risk of those who arrived outside premises; None where fewer than 30 did."""
    found: Counter[str] = Counter()
    for before, after in pairwise(forces):
        for case in after.cases:
            if case.case_id not in before.case_by_id and case.premises is None:
                found[case.risk] += 1
    if found.total() < 30:
        return None
    return Mix(**{risk: float(found[risk]) for risk in RISKS})


def with_rates(planning: Planning, rates: Iterable[Rate], mix: Mix | None) -> Planning:
    """What is assumed, with rates of the force's own cycles in place of those of the settings."""
    divisions, premises = dict(planning.divisions), planning.premises
    for rate in rates:
        table, key = rate.setting.rsplit(".", 1)
        if table == "premises":
            premises = premises.model_copy(update={key: rate.value})
        else:
            division = table.removeprefix("divisions.")
            own = divisions.get(division, planning.demand)
            divisions[division] = own.model_copy(update={key: rate.value})
    update: dict[str, object] = {"divisions": divisions, "premises": premises}
    if mix is not None:
        update["mix"] = mix
    return planning.model_copy(update=update)
