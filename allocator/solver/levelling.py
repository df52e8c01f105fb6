"""Evening out workload by exchanging cases that limits and disruption cannot tell apart: a start for fairness."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from allocator.rules.columns import Ints
from allocator.rules.goals.fairness import Fairness
from allocator.solver.flows import Flows
from allocator.solver.tally import Tally

MOST = 500  # sorts of received cases, by officer and points, that are compared each with each


def levelled(tally: Tally, alike: Flows, plan: Ints) -> Ints:
    """A plan that differs from another only in who of two officers receives which of two alike cases.

    Two received cases of one group weigh the same for every limit and cost the same with either officer, and so do two
    of one base that strangers receive where each is a stranger's with the other's receiver too, so that exchanging them
    changes only the points of the two. The exchange that
    lowers fairness most is made, until none does.

    Parameters
    ----------
    tally : Tally
        What the plan comes to.
    alike : Flows
        As fine as disruption needs, and no finer.
    plan : (cases,) ints

    Returns
    -------
    (cases,) ints
    """
    plan = plan.copy()
    exchange = _Exchange(tally, plan)
    sorts: dict[tuple[int, int | None], list[Ints]] = defaultdict(list)
    for number, group in enumerate(alike.groups):
        cases = np.array(group.cases)
        cases = cases[plan[cases] != exchange.columns.current[cases]]
        known = np.isin(plan[cases], list(group.known or ()))
        sorts[group.base, None].append(cases[~known])
        sorts[group.base, number].append(cases[known])
    for received in sorts.values():
        exchange.within(np.sort(np.concatenate(received)))
    return plan


class _Exchange:
    """Exchanges written into a plan, with the points that each officer then has."""

    def __init__(self, tally: Tally, plan: Ints) -> None:
        self.columns, self.plan, fairness = tally.columns, plan, Fairness()
        self.points = np.zeros(len(self.columns.officer_ids), dtype=np.int64)
        self._thresholds = [np.zeros(0, dtype=np.int64) for _ in self.points]
        for o in tally.officers:
            self.points[o] = tally.held(o, fairness).constant
            self._thresholds[o] = np.array(fairness.thresholds(self.columns, o), dtype=np.int64)
        self._below = [np.append(0, thresholds.cumsum()) for thresholds in self._thresholds]

    def unfair(self, officer: int, points: Ints) -> Ints:
        """What an officer adds to fairness with so many points: the sum of max(0, points - t) over the thresholds."""
        points = points * self.columns.points_unit
        below = np.searchsorted(self._thresholds[officer], points)
        return np.asarray(below * points - self._below[officer][below])

    def within(self, cases: Ints) -> None:
        """Exchange received cases that are alike as long as that lowers fairness."""
        while len(cases):
            sorts = np.stack([self.plan[cases], self.columns.points[cases]])
            _, first = np.unique(sorts, axis=1, return_index=True)
            if not 1 < len(first) <= MOST:
                return
            officer, weight = sorts[:, first]
            current = self.columns.current[cases[first]]
            more = weight[None, :] - weight[:, None]  # what the first of a pair gains in points, the second loses
            gain = np.zeros_like(more)
            for o in np.unique(officer).tolist():
                rows = officer == o
                gain[rows] = self.unfair(o, self.points[o] + more[rows]) - self.unfair(o, self.points[o])
            gain += gain.T
            home = current[:, None] == officer  # an exchange that brings a case back would change disruption
            known = self.columns.knowers[self.columns.knowing[cases[first]]][:, officer]
            other = known != known.diagonal()[:, None]  # and so would one that brings it to who knows it, or from there
            gain[home | home.T | other | other.T | (officer[:, None] == officer)] = 0
            one, two = divmod(int(gain.argmin()), len(first))
            if gain[one, two] >= 0:
                return
            self.points[officer[one]] += more[one, two]
            self.points[officer[two]] -= more[one, two]
            self.plan[cases[first[[one, two]]]] = officer[[two, one]]
