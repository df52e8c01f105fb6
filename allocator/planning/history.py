"""Rates from a force's own cycles, each with its interval: what has come and gone between one export and the next."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from allocator.domain.force import Case, Force
from allocator.domain.policy import RISKS
from allocator.planning.chance import DAYS_A_MONTH, DAYS_A_YEAR
from allocator.planning.intervals import count_interval, share_interval
from allocator.planning.settings import MOST_PERCENT, Planning

FEWEST, FEWEST_NEW = 6, 30  # cycles from which rates are taken, and newcomers from whom their risk is
LATEST = 27  # cycles that are looked at: two years


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
class _Observed:
    """What was seen of a division outside premises.

    Attributes
    ----------
    exposed : float
        Years of all its cases together.
    inside : int
        Cases in custody without a date of release, counted again in each cycle.
    """

    years: float = 0.0
    exposed: float = 0.0
    inside: int = 0
    events: Counter[str] = field(default_factory=Counter)


def rates_of(forces: Sequence[Force]) -> tuple[Rate, ...]:
    """Rates from a force's cycles: their data in order, at least two.

    Returns
    -------
    tuple of Rate
        Of each division what `Demand` has, growth apart, which half a year tells little of; of all premises together
        what `Premises` has, its mix apart; and the mix of newcomers where there were 30. What nothing was seen of is
        left out.
    """
    seen: dict[str, _Observed] = {}
    residents: Counter[str] = Counter()
    risks: Counter[str] = Counter()
    stayed = 0.0  # years of all residents together
    for before, after in pairwise(forces):
        span = max(1, (after.cycle_date - before.cycle_date).days) / DAYS_A_YEAR
        divisions = {c.division for f in (before, after) for c in f.cases} | {o.division for o in after.officers}
        for division in divisions:
            seen.setdefault(division, _Observed()).years += span
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
            if earlier is not None:
                continue
            if case.premises is not None:
                residents["arrived"] += 1
            else:
                risks[case.risk] += 1
                seen[case.division].events["arrivals"] += 1
                seen[case.division].events["custody"] += case.setting == "custody"
    days = (forces[-1].cycle_date - forces[0].cycle_date).days / (len(forces) - 1)
    last = {c.division for c in forces[-1].cases} | {o.division for o in forces[-1].officers}
    rates = [
        rate
        for division in sorted(last & seen.keys())
        for rate in _of_division(f"divisions.{division}", seen[division], days)
    ]
    mix = [_share(f"mix.{risk}", risks[risk], risks.total()) for risk in RISKS] if risks.total() >= FEWEST_NEW else []
    return (*rates, *_of_premises(residents, stayed, days), *mix)


def _outside(seen: _Observed, case: Case, later: Case | None, span: float) -> None:
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


def _of_division(table: str, seen: _Observed, days: float) -> Iterator[Rate]:
    yield _rate(f"{table}.arrivals", seen.events["arrivals"], seen.years)
    if seen.exposed > 0:
        for key in ("exits", "risk_up", "risk_down"):
            yield _rate(f"{table}.{key}", seen.events[key], seen.exposed / 100)
    if seen.events["arrivals"]:
        yield _share(f"{table}.custody", seen.events["custody"], seen.events["arrivals"])
    yield from _stay(f"{table}.custody_months", seen.events["released"], seen.inside, days / DAYS_A_MONTH, 1_200)


def _of_premises(seen: Counter[str], stayed: float, days: float) -> Iterator[Rate]:
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


def with_rates(planning: Planning, rates: Iterable[Rate]) -> Planning:
    """What is assumed, with rates of the force's own cycles in place of those of the settings."""
    divisions = dict(planning.divisions)
    tables: dict[str, dict[str, float]] = {"premises": {}, "mix": {}}
    for rate in rates:
        table, key = rate.setting.rsplit(".", 1)
        if table in tables:
            tables[table][key] = rate.value
        else:
            division = table.removeprefix("divisions.")
            own = divisions.get(division, planning.demand)
            most = rate.value if key in ("arrivals", "custody_months") else MOST_PERCENT
            divisions[division] = own.model_copy(update={key: min(rate.value, most)})
    return planning.model_copy(
        update={
            "divisions": divisions,
            "premises": planning.premises.model_copy(update=tables["premises"]),
            "mix": planning.mix.model_copy(update=tables["mix"]),
        }
    )
