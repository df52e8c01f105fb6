"""The model of one part: rules post their lines to it, engines solve it, plans go in and come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import gcd

import numpy as np

from allocator.domain.policy import Policy
from allocator.rules import LIMITS, MOVEMENT
from allocator.rules.base import Goal, Rule
from allocator.rules.columns import Columns, Ints
from allocator.rules.limits.case_limit import CaseLimit
from allocator.rules.linear import Line, LinearModel
from allocator.solver.flows import Flows
from allocator.solver.groups import UNCOUNTED
from allocator.solver.parts import Choices, Part

Reached = Callable[[Line], int]


@dataclass(frozen=True)
class Derived:
    """A variable whose best value follows from what some lines reach."""

    variable: int
    value: Callable[[Reached], int]
    lines: tuple[Line, ...]


class Model:
    """Variables and rows of one part, as fine as the goals in force need.

    A plan is an array of officer positions, one for each case of the columns.

    Parameters
    ----------
    goals : iterable of Goal
        Goals whose lines will be used.
    moves : bool
        Whether permitted cases may move.
    within : Model, optional
        A model of the same part for fewer goals, whose variables' bounds hold here too: what it says stays or is not
        received is left out.
    exact : bool
        Whether each excess is asked about by itself, and not only what all of them come to.
    """

    def __init__(
        self,
        open_to: Choices,
        part: Part,
        goals: Iterable[Goal],
        moves: bool = True,
        within: Model | None = None,
        exact: bool = False,
    ) -> None:
        self._exact = exact
        self.columns: Columns = open_to.columns
        self.policy: Policy = open_to.columns.policy
        self.part = part
        self.officers: list[int] = part.officers.tolist()
        self.linear = LinearModel()
        self.flows: Flows = Flows(self.linear, open_to, part, goals, moves, None if within is None else within.flows)
        self._fixed = self._fixed_cases(self.flows.open_to, moves)
        self._forced = part.cases[open_to.must[part.cases]]
        self._counted = open_to.counted
        self._held: dict[tuple[int, str], Line] = {}
        self._excess: dict[tuple[str, int], Line] = {}
        self.derived: list[Derived] = []
        for rule in (*MOVEMENT, *LIMITS):
            rule.post(self)

    def _fixed_cases(self, open_to: Choices, moves: bool) -> dict[int, Ints]:
        """Cases that count for each officer whatever the plan."""
        current = self.columns.current
        counts = (open_to.pinned if moves else open_to.permitted) | open_to.stuck
        cases = self.part.cases[(counts & (current >= 0))[self.part.cases]]
        cases = cases[~(open_to.stuck[cases] & self.columns.leaving[current[cases]])]
        return {o: cases[current[cases] == o] for o in self.officers}

    # What rules may ask for (see rules.base.Posting)

    def nothing(self) -> Line:
        return Line()

    def cases_held(self, officer: int, rule: Rule | None = None) -> Line:
        key = (officer, rule.id if rule else "")
        if key not in self._held:
            load = self._load(rule)
            line = self.cases_received(officer, rule) + int(load[self._fixed[officer]].sum())
            for s in self.flows.leaving[officer]:
                stock = self.flows.stocks[s]
                line.add(int(load[stock.cases[0]]) * len(stock.cases))
                line.add(self.flows.out[s], -int(load[stock.cases[0]]))
            self._held[key] = line
        return self._held[key]

    def cases_received(self, officer: int, rule: Rule | None = None) -> Line:
        load, line = self._load(rule), Line()
        for into, case in self.flows.received[officer]:
            if load[case]:
                line.add(into, int(load[case]))
        return line

    def cases_received_away(self) -> Line:
        return self.flows.away

    def cases_received_by_strangers(self) -> Line:
        return self.flows.strange

    def load_of_moves(self, rule: Rule) -> Line:
        line = Line({}, int(self._load(rule)[self._forced].sum()))
        for stock, out in zip(self.flows.stocks, self.flows.out, strict=True):
            line.add(out, stock.cost)
        return line

    def budgets(self, rule: Rule) -> list[int]:
        """Budgets that some case of this part draws on."""
        return sorted({stock.budget for stock in self.flows.stocks} - {UNCOUNTED})

    def moves_drawing_on(self, code: int, rule: Rule) -> Line:
        """Permitted cases that move and draw on a budget."""
        forced = self._forced[self._counted[self._forced]]
        line = Line({}, int((self._load(rule)[forced] == code).sum()))
        for stock, out in zip(self.flows.stocks, self.flows.out, strict=True):
            if stock.budget == code:
                line.add(out)
        return line

    def at_most(self, line: Line, bound: int) -> None:
        self.linear.at_most(line, bound)

    def limit(self, rule: Rule, who: int, *sides: tuple[Line, int, int]) -> None:

        def over(reached: Reached) -> int:
            return max(0, min(-((bound - reached(line)) // unit) for line, bound, unit in sides))

        most = over(lambda line: self.linear.span(line)[1])
        if most == 0:
            return
        excess = self.linear.variable(0, most, decisive=True)
        self._excess[rule.id, who] = excess
        self._derive(excess, over, *(line for line, _, _ in sides))
        self._either([(line - unit * excess, bound) for line, bound, unit in sides])

    @property
    def excesses(self) -> Mapping[tuple[str, int], Line]:
        """Excess of each limit that can be exceeded, by the id of its rule and whom or which premises it is of."""
        return self._excess

    def total_excess(self) -> Line:
        total = Line()
        for excess in self._excess.values():
            total.add(excess)
        return total

    def floor(self, line: Line, unit: int, most: int | None = None) -> Line:
        """A variable that is at most floor(line / unit), and at most ``most`` where that is given.

        Engines prove more by branching on it than on the line.
        """
        lowest, highest = (value // unit for value in self.linear.span(line))
        cap = highest if most is None else min(most, highest)
        if cap <= lowest:
            return Line({}, cap)
        floor = self.linear.variable(lowest, cap, decisive=True)
        self._derive(floor, lambda reached: min(reached(line) // unit, cap), line)
        common = gcd(unit, line.constant, *line.terms.values())
        scaled = Line({v: c // common for v, c in line.terms.items()}, line.constant // common)
        self.at_most(unit // common * floor - scaled, 0)
        return floor

    def limit_taken(self, officer: int, exact: bool) -> Line:
        """A line that is at least min(n, L), what an officer's cases take of their limit.

        Cases less the excess over the limit are that minimum when the excess is exact, and no total can gain when it
        is not, as long as one reserve counts on the officer; where several do, ``exact`` asks for a variable, as does
        a model of exact excesses.
        """
        held, limit = self.cases_held(officer), int(self.columns.limit[officer])
        if self.linear.span(held)[1] <= limit:
            return held
        if not (exact or self._exact):
            return held - self._excess[CaseLimit.id, officer]
        taken = self.linear.variable(0, limit, decisive=True)
        self._derive(taken, lambda reached: min(reached(held), limit), held)
        self._either([(held - taken, 0), (limit - taken, 0)])
        return taken

    def _either(self, sides: list[tuple[Line, int]]) -> None:
        """Require that one side's line is at most its bound; of two at the most."""
        if any(self.linear.span(line)[1] <= bound for line, bound in sides):
            return
        (line, bound), *rest = sides
        if not rest:
            self.at_most(line, bound)
            return
        ((other, most),) = rest
        choice = self.linear.variable(0, 1, decisive=True)
        self._derive(choice, lambda reached: int(reached(line) > bound), line)
        self.at_most(line - (self.linear.span(line)[1] - bound) * choice, bound)
        slack = self.linear.span(other)[1] - most
        self.at_most(other + slack * choice, most + slack)

    def steps(self, line: Line, thresholds: Sequence[int], unit: int = 1) -> Line:
        """A line that is at least the sum of max(0, unit * line - t) over the thresholds t, and that when minimised.

        The sum is convex, so it is cut where its slope changes: one row in all, and a variable for each stretch that
        the line can reach, which costs what the thresholds below it come to. A row a threshold says the same and
        makes relaxations many times slower. A threshold between two multiples of the unit bends at both.
        """
        bends: Counter[int] = Counter()
        for threshold in thresholds:
            whole, rest = divmod(threshold, unit)
            bends[whole] += unit - rest
            bends[whole + 1] += rest
        least, most = self.linear.span(line)
        corners = sorted({least, *(bend for bend, more in bends.items() if more and least < bend < most)})
        cost = Line({}, sum(more * (least - bend) for bend, more in bends.items() if bend <= least))
        stretches = []
        for corner, end in zip(corners, [*corners[1:], most], strict=True):
            slope = sum(more for bend, more in bends.items() if bend <= corner)
            if slope == 0:
                least = end  # what is below the first threshold costs nothing
            elif end > corner:
                stretches.append((self.linear.variable(0, end - corner), corner, end))
                cost.add(stretches[-1][0], slope)
        if stretches:
            for variable, corner, end in stretches:
                self._derive(variable, partial(_stretch, line, corner, end), line)
            self.at_most(line - sum((v for v, _, _ in stretches), Line()), least)
        return cost

    def _derive(self, variable: Line, value: Callable[[Reached], int], *lines: Line) -> None:
        self.derived.append(Derived(variable.number, value, lines))

    def _load(self, rule: Rule | None) -> Ints:
        load = None if rule is None else rule.load(self.columns)
        return np.ones(len(self.columns.case_ids), dtype=np.int64) if load is None else load

    # Plans in, plans out

    def values(self, plan: Ints) -> list[int]:
        """Value of every variable under a plan of this part."""
        values = [0] * len(self.linear.lower)
        self.flows.count(plan, values)
        known: dict[int, int] = {}

        def reached(line: Line) -> int:
            if id(line) not in known:
                known[id(line)] = line.at(values)
            return known[id(line)]

        for derived in self.derived:
            values[derived.variable] = derived.value(reached)
        return values

    def plan(self, values: list[int], start: Ints) -> Ints:
        """The plan that the variables' values describe, written over a copy of ``start``."""
        return self.flows.plan(values, start)


def _stretch(line: Line, corner: int, end: int, reached: Reached) -> int:
    """How far a line goes from a corner towards the next."""
    return max(0, min(reached(line), end) - corner)
