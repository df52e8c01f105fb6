"""Table and chart of the whole country."""

from __future__ import annotations

from collections.abc import Sequence

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
    return Table("From 43 folders to 43 plans on disk, in one process with one pool.", columns, lines)


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


def chart(forces: Sequence[Row]) -> charts.Spec:
    """Seconds of each force against its cases."""
    columns = ("force", "cases", "seconds", "proved")
    points = [{column: row[column] for column in columns} for row in forces]
    for point in points:
        point["state"] = "proved" if point["proved"] else "not proved"
    return {
        "title": "Each force of England and Wales",
        "data": charts.data(points),
        "width": charts.WIDTH,
        "height": 320,
        "mark": {"type": "point", "filled": True, "size": 70},
        "encoding": {
            "x": charts.log("cases", "cases of the force"),
            "y": charts.log("seconds", "seconds, files in to plans out"),
            "color": charts.colours("state", {"proved": "#2ca02c", "not proved": "#d62728"}),
        },
    }
