"""A linear model over whole numbers, all in arrays: variables, rows, and lines of which one is the objective."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from allocator.rules.columns import Bools, Ints

UNBOUNDED: int = np.iinfo(np.int64).max
_NONE = np.zeros(0, dtype=np.int64)


class Lines:
    """Sums of variables with whole coefficients and a constant: one for each officer, say.

    They are added, multiplied, picked and summed as arrays of numbers are.

    Attributes
    ----------
    constant : (lines,) ints
    row, variable, coefficient : (terms,) ints
        The line of each term, its variable and what that is multiplied by; a variable may come twice in a line.
    """

    __slots__ = ("coefficient", "constant", "row", "variable")
    __array_ufunc__ = None  # a number of numpy leaves sums and products to this class

    def __init__(
        self, constant: ArrayLike, row: Ints = _NONE, variable: Ints = _NONE, coefficient: Ints = _NONE
    ) -> None:
        self.constant: Ints = np.atleast_1d(np.asarray(constant, dtype=np.int64))
        self.row, self.variable, self.coefficient = row, variable, coefficient

    @classmethod
    def of(cls, variables: Ints) -> Self:
        """One line for each variable."""
        return cls(np.zeros_like(variables), np.arange(len(variables)), variables, np.ones_like(variables))

    def __len__(self) -> int:
        return len(self.constant)

    def __add__(self, other: Any) -> Lines:
        if not isinstance(other, Lines):
            return Lines(self.constant + other, self.row, self.variable, self.coefficient)
        pairs = (
            (self.row, other.row),
            (self.variable, other.variable),
            (self.coefficient, other.coefficient),
        )
        return Lines(self.constant + other.constant, *map(np.concatenate, pairs))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Lines:
        return self.__add__(-1 * other)

    def __mul__(self, factor: int | Ints) -> Lines:
        """All of them times one number, or each times its own."""
        each = factor[self.row] if isinstance(factor, np.ndarray) else factor
        return Lines(self.constant * factor, self.row, self.variable, self.coefficient * each)

    __rmul__ = __mul__

    def __getitem__(self, which: Ints | Bools) -> Lines:
        """Some of the lines, each at most once."""
        constant = self.constant[which]
        place = np.full(len(self), -1)
        place[which] = np.arange(len(constant))
        row = place[self.row]
        kept = row >= 0
        return Lines(constant, row[kept], self.variable[kept], self.coefficient[kept])

    def sum(self) -> Lines:
        """All of them together: one line."""
        return Lines(self.constant.sum(), np.zeros_like(self.row), self.variable, self.coefficient)

    def at(self, values: Ints) -> Ints:
        """Value of each line where every variable has a value."""
        reached = self.constant.copy()
        np.add.at(reached, self.row, self.coefficient * values[self.variable])
        return reached

    def value(self, values: Ints) -> int:
        """Value of a line that is one alone."""
        (value,) = self.at(values).tolist()
        return int(value)


@dataclass
class LinearModel:
    """Whole-number variables with bounds, and rows ``least <= sum of coefficient * variable <= most``.

    Attributes
    ----------
    lower, upper : (variables,) ints
        Bounds of each variable.
    least, most : (rows,) ints
        ``least`` is -`UNBOUNDED` for a row that has only an upper side.
    decisive : (some variables,) ints
        Variables on which engines branch first: once they are whole, little else is left to prove.
    """

    lower: Ints = field(default_factory=_NONE.copy)
    upper: Ints = field(default_factory=_NONE.copy)
    least: Ints = field(default_factory=_NONE.copy)
    most: Ints = field(default_factory=_NONE.copy)
    decisive: Ints = field(default_factory=_NONE.copy)
    _terms: list[tuple[Ints, Ints, Ints]] = field(default_factory=list)

    def variables(self, lower: ArrayLike, upper: Ints, decisive: bool = False) -> Ints:
        """New variables, one for each upper bound; their numbers."""
        numbers = np.arange(len(self.lower), len(self.lower) + len(upper))
        self.lower = np.concatenate([self.lower, np.broadcast_to(lower, upper.shape)])
        self.upper = np.concatenate([self.upper, upper])
        if decisive:
            self.decisive = np.concatenate([self.decisive, numbers])
        return numbers

    def at_most(self, lines: Lines, bound: Ints | int) -> None:
        """Require each line <= bound; a row that can never be broken is left out."""
        broken = self.span(lines)[1] > bound
        if not broken.all():
            lines, bound = lines[broken], np.broadcast_to(bound, broken.shape)[broken]
        most = bound - lines.constant
        self._append(lines, np.full_like(most, -UNBOUNDED), most)

    def equal(self, lines: Lines, value: Ints | int) -> None:
        """Require each line == value."""
        most = value - lines.constant
        self._append(lines, most, most)

    def _append(self, lines: Lines, least: Ints, most: Ints) -> None:
        row, variable, coefficient = sorted_terms(lines)
        self._terms.append((row + len(self.most), variable, coefficient))
        self.least, self.most = np.concatenate([self.least, least]), np.concatenate([self.most, most])

    @property
    def terms(self) -> tuple[Ints, Ints, Ints]:
        """Row, variable and coefficient of each term of the rows, in this order and none twice."""
        if len(self._terms) != 1:
            parts = zip(*self._terms, strict=True) if self._terms else ((_NONE,),) * 3
            self._terms = [tuple(map(np.concatenate, parts))]  # type: ignore[list-item]
        return self._terms[0]

    def span(self, lines: Lines) -> tuple[Ints, Ints]:
        """Least and greatest value of each line that the variables' bounds allow."""
        low, high = self.lower[lines.variable] * lines.coefficient, self.upper[lines.variable] * lines.coefficient
        least, most = lines.constant.copy(), lines.constant.copy()
        np.add.at(least, lines.row, np.minimum(low, high))
        np.add.at(most, lines.row, np.maximum(low, high))
        return least, most

    def holds(self, values: Ints) -> bool:
        """Whether values keep every bound and row."""
        row, variable, coefficient = self.terms
        reached = np.zeros_like(self.most)
        np.add.at(reached, row, coefficient * values[variable])
        inside = (self.lower <= values) & (values <= self.upper)
        return bool(inside.all() and ((self.least <= reached) & (reached <= self.most)).all())


def sorted_terms(lines: Lines) -> tuple[Ints, Ints, Ints]:
    """Row, variable and coefficient of each term, in this order, with those of one variable in a row put together."""
    order = np.lexsort((lines.variable, lines.row))
    row, variable, coefficient = lines.row[order], lines.variable[order], lines.coefficient[order]
    if len(order):
        new = np.append(True, (np.diff(row) != 0) | (np.diff(variable) != 0))
        if not new.all():
            coefficient = np.add.reduceat(coefficient, np.flatnonzero(new))
            row, variable = row[new], variable[new]
        if not coefficient.all():
            kept = coefficient != 0
            row, variable, coefficient = row[kept], variable[kept], coefficient[kept]
    return row, variable, coefficient
