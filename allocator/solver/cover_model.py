"""The model of one part of cover: who covers how many of the cases that are alike; and what one cover comes to."""

from __future__ import annotations

import numpy as np

from allocator.rules.columns import NOBODY, Bools, Ints, alike, numbered
from allocator.rules.cover import COVER_GOALS
from allocator.rules.cover.columns import CoverColumns
from allocator.rules.linear import Lines
from allocator.solver.line_model import LineModel
from allocator.solver.tally import above

SOLVED = COVER_GOALS[1:]  # uncovered follows from the input


class CoverModel(LineModel):
    """Variables and rows of one part: cases of a group, alike to whoever may cover them, go to officers by number.

    Cover is an array of officer positions, one for each case of the columns.
    """

    def __init__(self, columns: CoverColumns) -> None:
        super().__init__()
        self.columns = columns
        able, costs = numbered(columns.choices), numbered(columns.disruption)
        one, self._group = alike([able, costs, columns.high.astype(int), columns.grave.astype(int), columns.points])
        sizes, choices = np.bincount(self._group, minlength=len(one)), columns.choices[one]
        self._one = one
        self._rows, self._officers = np.nonzero(choices)
        self._table = np.full(choices.shape, NOBODY)
        self._table[choices] = self._variables = self.linear.variables(0, sizes[self._rows], decisive=True)
        ones = np.ones_like(self._rows)
        self.linear.equal(Lines(np.zeros_like(sizes), self._rows, self._variables, ones), sizes)

    # What goals may ask for (see rules.cover.base.CoverPosting)

    def covered(self, load: Ints | Bools | None = None) -> Lines:
        each = np.ones_like(self._rows) if load is None else load[self._one[self._rows]].astype(np.int64)
        weighs = each != 0
        count = np.zeros(len(self.columns.officer_ids), dtype=np.int64)
        return Lines(count, self._officers[weighs], self._variables[weighs], each[weighs])

    def cost(self, table: Ints) -> Lines:
        costs = table[self._one[self._rows], self._officers]
        costly = costs != 0
        return Lines(0, np.zeros_like(costs[costly]), self._variables[costly], costs[costly])

    # Cover in, cover out (see solver.prover.Solvable)

    @property
    def cases(self) -> int:
        """Cases of the part."""
        return len(self._group)

    @property
    def mostly_placed(self) -> bool:
        """That who covers has to be found for all of them does not make relaxations weak: a case weighs little."""
        return False

    def values(self, cover: Ints) -> Ints:
        """Value of every variable under cover of this part."""
        values = np.zeros_like(self.linear.lower)
        np.add.at(values, self._table[self._group, cover], 1)
        return self.follow(values)

    def plan(self, values: Ints, start: Ints) -> Ints:
        """The cover that the variables' values describe, written over a copy of ``start``."""
        cover = start.copy()
        order = np.argsort(self._group, kind="stable")
        cover[order] = np.repeat(self._officers, values[self._variables])
        return cover


class CoverTally:
    """A part under one cover. All lines are numbers, so that it takes no model to know what it reaches."""

    def __init__(self, columns: CoverColumns, cover: Ints) -> None:
        self.columns, self._cover = columns, cover

    def values(self) -> tuple[int, ...]:
        """What it reaches on each goal that is solved."""
        return tuple(int(goal.objective(self)) for goal in SOLVED)

    # What goals may ask for (see rules.cover.base.CoverPosting)

    def covered(self, load: Ints | Bools | None = None) -> Ints:
        counts = np.zeros(len(self.columns.officer_ids), dtype=np.int64)
        np.add.at(counts, self._cover, 1 if load is None else load.astype(np.int64))
        return counts

    def cost(self, table: Ints) -> int:
        return int(table[np.arange(len(self._cover)), self._cover].sum())

    def steps(self, lines: Ints, thresholds: Ints, unit: int = 1) -> Ints:
        return above(lines, thresholds, unit)
