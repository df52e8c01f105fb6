"""What one plan of a part comes to: the rules post their lines to it as they do to a model, and numbers come out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from allocator.rules import LIMITS
from allocator.rules.base import Goal, Limit, Rule
from allocator.rules.columns import NOBODY, Bools, Columns, Ints


class Tally:
    """A part under one plan. All lines are numbers, so that it takes no model to know what a plan reaches.

    Parameters
    ----------
    columns : Columns
        Of the part alone.
    plan : (cases,) ints
        Officer of each case.

    Attributes
    ----------
    excess : (officers or premises,) ints
        Of each position, of the officer's limits and the premises'.
    """

    def __init__(self, columns: Columns, plan: Ints) -> None:
        self.columns, self.policy = columns, columns.policy
        current = columns.current
        self._moved = np.flatnonzero((plan != NOBODY) & (plan != current))
        self._to = plan[self._moved]
        holder = columns.holders(plan)
        self._placed = np.flatnonzero(holder != NOBODY)
        self._holder = holder[self._placed]
        self.excess = np.zeros(max(len(columns.officer_ids), len(columns.site_division)), dtype=np.int64)
        for rule in LIMITS:
            rule.post(self)

    def values(self, goals: Iterable[Goal]) -> tuple[int, ...]:
        """What the plan reaches on goals."""
        return tuple(int(goal.objective(self)) for goal in goals)

    # What rules may ask for (see rules.base.Posting)

    def cases_held(self, rule: Rule | None = None) -> Ints:
        return self._count(rule, self._placed, self._holder)

    def cases_received(self, rule: Rule | None = None) -> Ints:
        return self._count(rule, self._moved, self._to)

    def cases_received_away(self) -> int:
        return int((self.columns.officer_division[self._to] != self.columns.home[self._moved]).sum())

    def cases_received_by_strangers(self) -> int:
        knowing = self.columns.knowing[self._moved]
        return int(((knowing > 0) & ~self.columns.knowers[knowing, self._to]).sum())

    def load_of_moves(self, rule: Rule) -> int:
        load = rule.load(self.columns)
        return len(self._moved) if load is None else int(load[self._moved].sum())

    def limit(self, rule: Limit, who: Ints, *sides: tuple[Ints, Ints | int]) -> None:
        """Count the excess of a limit: the least by which one of its sides allows what is reached."""
        over = np.minimum.reduce([reached - bound for reached, bound in sides])
        np.add.at(self.excess, who, np.maximum(over, 0))

    def total_excess(self) -> int:
        return int(self.excess.sum())

    def floor(self, lines: Ints, unit: int, most: Ints | int) -> Ints:
        """Whole units in each line, at most as many as are given."""
        return np.minimum(lines // unit, most)

    def limit_taken(self, officers: Ints, exact: Bools) -> Ints:
        """What officers' cases take of their limits."""
        return np.minimum(self.cases_held()[officers], self.columns.limit[officers])

    def steps(self, lines: Ints, thresholds: Ints, unit: int = 1) -> Ints:
        return above(lines, thresholds, unit)

    def _count(self, rule: Rule | None, cases: Ints, officers: Ints) -> Ints:
        load = None if rule is None else rule.load(self.columns)
        counts = np.zeros(len(self.columns.officer_ids), dtype=np.int64)
        np.add.at(counts, officers, 1 if load is None else load[cases])
        return counts


def above(lines: Ints, thresholds: Ints, unit: int = 1) -> Ints:
    """The sum of max(0, unit * line - t) over the thresholds t of each line."""
    return np.asarray(np.maximum(0, unit * lines[:, None] - thresholds).sum(axis=1))
