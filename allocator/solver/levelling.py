"""Evening out workload by exchanging cases that limits and disruption cannot tell apart: a start for fairness."""

from __future__ import annotations

import numpy as np

from allocator.rules.columns import Ints
from allocator.rules.goals.fairness import Fairness
from allocator.solver.flows import Flows
from allocator.solver.tally import Tally

MOST = 500  # sorts of received cases, by officer and points, that are compared each with each


def levelled(tally: Tally, alike: Flows, plan: Ints) -> Ints:
    """A plan that differs from another only in who of two officers receives which of two alike cases.

    Two received cases of one group weigh the same for every limit and cost the same with either officer, so that
    exchanging them changes only the points of the two. The exchange that lowers fairness most is made, until none does.

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
    for group in alike.groups:
        cases = np.array(group.cases)
        exchange.within(cases[plan[cases] != exchange.columns.current[cases]])
    return plan


class _Exchange:
    """Exchanges written into a plan, with the points that each officer then has."""

    def __init__(self, tally: Tally, plan: Ints) -> None:
        self.columns, self.plan, fairness = tally.columns, plan, Fairness()
        self.points = np.zeros(len(self.columns.officer_ids), dtype=np.int64)
        for o in tally.officers:
            self.points[o] = tally.held(o, fairness).constant
        most = int(self.points.max(initial=0)) + int(self.columns.points.max(initial=0)) + 1
        self.unfair = np.zeros((len(self.points), most), dtype=np.int64)
        for o in tally.officers:
            for threshold in fairness.thresholds(self.columns, o):
                self.unfair[o] += np.maximum(0, np.arange(most) - threshold)

    def within(self, cases: Ints) -> None:
        """Exchange received cases that are alike as long as that lowers fairness."""
        while len(cases):
            sorts = np.stack([self.plan[cases], self.columns.points[cases]])
            _, first = np.unique(sorts, axis=1, return_index=True)
            if not 1 < len(first) <= MOST:
                return
            officer, weight = sorts[:, first]
            points, current = self.points[officer], self.columns.current[cases[first]]
            more = weight[None, :] - weight[:, None]  # what the first of a pair gains in points, the second loses
            gain = self.unfair[officer[:, None], points[:, None] + more] - self.unfair[officer, points][:, None]
            gain += gain.T
            home = current[:, None] == officer  # an exchange that brings a case back would change disruption
            gain[home | home.T | (officer[:, None] == officer)] = 0
            one, other = divmod(int(gain.argmin()), len(first))
            if gain[one, other] >= 0:
                return
            self.points[officer[one]] += more[one, other]
            self.points[officer[other]] -= more[one, other]
            self.plan[cases[first[[one, other]]]] = officer[[other, one]]
