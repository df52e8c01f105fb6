"""What every model is made of: a linear model, lines that bend, and variables whose values follow from others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from allocator.rules.columns import Ints, alike
from allocator.rules.linear import LinearModel, Lines

Number = TypeVar("Number", int, Ints)


@dataclass(frozen=True)
class Derived:
    """Variables whose best values follow from what some lines reach.

    Attributes
    ----------
    variables : (variables,) ints
    value : callable
        Of what the lines reach and the parameters; for numbers as for arrays.
    lines : tuple of Lines
    parameters : tuple of (variables,) ints
    row : (variables,) ints or None
        Which of the lines each variable follows; one each where None.
    """

    variables: Ints
    value: Callable[..., Any]
    lines: tuple[Lines, ...]
    parameters: tuple[Ints, ...]
    row: Ints | None = None

    def at(self, values: Ints) -> Ints:
        """Value of each where all variables before them have one."""
        reached = [line.at(values) if self.row is None else line.at(values)[self.row] for line in self.lines]
        return np.asarray(self.value(*reached, *self.parameters))


class LineModel:
    """A linear model in which some variables follow from what lines reach.

    Attributes
    ----------
    linear : LinearModel
    derived : list of Derived
        In an order in which each follows from variables before it.
    """

    def __init__(self) -> None:
        self.linear = LinearModel()
        self.derived: list[Derived] = []

    def follow(self, values: Ints) -> Ints:
        """The values with those of derived variables, which are 0 so far, written into them."""
        for derived in self.derived:
            values[derived.variables] = derived.at(values)
        return values

    def steps(self, lines: Lines, thresholds: Ints, unit: int = 1) -> Lines:
        """Lines that are at least the sum of max(0, unit * line - t) over the thresholds t, and that when minimised.

        The sum is convex, so it is cut where its slope changes: one row in all, and a variable for each stretch that
        the line can reach, which costs what the thresholds below it come to. A row a threshold says the same and
        makes relaxations many times slower. A threshold between two multiples of the unit bends at both.
        """
        if unit == 0:  # lines weigh nothing
            return Lines(np.maximum(0, -thresholds).sum(axis=1))
        least, most = self.linear.span(lines)
        whole, rest = np.divmod(thresholds, unit)
        bends, more = np.hstack([whole, whole + 1]), np.hstack([unit - rest, rest])
        cost = np.where(bends <= least[:, None], more * (least[:, None] - bends), 0).sum(axis=1)
        corners = np.maximum(bends, least[:, None])
        used = (corners < most[:, None]) & (more > 0)
        row, corner, more = np.nonzero(used)[0], corners[used], more[used]
        first, number = alike([row, corner])  # one for each corner of a line, in their order
        row, corner, rises = row[first], corner[first], np.zeros(len(first), dtype=np.int64)
        np.add.at(rises, number, more)
        begins = np.append(True, np.diff(row) != 0)[: len(row)]
        before = np.cumsum(rises) - rises
        slope = np.cumsum(rises) - before[begins][np.cumsum(begins) - 1]
        end = np.where(np.append(begins, True)[1:], most[row], np.append(corner, 0)[1:])
        stretches = self.linear.variables(0, end - corner)
        self.derived.append(Derived(stretches, stretch_of, (lines,), (corner, end), row))
        flat = least.copy()  # what is below the first corner costs nothing
        flat[row[begins]] = corner[begins]
        costly = np.flatnonzero(np.isin(np.arange(len(lines)), row))
        reached = lines + Lines(np.zeros(len(lines)), row, stretches, np.full(len(row), -1))
        self.linear.at_most(reached[costly], flat[costly])
        return Lines(cost, row, stretches, slope)


# Of numbers as of arrays: what is multiplied by a truth is taken or left.


def least_of(reached: Number, most: Number) -> Number:
    """The lesser of the two."""
    return most + (reached - most) * (reached < most)


def excess_of(reached: Number, bound: Number) -> Number:
    """What is reached above a bound."""
    return (reached - bound) * (reached > bound)


def over_both(one: Number, other: Number, bound: Number, most: Number) -> Number:
    """The excess over the side that is kept best."""
    return least_of(excess_of(one, bound), excess_of(other, most))


def floor_of(unit: int, reached: Number, most: Number) -> Number:
    """Whole units in what is reached, at most so many."""
    return least_of(reached // unit, most)


def exceeds(reached: Number, bound: Number) -> Number:
    """1 where a bound is exceeded."""
    return 1 * (reached > bound)


def stretch_of(reached: Number, corner: Number, end: Number) -> Number:
    """How far a line goes from a corner towards the next."""
    return excess_of(least_of(reached, end), corner)
