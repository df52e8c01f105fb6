"""Parts of new cases and officers who are alike: what each of them gets is one of few patterns."""

from __future__ import annotations

import numpy as np

from allocator.rules.columns import NOBODY, Ints
from allocator.rules.goals.fairness import Fairness
from allocator.rules.linear import LinearModel, Lines
from allocator.solver.groups import Groups, group_cases
from allocator.solver.parts import Choices
from allocator.solver.state import SOLVED
from allocator.solver.tally import Tally

MOST = 5_000  # patterns


class Patterns:
    """A model of fairness that counts the officers who get each pattern: so many cases of each group.

    It cannot tell officers apart, and its relaxation is near the truth, where a `Model` says the same thing once for
    each order of the officers (Gilmore and Gomory 1961).

    Parameters
    ----------
    groups : Groups
        Of all cases.
    counts : (patterns, groups) ints
        All that an officer can get.
    excess : int
        The most that all officers together may have.
    """

    def __init__(self, open_to: Choices, groups: Groups, counts: Ints, excess: int) -> None:
        columns, fairness, self.linear, self.open_to = open_to.columns, Fairness(), LinearModel(), open_to
        self._counts, self._cases, self._group = counts, groups.cases, groups.group
        pattern, group = np.nonzero(counts)
        times = counts[pattern, group]
        # Each pattern as an officer who has been given it.
        given = columns.part(np.zeros(len(counts), dtype=np.int64), np.repeat(groups.one[group], times))
        tally = Tally(given, np.repeat(pattern, times))
        unfair = tally.steps(tally.cases_held(fairness), fairness.thresholds(given), given.points_unit)
        officers = len(columns.officer_ids)
        numbers = self.linear.variables(0, np.full(len(counts), officers))
        self.linear.equal(Lines(np.zeros_like(groups.size), group, numbers[pattern], times), groups.size)
        self.linear.equal(Lines.of(numbers).sum(), officers)
        self.linear.at_most((Lines.of(numbers) * tally.excess).sum(), excess)
        self.objective = (Lines.of(numbers) * unfair).sum()

    @property
    def cases(self) -> int:
        """Cases of the part."""
        return len(self._cases)

    @property
    def mostly_placed(self) -> bool:
        """All of them are placed."""
        return True

    def values(self, plan: Ints) -> Ints:
        """How many officers get each pattern under a plan."""
        got = np.zeros((plan.max() + 1, self._counts.shape[1]), dtype=np.int64)
        np.add.at(got, (plan[self._cases], self._group), 1)
        number = {row.tobytes(): k for k, row in enumerate(self._counts)}
        values = np.bincount([number[row.tobytes()] for row in got], minlength=len(number))
        values[0] += self.linear.upper[0] - len(got)
        return values

    def plan(self, values: Ints, start: Ints) -> Ints:
        """A plan in which so many officers get each pattern, written over a copy of ``start``."""
        plan, given = start.copy(), np.repeat(self._counts, values, axis=0)
        order = np.argsort(self._group, kind="stable")
        group, officer = np.nonzero(given.T)
        plan[self._cases[order]] = np.repeat(officer, given.T[group, officer])
        return plan


def find_patterns(open_to: Choices, excess: int) -> Patterns | None:
    """The model of a part by patterns; None where its officers are not alike, or can get too many of them."""
    columns = open_to.columns
    free = open_to.must.all() and open_to.receive.all() and columns.current.max(initial=NOBODY) == NOBODY
    if not free or not len(columns.case_ids) or columns.linked.any() or columns.knowing.any():
        return None
    if not all((of == of[:1]).all() for of in (getattr(columns, name) for name in columns._of_officers)):
        return None
    most = int(columns.limit[0]) + excess  # whoever has more has more excess
    groups, counts = group_cases(open_to, open_to.pinned, SOLVED, moves=True), np.zeros((1, 0), dtype=np.int64)
    for size in groups.size.tolist():
        more = np.arange(min(size, most) + 1)
        counts = np.column_stack([np.repeat(counts, len(more), axis=0), np.tile(more, len(counts))])
        counts = counts[counts.sum(axis=1) <= most]
        if len(counts) > MOST:
            return None
    return Patterns(open_to, groups, counts, excess)
