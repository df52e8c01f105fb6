"""Evening out workload by exchanging cases that limits and disruption cannot tell apart: a start for fairness."""

from __future__ import annotations

import numpy as np

from allocator.rules import LIMITS
from allocator.rules.columns import NOBODY, Ints, alike
from allocator.rules.goals.fairness import Fairness
from allocator.solver.parts import Choices
from allocator.solver.tally import Tally

MOST = 500  # sorts of received cases, by officer and weight, that are compared each with each


def balance(open_to: Choices, plan: Ints) -> Ints:
    """A plan that differs from another only in who of two officers receives which of two cases.

    Two received cases that nobody has managed before are exchanged only where both officers may receive both, where no
    limit tells them apart, and where neither comes back, so that exchanging them changes only the points of the two
    officers. The exchange that lowers fairness most is made, until none does.

    Parameters
    ----------
    open_to : Choices
        Of the part alone.
    plan : (cases,) ints
    """
    columns, fairness, plan = open_to.columns, Fairness(), plan.copy()
    points = Tally(columns, plan).cases_held(fairness)
    thresholds = dict(zip(fairness.counted(columns).tolist(), fairness.thresholds(columns), strict=True))
    received = np.flatnonzero((plan != NOBODY) & (plan != columns.current) & (columns.knowing == 0))
    loads = [load for load in (limit.load(columns) for limit in LIMITS) if load is not None]
    _, number = alike([key[received] for key in (open_to.receivers[1], columns.home, *loads)])
    for same in range(number.max(initial=-1) + 1):
        cases = received[number == same]
        while True:
            first, _ = alike([plan[cases], columns.points[cases]])
            if not 1 < len(first) <= MOST:
                break
            one = cases[first]
            officer, weight, current = plan[one], columns.points[one], columns.current[one]
            more = weight[None, :] - weight[:, None]  # what the first of a pair gains in points, the second loses
            gain = np.zeros_like(more)
            for o in np.unique(officer).tolist():
                before, begins = columns.points_unit * points[o], thresholds.get(o, points[:0])
                after = before + columns.points_unit * more[officer == o]
                gain[officer == o] = unfair(begins, after) - unfair(begins, before)
            back = current[:, None] == officer
            gain = np.where(back | back.T | (officer[:, None] == officer), 0, gain + gain.T)
            a, b = divmod(int(gain.argmin()), len(first))
            if gain[a, b] >= 0:
                break
            points[officer[a]] += more[a, b]
            points[officer[b]] -= more[a, b]
            plan[one[[a, b]]] = officer[[b, a]]
    return plan


def unfair(thresholds: Ints, points: Ints | int) -> Ints:
    """What an officer adds to fairness with so many points: the sum of max(0, points - t) over sorted thresholds."""
    number = np.searchsorted(thresholds, points)
    return np.asarray(number * points - np.append(0, thresholds.cumsum())[number])
