"""A table of what pages and charts cost."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.costs.ask import CHART
from benchmarks.page.figures import Results
from benchmarks.page.table import Section, Table
from benchmarks.rows import Row

PAGE_TARGET, CHART_TARGET = 0.1, 0.05


def tell(results: Results) -> Section:
    """One table."""
    return Section([costs(results["costs"])])


def costs(rows: Sequence[Row]) -> Table:
    """One line a page and a chart, the dearest first."""
    says = (
        f"Processor time of the server's own process for each page about Surrey, and of one chart; asked for: below "
        f"{1000 * PAGE_TARGET:g} ms a page, below {1000 * CHART_TARGET:g} ms a chart."
    )
    dearest = sorted(rows, key=lambda row: -row["seconds"])
    lines = [(row["step"], f"{1000 * row['seconds']:.1f}", row["note"] or "") for row in dearest]
    return Table(says, ("page or chart", "ms", "note"), lines)


def split(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Pages and charts."""
    drawn = [row for row in rows if row["step"].startswith(CHART)]
    return [row for row in rows if row not in drawn], drawn
