"""What one plan of a part comes to: the rules post their lines to it as they do to a model, and numbers come out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from allocator.domain.policy import Policy
from allocator.rules import LIMITS
from allocator.rules.base import Goal, Rule
from allocator.rules.columns import NOBODY, Ints
from allocator.rules.linear import Line
from allocator.solver.parts import Choices, Part


class Tally:
    """A part under one plan. Every line is a number, so that it takes no model to know what a plan reaches.

    Parameters
    ----------
    plan : (cases of the columns,) ints
        Officer of each case; those outside the part do not matter.
    """

    def __init__(self, open_to: Choices, part: Part, plan: Ints) -> None:
        columns = self.columns = open_to.columns
        self.policy: Policy = columns.policy
        self.officers: list[int] = part.officers.tolist()
        self._cases, officer, current = part.cases, plan[part.cases], columns.current[part.cases]
        self._moved = (officer != NOBODY) & (officer != current)
        self._officer = officer
        self._holder = officer.copy()
        with_current = (officer == NOBODY) & (current >= 0)  # unplaced, and counting where they are unless that ends
        with_current[with_current] = ~columns.leaving[current[with_current]]
        self._holder[with_current] = current[with_current]
        self._counts: dict[tuple[str, bool], list[int]] = {}
        self._excess: dict[tuple[str, int], int] = {}
        for rule in LIMITS:
            rule.post(self)

    def values(self, goals: Iterable[Goal]) -> tuple[int, ...]:
        """What the plan reaches on goals."""
        return tuple(goal.objective(self).constant for goal in goals)

    # What rules may ask for (see rules.base.Posting)

    def nothing(self) -> Line:
        return Line()

    def cases_held(self, officer: int, rule: Rule | None = None) -> Line:
        """Cases that the officer holds, each counted ``rule.load`` times."""
        return Line({}, self._count(rule, received=False)[officer])

    def cases_received(self, officer: int, rule: Rule | None = None) -> Line:
        return Line({}, self._count(rule, received=True)[officer])

    def cases_received_away(self) -> Line:
        home, officer = self.columns.home[self._cases[self._moved]], self._officer[self._moved]
        return Line({}, int((self.columns.officer_division[officer] != home).sum()))

    def cases_received_by_strangers(self) -> Line:
        knowing, officer = self.columns.knowing[self._cases[self._moved]], self._officer[self._moved]
        return Line({}, int(((knowing > 0) & ~self.columns.knowers[knowing, officer]).sum()))

    def load_of_moves(self, rule: Rule) -> Line:
        return Line({}, int(self._load(rule)[self._moved].sum()))

    def budgets(self, rule: Rule) -> list[int]:
        """None: what must hold is not asked about here."""
        return []

    def moves_drawing_on(self, code: int, rule: Rule) -> Line:
        """As for ``budgets``."""
        return Line()

    def at_most(self, line: Line, bound: int) -> None:
        """As for ``budgets``."""

    def limit(self, rule: Rule, who: int, *sides: tuple[Line, int, int]) -> None:
        """Count the excess of a limit: the least by which one of its sides allows what is reached."""
        over = min(-((bound - line.constant) // unit) for line, bound, unit in sides)
        self._excess[rule.id, who] = max(0, over)

    def total_excess(self) -> Line:
        return Line({}, sum(self._excess.values()))

    def floor(self, line: Line, unit: int, most: int | None = None) -> Line:
        """Whole units in a line, at most as many as are given."""
        floor = line.constant // unit
        return Line({}, floor if most is None else min(floor, most))

    def limit_taken(self, officer: int, exact: bool) -> Line:
        """What an officer's cases take of their limit."""
        return Line({}, min(self.cases_held(officer).constant, int(self.columns.limit[officer])))

    def steps(self, line: Line, thresholds: Sequence[int], unit: int = 1) -> Line:
        """The sum of max(0, unit * line - t) over the thresholds t."""
        reached = unit * line.constant
        return Line({}, sum(reached - t for t in thresholds if t < reached))

    def _count(self, rule: Rule | None, received: bool) -> list[int]:
        key = (rule.id if rule else "", received)
        if key not in self._counts:
            officer = self._officer if received else self._holder
            which = self._moved if received else officer != NOBODY
            weights = self._load(rule)[which]
            counts = np.bincount(officer[which], weights, minlength=len(self.columns.officer_ids))
            self._counts[key] = counts.astype(np.int64).tolist()
        return self._counts[key]

    def _load(self, rule: Rule | None) -> Ints:
        load = None if rule is None else rule.load(self.columns)
        return np.ones(len(self._cases), dtype=np.int64) if load is None else load[self._cases]
