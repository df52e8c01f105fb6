"""How far a part has come, and where it begins: a valid plan, its values, and bounds that need no engine."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.rules.base import Goal
from allocator.rules.columns import Ints
from allocator.rules.goals import GOALS
from allocator.rules.linear import Line
from allocator.solver.model import Model
from allocator.solver.parts import Choices, Part

# The first goal, unplaced, follows from the input: it is the same for every plan that a model can make.
SOLVED: tuple[Goal, ...] = GOALS[1:]


@dataclass(frozen=True)
class State:
    """How far a part has come.

    Attributes
    ----------
    plan : (cases,) ints
        Officer of each case of the part, in its order.
    values, bounds : tuple of int
        What the part reaches on each goal in the order in which they are minimised (`SOLVED` unless told otherwise),
        and the best bound on each given the values before it.
    goal : int
        Number of goals that are done with, proved or not.
    """

    plan: Ints
    values: tuple[int, ...]
    bounds: tuple[int, ...]
    goal: int = 0

    @property
    def proved(self) -> bool:
        """Whether every goal is at its bound."""
        return self.values == self.bounds

    @property
    def at_hand(self) -> int:
        """Number of the goal to be worked on: the first that is neither done with nor at its bound."""
        left = (k for k in range(self.goal, len(self.values)) if self.values[k] != self.bounds[k])
        return next(left, len(self.values))


class Opening:
    """The finest model of a part, the lines of its goals, and the state of a plan in it.

    Parameters
    ----------
    open_to, part : Choices, Part
    moves : bool
        Whether permitted cases may move.
    goals : tuple of Goal
        In the order in which they are minimised.
    """

    def __init__(self, open_to: Choices, part: Part, moves: bool, goals: tuple[Goal, ...] = SOLVED) -> None:
        self.part = part
        self.model = Model(open_to, part, goals, moves)
        self.lines: list[Line] = [goal.objective(self.model) for goal in goals]

    def values(self, plan: Ints) -> tuple[int, ...]:
        """What a plan of the force reaches in this part on each goal."""
        values = self.model.values(plan)
        return tuple(line.at(values) for line in self.lines)

    def state(self, plan: Ints) -> State:
        """A plan's state before any engine has run: bounds are those that the variables' own bounds give."""
        bounds = tuple(max(0, self.model.span(line)[0]) for line in self.lines)
        return State(plan[self.part.cases], self.values(plan), bounds)
