"""Tables and charts of time against size."""

from __future__ import annotations

import math
from collections.abc import Sequence

from benchmarks.growth.ask import DIVISIONS, FORCES, ONE_PART
from benchmarks.page import charts
from benchmarks.page.figures import Results, distinct, exponent, gap, median_seconds, where
from benchmarks.page.table import Section, Table, percent, seconds, whole
from benchmarks.rows import Row

LATE = "not proved at the limit"


def tell(results: Results) -> Section:
    """A table for each kind of growth; a chart of both kinds of more parts, and one of a larger part."""
    rows = results["growth"]
    tables = [more(where(rows, step=step)) for step in (DIVISIONS, FORCES)]
    drawn = {"growth": chart([row for row in rows if row["step"] != ONE_PART])}
    if part := where(rows, step=ONE_PART):
        tables.append(larger(part))
        drawn["growth-one-part"] = part_chart(part)
    return Section([table for table in tables if table.rows], drawn)


def medians(rows: Sequence[Row]) -> dict[float, float]:
    """Median seconds of each size."""
    return {size: median_seconds(where(rows, size=size)) for (size,) in distinct(rows, "size")}


def more(rows: Sequence[Row]) -> Table:
    """Time by number of divisions or of forces, and the exponent fitted."""
    points, lines = medians(rows), []
    for size, median in points.items():
        own = where(rows, size=size)
        each = f"{median / size:.3g}"
        proved = f"{sum(row['proved'] for row in own)} of {len(own)}"
        lines.append((whole(size), whole(own[0]["officers"]), whole(own[0]["cases"]), seconds(median), each, proved))
    name = rows[0]["step"] if rows else ""
    last = dict(list(points.items())[-3:])
    fit = f"fitted exponent {exponent(points):.2f}; {exponent(last):.2f} of the last three" if len(points) > 1 else ""
    columns = (name, "officers", "cases", "seconds, median", "seconds for each", "runs proved")
    return Table(f"Time against the number of {name}: {fit}.", columns, lines)


def larger(rows: Sequence[Row]) -> Table:
    """Time by number of officers in one part."""
    lines = [
        (
            whole(row["officers"]),
            whole(row["cases"]),
            *(seconds(row[f"proof_{goal}"] or math.inf, row["limit"]) for goal in ("excess", "disruption", "fairness")),
            percent(gap(row)),
        )
        for row in rows
    ]
    columns = ("officers in one part", "cases", "excess, s", "disruption, s", "all, s", "fairness above its bound")
    return Table("Time against the number of officers in one part (`cross = true`): seconds to proof.", columns, lines)


def chart(rows: Sequence[Row]) -> charts.Spec:
    """Both kinds of more parts, with the line that each would follow if time were in proportion."""
    points, lines = [], []
    for (step,) in distinct(rows, "step"):
        own = medians(where(rows, step=step))
        name = f"{step}, exponent {exponent(own):.2f}" if len(own) > 1 else step
        points += [{"size": size, "seconds": median, "what": name} for size, median in own.items()]
        largest = max(own)
        lines += [{"size": size, "seconds": own[largest] * size / largest, "what": name} for size in own]
    x = charts.log("size", "number of divisions or forces")
    y = charts.log("seconds", "seconds, median")
    legend = {"orient": "top-left", "labelLimit": 400}
    colour = charts.name("what", legend=legend, scale={"range": ["#d62728", "#1f77b4"]})
    encoding = {"x": x, "y": y, "color": colour}
    measured = {
        "data": charts.data(points),
        "mark": {"point": {"size": 70}, "type": "line"},
        "encoding": encoding,
    }
    linear = {
        "data": charts.data(lines),
        "mark": {"type": "line", "strokeDash": [3, 4], "opacity": 0.6},
        "encoding": encoding,
    }
    title = {"text": "Time against the number of parts", "subtitle": "dashed: in proportion to the largest"}
    return {"title": title, "width": charts.WIDTH, "height": 320, "layer": [linear, measured]}


def part_chart(rows: Sequence[Row]) -> charts.Spec:
    """Time by goal against officers in one part."""
    points = []
    for row in rows:
        for goal, name in (("excess", "excess"), ("disruption", "disruption"), ("fairness", "all four goals")):
            found = row[f"proof_{goal}"]
            state = LATE if found is None else "proved"
            points.append({"officers": row["officers"], "goal": name, "seconds": found or row["limit"], "state": state})
    shades = {"excess": "#ff7f0e", "disruption": "#1f77b4", "all four goals": "#d62728"}
    encoding = {
        "x": charts.log("officers", "officers in one part"),
        "y": charts.log("seconds", "seconds to proof"),
        "color": charts.colours("goal", shades),
    }
    dots = {
        "mark": {"type": "point", "filled": True, "size": 110},
        "encoding": {**encoding, "shape": charts.states(LATE, "triangle-up")},
    }
    return {
        "title": "One part: seconds until proved, by goal",
        "data": charts.data(points),
        "width": charts.WIDTH,
        "height": 320,
        "layer": [{"mark": "line", "encoding": encoding}, dots],
    }
