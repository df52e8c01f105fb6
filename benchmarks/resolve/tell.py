"""Table and chart of runs after one change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.page import charts
from benchmarks.page.figures import Results, distinct, median_seconds, where
from benchmarks.page.table import Section, Table, seconds
from benchmarks.resolve.ask import COLD, WARM
from benchmarks.rows import Row

TARGET = 0.5


def tell(results: Results) -> Section:
    """A table a force, and one chart."""
    rows = results["resolve"]
    return Section([table(where(rows, force=force)) for (force,) in distinct(rows, "force")], {"resolve": chart(rows)})


def table(rows: Sequence[Row]) -> Table:
    """One line a kind of change."""
    lines = []
    for (step,) in distinct(rows, "step"):
        warm, cold = where(rows, step=step, note=WARM), where(rows, step=step, note=COLD)
        proved = f"{sum(row['proved'] for row in warm)} of {len(warm)}"
        most = max(row["seconds"] for row in warm)
        lines.append(
            (step, str(len(warm)), seconds(median_seconds(warm)), seconds(most), proved, seconds(median_seconds(cold)))
        )
    columns = ("change", "runs", "with a standby, median s", "most, s", "proved", "without one, s")
    return Table(
        f"{rows[0]['force'].capitalize()} force, ordinary: seconds to a checked plan after one change.", columns, lines
    )


def chart(rows: Sequence[Row]) -> charts.Spec:
    """A dot a run, a panel a force."""
    points = list(_points(rows))
    dots = {
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 0.8},
        "encoding": {
            "x": charts.log("seconds", "seconds to a checked plan"),
            "y": charts.name("step", sort=[step for (step,) in distinct(rows, "step")]),
            "color": charts.colours("note", {WARM: "#d62728", COLD: "#9e9e9e"}),
        },
    }
    rule = {"mark": {"type": "rule", "strokeDash": [4, 4]}, "encoding": {"x": {"datum": TARGET}}}
    return {
        "title": {"text": "A run after one change", "subtitle": f"dashed: {TARGET:g} s, asked of the county force"},
        "data": charts.data(points),
        "facet": {"row": charts.name("force")},
        "spec": {"width": charts.WIDTH - 60, "height": {"step": 24}, "layer": [dots, rule]},
    }


def _points(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {column: row[column] for column in ("force", "step", "note", "seconds")}
