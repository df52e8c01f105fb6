"""Evening out workload by exchanging cases that limits and disruption cannot tell apart: a start for fairness."""

from __future__ import annotations

import numpy as np

from allocator.rules import LIMITS
from allocator.rules.columns import NOBODY, Bools, Ints, alike
from allocator.rules.goals.fairness import Fairness
from allocator.solver.parts import Choices
from allocator.solver.tally import Tally

MOST = 500  # sorts of received cases, by officer and weight, that are compared each with each


def balance(open_to: Choices, plan: Ints) -> Ints:
    """A plan that differs from another only in who of two officers receives which of two cases.

    Two received cases are exchanged only where both officers may receive both, where no limit that concerns either
    officer tells the cases apart, and where disruption stays what it is, so that exchanging them changes only the
    points of the two. The exchange that lowers fairness most is made, until none does.

    Parameters
    ----------
    open_to : Choices
        Of the part alone.
    plan : (cases,) ints
    """
    columns, plan = open_to.columns, plan.copy()
    exchange = _Exchange(open_to, plan)
    keys = [open_to.receivers[1], columns.home]
    for limit in LIMITS:
        weights, concerned = limit.load(columns), limit.concerns(columns)
        if weights is not None and concerned.all():
            keys.append(weights)
        elif weights is not None and concerned.any():
            exchange.told_apart.append((weights, concerned))
    received = np.flatnonzero((plan != NOBODY) & (plan != columns.current))
    if len(received):
        _, number = alike([key[received] for key in keys])
        for same in range(number.max() + 1):
            exchange.within(received[number == same])
    return plan


class _Exchange:
    """Exchanges written into a plan, with the points that each officer then has.

    Attributes
    ----------
    told_apart : list of (weights, concerned)
        What limits that concern some officers only say of each case, and whom they concern.
    """

    def __init__(self, open_to: Choices, plan: Ints) -> None:
        self.columns, self.plan, fairness = open_to.columns, plan, Fairness()
        self.told_apart: list[tuple[Ints, Bools]] = []
        self.points: Ints = Tally(self.columns, plan).cases_held(fairness)
        self._thresholds = [np.zeros(0, dtype=np.int64) for _ in self.points]
        counted, thresholds = fairness.counted(self.columns), fairness.thresholds(self.columns)
        for o, begins in zip(counted.tolist(), thresholds, strict=True):
            self._thresholds[o] = begins
        self._below = [np.append(0, begins.cumsum()) for begins in self._thresholds]

    def unfair(self, officer: int, points: Ints) -> Ints:
        """What an officer adds to fairness with so many points: the sum of max(0, points - t) over the thresholds."""
        points = points * self.columns.points_unit
        below = np.searchsorted(self._thresholds[officer], points)
        return np.asarray(below * points - self._below[officer][below])

    def within(self, cases: Ints) -> None:
        """Exchange received cases that the same officers may receive, as long as that lowers fairness."""
        columns = self.columns
        marks = np.stack([columns.points, columns.knowing, *(weights for weights, _ in self.told_apart)])[:, cases]
        while len(cases):
            first, _ = alike([self.plan[cases], *marks])
            if not 1 < len(first) <= MOST:
                return
            officer, weight, current = self.plan[cases[first]], marks[0, first], columns.current[cases[first]]
            more = weight[None, :] - weight[:, None]  # what the first of a pair gains in points, the second loses
            gain = np.zeros_like(more)
            for o in np.unique(officer).tolist():
                rows = officer == o
                gain[rows] = self.unfair(o, self.points[o] + more[rows]) - self.unfair(o, self.points[o])
            gain += gain.T
            gain[self._find_barred(cases[first], officer, current)] = 0
            one, two = divmod(int(gain.argmin()), len(first))
            if gain[one, two] >= 0:
                return
            self.points[officer[one]] += more[one, two]
            self.points[officer[two]] -= more[one, two]
            self.plan[cases[first[[one, two]]]] = officer[[two, one]]

    def _find_barred(self, cases: Ints, officer: Ints, current: Ints) -> Bools:
        """Pairs of cases that cannot be exchanged: shape (cases, cases)."""
        known = self.columns.knowers[self.columns.knowing[cases]][:, officer]
        # Disruption would change: a case would come back home, or to somebody who knows it, or from there.
        barred = (current[:, None] == officer) | (known != known.diagonal()[:, None])
        barred |= barred.T | (officer[:, None] == officer)
        for weights, concerned in self.told_apart:
            differ, touched = weights[cases][:, None] != weights[cases], concerned[officer]
            barred |= differ & (touched[:, None] | touched)
        return np.asarray(barred)
