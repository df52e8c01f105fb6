"""Demand: cases that arrive, leave, change risk and are released, drawn for one future before any staffing is known.

Nothing here depends on officers, so every staffing is tried on the very same people.

- Arrivals of a division are Poisson; a rate that is not set keeps the division growing as assumed, those who stay in
  it after they leave premises included.
- Each case has, in each cycle, the same chance to leave, to change risk by a step, to be released from custody
  (unless its date of release is known) and to leave its premises.
- Arrivals at premises are Poisson; a rate that is not set keeps them as full as they are (Little's law), and where
  nobody lives yet, as many arrive as the force expects. Their own division is that of a present resident.
- What else a newcomer is like (MAPPA category and level, needs) is taken from a present case of the same division.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from allocator.domain.force import Case, Force, Setting
from allocator.domain.policy import RISKS
from allocator.planning.chance import DAYS_A_MONTH, DAYS_A_YEAR, per_cycle, pick_share, poisson, stream
from allocator.planning.settings import Mix, Planning, PremisesMix


@dataclass(slots=True)
class Step:
    """What happens to cases between two cycles.

    Attributes
    ----------
    arrived : list of Case
        With nobody as their officer.
    left : set of str
        case_ids.
    changed : dict of str to dict
        Fields of case_ids that are other from now on.
    """

    arrived: list[Case] = field(default_factory=list)
    left: set[str] = field(default_factory=set)
    changed: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))


def draw_demand(force: Force, planning: Planning, seed: int, future: int, horizon: int) -> tuple[Step, ...]:
    """Draw what happens to cases in one future.

    Parameters
    ----------
    force : Force
        As it stands in the first cycle.
    horizon : int
        Cycles, the first one included.

    Returns
    -------
    tuple of Step
        What happens before each cycle but the first: ``horizon - 1`` of them.
    """
    draw = _Draw(force, planning, seed, future, horizon)
    draw.follow(force.cases, 0, stream(seed, future, "present"))
    divisions = sorted(force.divisions)
    for cycle in range(1, horizon):
        for d, division in enumerate(divisions):
            draw.arrive(division, cycle, stream(seed, future, "arrivals", cycle, d), d)
        for p, premises_id in enumerate(sorted(force.premises_by_id)):
            draw.arrive_at(premises_id, cycle, stream(seed, future, "premises", cycle, p), p)
    return tuple(draw.steps[1:])


def arrivals_a_year(force: Force, planning: Planning) -> dict[str, float]:
    """Arrivals that are expected of each division in the first year, premises apart and before any growth of them."""
    draw = _Draw(force, planning, 0, 0, 1)
    return {name: draw.arrivals(name, 0) * DAYS_A_YEAR / draw.days for name in sorted(force.divisions)}


class _Draw:
    def __init__(self, force: Force, planning: Planning, seed: int, future: int, horizon: int) -> None:
        self.force, self.planning, self.horizon = force, planning, horizon
        self.days = force.policy.cycle.days
        self.steps = [Step() for _ in range(horizon)]
        self.outside: dict[str, list[Case]] = defaultdict(list)
        self.residents: dict[str, list[Case]] = defaultdict(list)
        for case in force.cases:
            if case.premises is None:
                self.outside[case.division].append(case)
            else:
                self.residents[case.premises].append(case)
        # A resident's chance to leave within a cycle; stays are geometric.
        self.leaves_premises = -math.expm1(-self.days / (7 * planning.premises.weeks))
        staying = self.leaves_premises * planning.premises.remain / 100
        self.stay_on: dict[str, float] = defaultdict(float)  # residents who become cases of a division in a cycle
        for residents in self.residents.values():
            for case in residents:
                self.stay_on[case.division] += staying

    def date_of(self, cycle: int) -> date:
        """Date of a cycle."""
        return self.force.cycle_date + timedelta(days=self.days * cycle)

    def arrivals(self, division: str, cycle: int) -> float:
        """Arrivals that are expected in a division, outside premises, before a cycle."""
        rates = self.planning.of(division)
        growth, years = math.log1p(rates.growth / 100), self.days / DAYS_A_YEAR
        if rates.arrivals is not None:
            expected = rates.arrivals * years
        else:
            expected = len(self.outside[division]) * (growth + rates.exits / 100) * years - self.stay_on[division]
        return max(0.0, expected) * math.exp(growth * cycle * years)

    def arrive(self, division: str, cycle: int, chance: np.random.Generator, d: int) -> None:
        """Let newcomers of a division arrive."""
        count = poisson(self.arrivals(division, cycle), chance.random())
        self._join(division, None, self.outside[division], self.planning.mix, cycle, count, chance, f"{cycle}-{d}")

    def arrive_at(self, premises_id: str, cycle: int, chance: np.random.Generator, p: int) -> None:
        """Let residents arrive at premises."""
        like, rate = self.residents[premises_id], self.planning.premises.arrivals
        each = self.leaves_premises if rate is None else rate * self.days / DAYS_A_YEAR
        site = self.force.premises_by_id[premises_id]
        count = poisson(len(like) * each if like else site.expected_arrivals, chance.random())
        mix = self.planning.premises.mix
        self._join(site.division, premises_id, like, mix, cycle, count, chance, f"{cycle}-ap{p}")

    def _join(
        self,
        division: str,
        premises_id: str | None,
        like: Sequence[Case],
        mix: Mix | PremisesMix,
        cycle: int,
        count: int,
        chance: np.random.Generator,
        name: str,
    ) -> None:
        custody = self.planning.of(division).custody / 100
        arrived = []
        for k in range(count):
            # Always the same numbers for the k-th newcomer, however many there are.
            risk, model, inside = chance.random(3)
            template = like[int(model * len(like))] if like else None
            setting: Setting = "premises" if premises_id else "custody" if inside < custody else "community"
            arrived.append(
                Case(
                    case_id=self._unused(f"arrival-{name}-{k}"),
                    division=template.division if premises_id and template else division,
                    risk=RISKS[pick_share(mix.shares, risk)],
                    category=template.category if template else 1,
                    level=template.level if template else 1,
                    setting=setting,
                    premises=premises_id,
                    needs=template.needs if template else frozenset(),
                )
            )
            self.follow(arrived[-1:], cycle, chance)
        self.steps[cycle].arrived += arrived

    def _unused(self, name: str) -> str:
        while name in self.force.case_by_id:
            name = f"{name}+"
        return name

    def follow(self, cases: Sequence[Case], since: int, chance: np.random.Generator) -> None:
        """Draw what happens to cases after the cycle in which they are first there."""
        cycles = self.horizon - 1
        ends, risks, leaves = (chance.random((len(cases), cycles)) for _ in range(3))
        stays = chance.random(len(cases))
        rates = [self.planning.of(case.division) for case in cases]
        chances = {rate: self._chances(rate) for rate in dict.fromkeys(rates)}
        for k, case in enumerate(cases):
            out, up, down, released = chances[rates[k]]
            quiet = case.premises is None and case.setting != "custody"
            still = up <= risks[k].min(initial=1) and risks[k].max(initial=0) < 1 - down
            if quiet and still and ends[k].min(initial=1) >= out:
                continue  # nothing happens to most
            self._live(case, since, ends[k], risks[k], leaves[k], stays[k], (out, up, down, released))

    def _chances(self, rate: Any) -> tuple[float, float, float, float]:
        out, up, down = (per_cycle(percent, self.days) for percent in (rate.exits, rate.risk_up, rate.risk_down))
        return out, up, down, -math.expm1(-self.days / (DAYS_A_MONTH * rate.custody_months))

    def _live(
        self,
        case: Case,
        since: int,
        ends: Any,
        risks: Any,
        leaves: Any,
        stays: float,
        chances: tuple[float, float, float, float],
    ) -> None:
        out, up, down, released = chances
        at, setting = RISKS.index(case.risk), case.setting
        for k, cycle in enumerate(range(since + 1, self.horizon)):
            step = self.steps[cycle]
            if setting == "premises" and leaves[k] < self.leaves_premises:
                if stays >= self.planning.premises.remain / 100:
                    step.left.add(case.case_id)
                    return
                setting = "community"
                step.changed[case.case_id] |= {"setting": setting, "premises": None}
            elif setting != "premises" and ends[k] < out:
                step.left.add(case.case_id)
                return
            if setting == "custody" and self._free(case, cycle, leaves[k], released):
                setting = "community"
                step.changed[case.case_id] |= {"setting": setting, "release_on": None}
            before = at
            at += int(risks[k] < up) - int(risks[k] >= 1 - down)
            at = min(max(at, 0), len(RISKS) - 1)
            if at != before:
                step.changed[case.case_id]["risk"] = RISKS[at]

    def _free(self, case: Case, cycle: int, chance: float, released: float) -> bool:
        if case.release_on is not None:
            return self.date_of(cycle) >= case.release_on
        return chance < released
