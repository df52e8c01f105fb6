"""Our own grouped model of one part, for peers that give it to one engine alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocator import Force
from allocator.rules.columns import NOBODY, Columns, Ints
from allocator.rules.linear import Line, LinearModel
from allocator.solver.greedy import greedy_plan
from allocator.solver.model import Model
from allocator.solver.parts import Choices, Part, choices, split_into_parts
from allocator.solver.state import SOLVED
from allocator.solver.tally import Tally
from benchmarks.peers.goal_by_goal import Crew, Engine, Officers
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
        self._open_to, self._part, self._position = open_to, part, position
        self._models: dict[int, Model] = {}

    def model(self, number: int, reached: Sequence[int]) -> tuple[LinearModel, Line]:
        """The model of a goal, with the goals before it at the values reached, and the line to be minimised."""
        built = self._models[number] = Model(self._open_to, self._part, SOLVED[: number + 1])
        *earlier, line = (goal.objective(built) for goal in SOLVED[: number + 1])
        for before, value in zip(earlier, reached, strict=True):
            built.linear.at_most(before, value)
        return built.linear, line

    def values(self, number: int, plan: Officers) -> list[int]:
        """Value of every variable of that model under a plan."""
        return self._models[number].values(self._codes(plan))

    def plan(self, number: int, values: list[int]) -> Officers:
        """The plan of a solution of that model."""
        columns = self._open_to.columns
        start = np.where(self._open_to.permitted, columns.current, NOBODY)
        codes = self._models[number].plan(values, start)
        return {int(self._position[case]): named(columns, codes[case]) for case in self._part.cases}

    def reached(self, plan: Officers) -> tuple[int, ...]:
        """What a plan reaches on excess, disruption and fairness."""
        return Tally(self._open_to, self._part, self._codes(plan)).values(SOLVED)

    def _codes(self, plan: Officers) -> Ints:
        codes = np.full(len(self._position), NOBODY)
        for case in self._part.cases:
            officer = plan[int(self._position[case])]
            codes[case] = NOBODY if officer is None else self._open_to.columns.position[officer]
        return codes


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
        for case, code in zip(part.cases, greedy_plan(open_to, part), strict=True):
            plan[position[case]] = named(columns, code)
    weights = force.policy.unplaced  # the first goal follows from the input
    unplaced = sum(getattr(weights, c.risk) for c, o in zip(force.cases, plan, strict=True) if o is None)
    teller.bound("unplaced", unplaced)
    teller.proved("unplaced")
    builders = [lambda part=part: Grouped(open_to, part, position) for part in found]
    Crew(teller, plan, engine).run(builders, [position[part.cases].tolist() for part in found])
