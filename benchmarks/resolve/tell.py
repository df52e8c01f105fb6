"""Table and chart of runs after one change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import altair

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


def chart(rows: Sequence[Row]) -> altair.TopLevelMixin:
    """A dot a run, a panel a force."""
    points = list(_points(rows))
    scale = altair.Scale(domain=[WARM, COLD], range=["#d62728", "#9e9e9e"])
    dots = (
        altair.Chart()
        .mark_point(filled=True, size=70, opacity=0.8)
        .encode(
            x=charts.log(altair.X, "seconds", "seconds to a checked plan"),
            y=altair.Y("step:N", sort=[step for (step,) in distinct(rows, "step")], title=None),
            color=altair.Color("note:N", scale=scale, title=None),
        )
    )
    rule = altair.Chart().mark_rule(strokeDash=[4, 4]).encode(x=altair.datum(TARGET))
    facet = altair.Row("force:N", title=None)
    title = altair.TitleParams("A run after one change", subtitle=f"dashed: {TARGET:g} s, asked of the county force")
    drawn = altair.layer(dots, rule, data=charts.data(points)).properties(
        width=charts.WIDTH - 60, height=altair.Step(24)
    )
    return drawn.facet(row=facet).properties(title=title)


def _points(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {column: row[column] for column in ("force", "step", "note", "seconds")}
