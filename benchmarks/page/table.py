"""Tables and sections of the page, as Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Table:
    """A table with a sentence above it."""

    says: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        return "\n".join([f"{self.says}\n", *(f"| {' | '.join(cells)} |" for cells in lines)])


@dataclass(frozen=True)
class Section:
    """What one question comes to: tables, and charts by the name of their file."""

    tables: Sequence[Table]
    charts: Mapping[str, dict[str, Any]] = field(default_factory=dict)


def seconds(value: float, limit: float | None = None) -> str:
    """Seconds with three digits; what was not proved is above its limit."""
    if math.isinf(value):
        return "not proved" if limit is None else f"> {limit:g}"
    return "-" if math.isnan(value) else f"{value:.3g}" if value < 100 else f"{value:.0f}"


def times(value: float, at_least: bool = False) -> str:
    """A ratio."""
    return "-" if math.isnan(value) else f"{'≥ ' if at_least else ''}{value:.3g}"


def percent(share: float) -> str:
    """A share as percent."""
    if math.isinf(share):
        return "no bound"
    return "proved" if share == 0 else f"{100 * share:.2g}%" if share < 1 else "100% or more"  # a bound near 0


def whole(value: float | None) -> str:
    """A number with its thousands apart."""
    return "-" if value is None else f"{value:,.0f}"
