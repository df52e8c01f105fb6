"""Table and chart of the whole country."""

from __future__ import annotations

from collections.abc import Sequence

import altair

from benchmarks.national.ask import EACH, WHOLE
from benchmarks.page import charts
from benchmarks.page.figures import Results, where
from benchmarks.page.table import Section, Table, seconds, whole
from benchmarks.rows import Row


def tell(results: Results) -> Section:
    """The whole, the forces that took longest, and a chart of all."""
    rows = results["national"]
    forces = where(rows, step=EACH)
    return Section([table(where(rows, step=WHOLE), forces), slowest(forces)], {"national": chart(forces)})


def table(rows: Sequence[Row], forces: Sequence[Row]) -> Table:
    """The whole run."""
    proved = f"{sum(row['proved'] for row in forces)} of {len(forces)}"
    lines = [
        (
            whole(row["size"]),
            whole(row["officers"]),
            whole(row["cases"]),
            seconds(row["seconds"]),
            whole(row["peak_mb"]),
            proved,
        )
        for row in rows
    ]
    columns = ("forces", "officers", "cases", "seconds", "peak memory, MiB", "forces proved")
    return Table("From 43 folders to 43 plans on disk, in one process with one standby.", columns, lines)


def slowest(forces: Sequence[Row]) -> Table:
    """The forces that took longest."""
    lines = [
        (
            row["force"],
            whole(row["officers"]),
            whole(row["cases"]),
            seconds(row["seconds"]),
            "yes" if row["proved"] else "no",
        )
        for row in sorted(forces, key=lambda row: -row["seconds"])[:5]
    ]
    return Table("The five forces that took longest:", ("force", "officers", "cases", "seconds", "proved"), lines)


def chart(forces: Sequence[Row]) -> altair.TopLevelMixin:
    """Seconds of each force against its cases."""
    columns = ("force", "cases", "seconds", "proved")
    points = [{column: row[column] for column in columns} for row in forces]
    for point in points:
        point["state"] = "proved" if point["proved"] else "not proved"
    colour = altair.Color(
        "state:N", title=None, scale=altair.Scale(domain=["proved", "not proved"], range=["#2ca02c", "#d62728"])
    )
    dots = (
        altair.Chart(charts.data(points))
        .mark_point(filled=True, size=70)
        .encode(
            x=charts.log(altair.X, "cases", "cases of the force"),
            y=charts.log(altair.Y, "seconds", "seconds, files in to plans out"),
            color=colour,
        )
    )
    return dots.properties(width=charts.WIDTH, height=320, title="Each force of England and Wales")
