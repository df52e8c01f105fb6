"""A linear model over whole numbers in words that every engine understands: variables, rows, an objective."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class Line:
    """A sum of variables with whole coefficients, ``terms``, and a constant."""

    __slots__ = ("constant", "terms")

    def __init__(self, terms: dict[int, int] | None = None, constant: int = 0) -> None:
        self.terms = {} if terms is None else terms
        self.constant = constant

    @property
    def number(self) -> int:
        """Number of the variable that this line is, where it is one alone."""
        (number,) = self.terms
        return number

    def add(self, other: Line | int, factor: int = 1) -> Line:
        """This expression plus ``factor`` times another, in place."""
        if isinstance(other, Line):
            for variable, coefficient in other.terms.items():
                self.terms[variable] = self.terms.get(variable, 0) + factor * coefficient
            self.constant += factor * other.constant
        else:
            self.constant += factor * int(other)
        return self

    def __add__(self, other: Any) -> Line:
        return Line(dict(self.terms), self.constant).add(other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Line:
        return Line(dict(self.terms), self.constant).add(other, -1)

    def __rsub__(self, other: Any) -> Line:
        return (self * -1).add(other)

    def __mul__(self, factor: int) -> Line:
        return Line({v: c * factor for v, c in self.terms.items()}, self.constant * factor)

    __rmul__ = __mul__

    def at(self, values: list[int]) -> int:
        """Value of the expression where every variable has a value."""
        return self.constant + sum(c * values[v] for v, c in self.terms.items())


@dataclass
class LinearModel:
    """Whole-number variables with bounds, and rows ``terms <= bound`` or ``terms == bound``.

    Attributes
    ----------
    lower, upper : list of int
        Bounds of each variable.
    rows : list of (terms, least, most)
        ``least`` is None for a row that has only an upper side.
    decisive : list of int
        Variables on which engines branch first: once they are whole, little else is left to prove.
    """

    lower: list[int] = field(default_factory=list)
    upper: list[int] = field(default_factory=list)
    rows: list[tuple[dict[int, int], int | None, int]] = field(default_factory=list)
    decisive: list[int] = field(default_factory=list)

    def variable(self, lower: int, upper: int, decisive: bool = False) -> Line:
        """A new variable, as an expression."""
        if decisive:
            self.decisive.append(len(self.lower))
        self.lower.append(lower)
        self.upper.append(upper)
        return Line({len(self.lower) - 1: 1})

    def at_most(self, line: Line, bound: int) -> None:
        """Require line <= bound; a row that can never be broken is left out."""
        if self.span(line)[1] > bound:
            self.rows.append((line.terms, None, bound - line.constant))

    def equal(self, line: Line, value: int) -> None:
        """Require line == value."""
        self.rows.append((line.terms, value - line.constant, value - line.constant))

    def span(self, line: Line) -> tuple[int, int]:
        """Least and greatest value that the variables' bounds allow."""
        least = most = line.constant
        for variable, coefficient in line.terms.items():
            low, high = self.lower[variable] * coefficient, self.upper[variable] * coefficient
            least += min(low, high)
            most += max(low, high)
        return least, most

    def holds(self, values: list[int]) -> bool:
        """Whether values keep every bound and row."""
        inside = all(low <= v <= high for low, v, high in zip(self.lower, values, self.upper, strict=True))
        for terms, least, most in self.rows if inside else ():
            reached = sum(c * values[v] for v, c in terms.items())
            if reached > most or (least is not None and reached < least):
                return False
        return inside
