"""Rates from a force's own cycles, each with its interval: what has come and gone between one export and the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from allocator.domain.force import Force
from allocator.domain.policy import RISKS
from allocator.planner.intervals import count_interval
from allocator.planner.settings import Mix, Planning

FEWEST = 6  # cycles from which rates are taken


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate as it was in the cycles that are kept.

    Attributes
    ----------
    division : str
    key : str
        The setting in whose place it is used.
    count : int
        What it was counted from.
    value, low, high : float
        With its interval at 95% (exact, of a Poisson count).
    """

    division: str
    key: str
    count: int
    value: float
    low: float
    high: float


def rates_of(forces: Sequence[Force]) -> tuple[Rate, ...]:
    """Rates of each division from a force's cycles.

    Parameters
    ----------
    forces : sequence of Force
        Their data in order, at least two.

    Returns
    -------
    tuple of Rate
        For each division ``arrivals`` a year, ``exits``, ``risk_up`` and ``risk_down`` in percent of its cases a year.
    """
    counts: dict[str, Counter[str]] = {}
    years: dict[str, float] = {}
    exposed: dict[str, float] = {}
    for before, after in pairwise(forces):
        span = max(1, (after.cycle_date - before.cycle_date).days) / 365.25
        divisions = {c.division for f in (before, after) for c in f.cases} | {o.division for o in after.officers}
        for division in divisions:
            found = counts.setdefault(division, Counter())
            own = [case for case in before.cases if case.division == division and case.premises is None]
            exposed[division] = exposed.get(division, 0.0) + span * len(own)
            years[division] = years.get(division, 0.0) + span
            for case in own:
                later = after.case_by_id.get(case.case_id)
                if later is None:
                    found["exits"] += 1
                else:
                    step = RISKS.index(later.risk) - RISKS.index(case.risk)
                    found["risk_up"] += step > 0
                    found["risk_down"] += step < 0
            found["arrivals"] += sum(
                1
                for case in after.cases
                if case.division == division and case.premises is None and case.case_id not in before.case_by_id
            )
    rates = []
    for division in sorted(counts):
        for key in ("arrivals", "exits", "risk_up", "risk_down"):
            base = years[division] if key == "arrivals" else exposed[division] / 100
            if base <= 0:
                continue
            low, high = count_interval(counts[division][key])
            value = counts[division][key]
            rates.append(Rate(division, key, value, value / base, low / base, high / base))
    return tuple(rates)


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
    divisions = dict(planning.divisions)
    for rate in rates:
        own = divisions.get(rate.division, planning.demand)
        divisions[rate.division] = own.model_copy(update={rate.key: rate.value})
    update: dict[str, object] = {"divisions": divisions}
    if mix is not None:
        update["mix"] = mix
    return planning.model_copy(update=update)
