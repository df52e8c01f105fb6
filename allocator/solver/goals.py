"""One part, goal by goal: each is proved best, or left with its gap, before the next is looked at."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from allocator.rules.base import Goal
from allocator.rules.columns import Ints
from allocator.rules.linear import Lines
from allocator.solver.balance import balance
from allocator.solver.engines import relax
from allocator.solver.model import Model
from allocator.solver.parts import Choices
from allocator.solver.patterns import Patterns, find_patterns
from allocator.solver.prover import Prover, engine_schedule, fix_by_reduced_cost
from allocator.solver.state import SOLVED, State
from allocator.solver.tally import Tally


class PartSolver(Prover):
    """One part on its way from a valid plan to a proved one.

    Parameters
    ----------
    open_to : Choices
        Of the part alone.
    start : (cases,) ints
        A valid plan.
    moves : bool
        Whether permitted cases may move.
    goals : tuple of Goal
        In the order in which they are minimised.
    """

    def __init__(
        self,
        open_to: Choices,
        start: Ints,
        moves: bool = True,
        seed: int = 0,
        deadline: float = math.inf,
        report: Callable[[State], None] = lambda state: None,
        goals: tuple[Goal, ...] = SOLVED,
    ) -> None:
        self.open_to, self.moves, self.goals = open_to, moves, goals
        self._last = len(goals) - 1
        self._narrowed: Model | None = None
        self._usual = [goal.id for goal in goals] == [goal.id for goal in SOLVED]
        super().__init__(start, len(goals), seed, deadline, report)

    def run(self) -> State:
        """Improve and prove each goal in turn, as far as effort and time allow."""
        if self._usual and not self._is_met(0) and self.seconds > 0:
            self._attempt(self._try_least_excess)
        for number in range(self._last + 1):
            if self.seconds > 0:
                self._attempt(partial(self._improve, number))
            self._advance(replace(self.state, goal=number + 1))
        return self.state

    def _attempt(self, work: Callable[[], None]) -> bool:
        done = super()._attempt(work)
        self._narrowed = self._narrowed if done else None  # half narrowed perhaps
        return done

    def _try_least_excess(self) -> None:
        """Look for the least disruption at the least excess that the relaxation allows: mostly that proves both."""
        model = Model(self.open_to, SOLVED[:2], self.moves)
        excess, disruption = [goal.objective(model) for goal in SOLVED[:2]]
        if self._relax(model, excess, 0) is None or self._is_met(0):
            return
        model.linear.at_most(excess, self.state.bounds[0])
        relaxed = relax(model.linear, disruption, self.seconds)
        if relaxed is None:
            return
        for engine, effort in engine_schedule(model, disruption, self.state.values[1]):
            if engine == "highs":
                break
            answer = self._solve(model, disruption, 1, engine, effort)
            if self._is_met(0):
                self._raise_bound(1, relaxed.bound)
                self._raise_bound(1, answer.bound or 0)
            if (self._is_met(0) and self._is_met(1)) or self.seconds <= 0:
                break
        if self._is_met(0):
            fix_by_reduced_cost(model.linear, relaxed, self.state.values[1])
            self._narrowed = model

    def _improve(self, number: int) -> None:
        """Prove one goal, in a model no finer than it needs and narrowed by what the goals before it leave open."""
        if self._is_met(number) and (
            number in (0, self._last) or self._narrowed is not None or self._is_met(self._last)
        ):
            return
        if number == self._last and self._usual:
            self._attempt(lambda: self._consider(balance(self.open_to, self.plan), number))
        model, objective = self._model(number)
        relaxed = self._prove(model, objective, number)
        if relaxed is not None and number < self._last:
            fix_by_reduced_cost(model.linear, relaxed, self.state.values[number])
        self._narrowed = model if isinstance(model, Model) else None

    def _model(self, number: int) -> tuple[Model | Patterns, Lines]:
        """A model no finer than a goal needs, narrowed by what the goals before it leave open, and the goal's line."""
        fairness = number == self._last and self._usual
        if fairness and (patterns := find_patterns(self.open_to, self.state.values[0])):
            return patterns, patterns.objective
        model = Model(self.open_to, self.goals[: number + 1], self.moves, self._narrowed)
        *earlier, objective = [goal.objective(model) for goal in self.goals[: number + 1]]
        for line, value in zip(earlier, self.state.values, strict=False):
            model.linear.at_most(line, value)
        return model, objective

    def _values(self, plan: Ints) -> tuple[int, ...]:
        return Tally(self.open_to.columns, plan).values(self.goals)
