"""Our own grouped model of one part, for peers that give it to one engine alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocator import Force
from allocator.rules.columns import NOBODY, Columns, Ints
from allocator.rules.linear import UNBOUNDED, Lines, sorted_terms
from allocator.rules.linear import LinearModel as Arrays
from allocator.solver.greedy import greedy_plan
from allocator.solver.model import Model
from allocator.solver.parts import Choices, Part, choices, split_into_parts
from allocator.solver.state import SOLVED
from allocator.solver.tally import Tally
from benchmarks.peers.goal_by_goal import Crew, Engine, Officers
from benchmarks.peers.linear import Line, LinearModel
from benchmarks.peers.protocol import Teller


class Grouped:
    """The grouped model of one part: for each goal no finer than it and the goals before need.

    Parameters
    ----------
    open_to, part : Choices, Part
    position : (cases,) ints
        Place in the force of each case of the columns.
    """

    goals = tuple(goal.id for goal in SOLVED)

    def __init__(self, open_to: Choices, part: Part, position: Ints) -> None:
        self._columns, self._part, self._position = open_to.columns, part, position[part.cases]
        self._open_to = open_to.part(part)
        self._models: dict[int, Model] = {}

    def model(self, number: int, reached: Sequence[int]) -> tuple[LinearModel, Line]:
        """The model of a goal, with the goals before it at the values reached, and the line to be minimised."""
        built = self._models[number] = Model(self._open_to, SOLVED[: number + 1])
        *earlier, line = (goal.objective(built) for goal in SOLVED[: number + 1])
        for before, value in zip(earlier, reached, strict=True):
            built.linear.at_most(before, value)
        return plain_model(built.linear), *plain(line)

    def values(self, number: int, plan: Officers) -> list[int]:
        """Value of every variable of that model under a plan."""
        return self._models[number].values(self._codes(plan)).tolist()

    def plan(self, number: int, values: list[int]) -> Officers:
        """The plan of a solution of that model."""
        columns = self._open_to.columns
        start = np.where(self._open_to.permitted, columns.current, NOBODY)
        codes = self._part.outward(self._models[number].plan(np.array(values, dtype=np.int64), start))
        return {int(k): named(self._columns, code) for k, code in zip(self._position, codes, strict=True)}

    def reached(self, plan: Officers) -> tuple[int, ...]:
        """What a plan reaches on excess, disruption and fairness."""
        return Tally(self._open_to.columns, self._codes(plan)).values(SOLVED)

    def _codes(self, plan: Officers) -> Ints:
        codes = np.full(len(self._columns.case_ids), NOBODY)
        holders = (plan[int(position)] for position in self._position)
        codes[self._part.cases] = [NOBODY if who is None else self._columns.position[who] for who in holders]
        return self._part.inward(codes)


def plain_model(linear: Arrays) -> LinearModel:
    """A model in arrays as plain data."""
    rows = plain(Lines(np.zeros_like(linear.most), *linear.terms))
    bounds = zip(linear.least.tolist(), linear.most.tolist(), strict=True)
    return LinearModel(
        linear.lower.tolist(),
        linear.upper.tolist(),
        [(row.terms, None if low == -UNBOUNDED else low, high) for row, (low, high) in zip(rows, bounds, strict=True)],
    )


def plain(lines: Lines) -> list[Line]:
    """Lines in arrays one by one."""
    every = [Line(constant=constant) for constant in lines.constant.tolist()]
    for row, *term in zip(*(of.tolist() for of in sorted_terms(lines)), strict=True):
        every[row].terms.update([term])
    return every


def named(columns: Columns, code: int) -> str | None:
    """The officer_id of an officer's place in the columns."""
    return None if code == NOBODY else columns.officer_ids[code]


def solve(force: Force, teller: Teller, engine: Engine) -> None:
    """Solve each part of a force with one engine, from greedy's plan, side by side."""
    open_to = choices(Columns(force))
    columns, found = open_to.columns, split_into_parts(open_to)
    place = {case.case_id: k for k, case in enumerate(force.cases)}
    position = np.array([place[case_id] for case_id in columns.case_ids], dtype=np.int64)
    plan: list[str | None] = [None] * len(force.cases)
    for part in found:
        for case, code in zip(part.cases, part.outward(greedy_plan(open_to.part(part))), strict=True):
            plan[position[case]] = named(columns, code)
    weights = force.policy.unplaced  # the first goal follows from the input
    unplaced = sum(getattr(weights, c.risk) for c, o in zip(force.cases, plan, strict=True) if o is None)
    teller.bound("unplaced", unplaced)
    teller.proved("unplaced")
    builders = [lambda part=part: Grouped(open_to, part, position) for part in found]
    Crew(teller, plan, engine).run(builders, [position[part.cases].tolist() for part in found])
