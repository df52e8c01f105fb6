"""How far a part has come: a valid plan, its values, and what is proved of them."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.rules.base import Goal
from allocator.rules.columns import Ints
from allocator.rules.goals import GOALS

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
