"""Variables that follow from others: loads, excesses, floors. A plan alone settles all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from benchmarks.peers.linear import Line, LinearModel

Values = list[int]


def total(lines: Iterable[Line]) -> Line:
    """The sum of lines."""
    found = Line()
    for line in lines:
        found.add(line)
    return found


class Following(LinearModel):
    """A linear model that knows how most of its variables follow from the rest."""

    def __init__(self) -> None:
        super().__init__()
        self._follows: list[tuple[int, Callable[[Values], int]]] = []

    def follow(self, least: int, most: int, value: Callable[[Values], int]) -> Line:
        """A variable whose value follows from those before it."""
        variable = self.variable(least, most)
        self._follows.append((next(iter(variable.terms)), value))
        return variable

    def settle(self, values: Values) -> None:
        """Write what follows from the other variables' values."""
        for variable, value in self._follows:
            values[variable] = value(values)

    def named(self, line: Line) -> Line:
        """A variable that equals a line."""
        if not line.terms:
            return line
        variable = self.follow(*self.span(line), line.at)
        self.equal(variable - line, 0)
        return variable

    def above(self, line: Line) -> Line:
        """A variable that is at least max(0, line)."""
        most = self.span(line)[1]
        if most <= 0:
            return Line()
        above = self.follow(0, most, lambda values: max(0, line.at(values)))
        self.at_most(line - above, 0)
        return above

    def below(self, line: Line, unit: int) -> Line:
        """A variable that is at most floor(line / unit)."""
        least, most = self.span(line)
        below = self.follow(least // unit, most // unit, lambda values: line.at(values) // unit)
        self.at_most(unit * below - line, 0)
        return below

    def capped(self, line: Line, most: int) -> Line:
        """A variable that is at most min(line, most)."""
        least, greatest = self.span(line)
        capped = self.follow(min(least, most), min(greatest, most), lambda values: min(line.at(values), most))
        self.at_most(capped - line, 0)
        return capped

    def at_most_unless(self, yes: Line, line: Line, bound: int) -> None:
        """Require line <= bound unless a yes/no is 1."""
        slack = self.span(line)[1] - bound
        if slack > 0:
            self.at_most(line - slack * yes, bound)
