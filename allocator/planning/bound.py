"""What the limits alone say of staffing, without solving: in which futures no plan can be within them.

Cases of officers who are absent count against nobody's limit; those of officers who are absent at the start are left
out, and of the few who will be, it is a start for a search and not a proof.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from allocator.domain.force import Force
from allocator.planning.demand import Step, draw_demand
from allocator.planning.intervals import any_time_interval
from allocator.planning.settings import Planning

BOUND_FUTURES = 100  # futures whose people alone are drawn


@dataclass(frozen=True, slots=True)
class Target:
    """What has to be kept, and how surely.

    Attributes
    ----------
    excess : int
        Excess allowed in each cycle of a division; 0 for within limits. Nobody may be unplaced.
    confidence : float
        Probability from 0 to 1.
    """

    excess: int
    confidence: float


def lower_bound(
    force: Force, planning: Planning, target: Target, seed: int, horizon: int, most: int
) -> tuple[int, bool]:
    """The fewest officers by the limits themselves, and whether no number of them can keep the target.

    Parameters
    ----------
    force : Force
        One division, or a force whose divisions help each other.
    most : int
        Officers of whom it is asked whether they could each hold few high-risk cases, whatever the share.

    Returns
    -------
    (officers, impossible)
        Officers at full capacity in every cycle; and whether in too many futures more cases are high risk than the
        shares of all officers together allow, however many there are; or so many that each has so small a caseload that
        the share does not bind, up to ``most`` of them.
    """
    peaks, shares = [], []
    for future in range(BOUND_FUTURES):
        cases, high = people(force, draw_demand(force, planning, seed, future, horizon))
        start = min(planning.settle, horizon - 1)
        peaks.append(max(cases[start:]))
        shares.append(max(_share_excess(force, n, h, most) for n, h in zip(cases[start:], high[start:], strict=True)))
    limits = force.policy.limits
    enough = sorted(peaks)[min(len(peaks) - 1, math.ceil(target.confidence * len(peaks)) - 1)]
    officers = max(1, math.ceil((enough - target.excess) / max(1, limits.cases)))
    over = sum(1 for share in shares if share > target.excess)
    # Enough futures that the people alone put out of reach: the interval of what is left is below the target.
    within = len(shares) - over
    return officers, any_time_interval(within, len(shares))[1] < target.confidence


def _share_excess(force: Force, cases: int, high: int, most: int) -> float:
    """High-risk cases above what any number of officers may hold: the share of all, or a few each of ``most``."""
    limits = force.policy.limits
    if limits.small_caseload and high <= limits.high_risk_min * most:
        return 0.0
    return high - limits.high_risk_percent * cases / 100


def people(force: Force, steps: Sequence[Step]) -> tuple[list[int], list[int]]:
    """Cases and high-risk cases in each cycle of a future, before any staffing is known."""
    risky = set(force.policy.limits.high_risk)
    absent = {officer.officer_id for officer in force.officers if officer.status == "absent"}
    alive = {case.case_id: case.risk for case in force.cases if case.officer not in absent}
    cases, high = [len(alive)], [sum(1 for risk in alive.values() if risk in risky)]
    for step in steps:
        for case in step.arrived:
            alive[case.case_id] = case.risk
        for case_id in step.left:
            alive.pop(case_id, None)
        for case_id, update in step.changed.items():
            if "risk" in update and case_id in alive:
                alive[case_id] = update["risk"]
        cases.append(len(alive))
        high.append(sum(1 for risk in alive.values() if risk in risky))
    return cases, high
