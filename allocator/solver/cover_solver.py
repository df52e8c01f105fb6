"""One part of cover, goal by goal: each is proved best, or left with its gap, before the next is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from allocator.rules.columns import Ints
from allocator.rules.cover.columns import CoverColumns
from allocator.solver.cover_model import SOLVED, CoverModel, CoverTally
from allocator.solver.prover import Prover
from allocator.solver.state import State


class CoverSolver(Prover):
    """One part on its way from a valid cover to a proved one."""

    def __init__(
        self, columns: CoverColumns, start: Ints, seed: int, deadline: float, report: Callable[[State], None]
    ) -> None:
        self._columns = columns
        super().__init__(start, len(SOLVED), seed, deadline, report)

    def run(self) -> State:
        """Improve and prove each goal in turn, as far as effort and time allow."""
        for number in range(len(SOLVED)):
            if not self.state.proved and self.seconds > 0:
                self._attempt(partial(self._improve, number))
            self._advance(replace(self.state, goal=number + 1))
        return self.state

    def _improve(self, number: int) -> None:
        """Prove one goal where those before it are no worse than they are."""
        model = CoverModel(self._columns)
        *earlier, objective = [goal.objective(model) for goal in SOLVED[: number + 1]]
        for line, value in zip(earlier, self.state.values, strict=False):
            model.linear.at_most(line, value)
        self._prove(model, objective, number)

    def _values(self, plan: Ints) -> tuple[int, ...]:
        return CoverTally(self._columns, plan).values()
