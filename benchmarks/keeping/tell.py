"""Tables of what acts take early and late, and how memory and the database grow."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.keeping.ask import ACTS, DATABASES, HISTORY, SIZE
from benchmarks.page import charts
from benchmarks.page.figures import Results, median_seconds, where
from benchmarks.page.table import Section, Table, seconds
from benchmarks.rows import Row

HISTORY_TARGET = 0.1
EARLY_AND_LATE = 20  # cycles at either end


def tell(results: Results) -> Section:
    """Two tables, one chart."""
    rows = results["keeping"]
    return Section([times(rows), sizes(rows)], {"keeping": chart(rows)})


def times(rows: Sequence[Row]) -> Table:
    """One line an act and database: the median of the first and of the last cycles."""
    lines = []
    for step in (*ACTS, HISTORY):
        for database in DATABASES:
            own = where(rows, step=step, regime=database)
            if not own:
                continue
            last = max(row["run"] for row in own)
            early = [row for row in own if row["run"] <= EARLY_AND_LATE]
            late = [row for row in own if row["run"] > last - EARLY_AND_LATE]
            most = max(row["seconds"] for row in own)
            lines.append(
                (
                    step,
                    database,
                    str(len(own)),
                    *(seconds(median_seconds(some)) for some in (early, late)),
                    seconds(most),
                )
            )
    says = f"Seconds of each act, Surrey; medians of the first and the last {EARLY_AND_LATE} cycles."
    return Table(says, ("act", "database", "calls", "first, s", "last, s", "most, s"), lines)


def sizes(rows: Sequence[Row]) -> Table:
    """One line a database: memory and size after some cycles, and what one cycle adds."""
    lines = []
    for database in DATABASES:
        own = {int(row["run"]): row for row in where(rows, step=SIZE, regime=database)}
        if not own:
            continue
        last = max(own)
        half = max(1, last // 2)
        added = 1024 * (own[last]["file_mb"] - own[half]["file_mb"]) / max(1, last - half)
        for number in dict.fromkeys((1, half, last)):
            row = own[number]
            each = f"{added:.0f}" if number == last else ""
            lines.append((database, str(number), f"{row['peak_mb']:.0f}", f"{row['file_mb']:.1f}", each))
    says = "Memory of the process and size of the database, MiB; what a cycle adds, over the second half of them."
    return Table(says, ("database", "cycles", "memory", "database size", "a cycle adds, KiB"), lines)


def chart(rows: Sequence[Row]) -> charts.Spec:
    """Growth over the cycles."""
    points = [
        {"cycle": row["run"], "MiB": row[column], "what": f"{row['regime']}: {what}"}
        for row in where(rows, step=SIZE)
        for column, what in (("peak_mb", "memory of the process"), ("file_mb", "database"))
    ]
    return {
        "title": "Growth of a store",
        "data": charts.data(points),
        "width": charts.WIDTH,
        "height": 220,
        "mark": "line",
        "encoding": {
            "x": charts.amount("cycle", "cycles kept"),
            "y": charts.amount("MiB", "MiB"),
            "color": charts.name("what"),
        },
    }
