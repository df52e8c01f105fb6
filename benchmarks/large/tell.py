"""Table and chart of the steps at 95,000 cases."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.page import charts
from benchmarks.page.figures import Results, distinct, median_seconds, where
from benchmarks.page.table import Section, Table, seconds, whole
from benchmarks.rows import Row

TARGETS = {"read .csv": 3.0, "check a plan": 2.0}


def tell(results: Results) -> Section:
    """One table, one chart."""
    rows = results["large"]
    timed = [row for row in rows if row["seconds"] is not None]
    return Section([table(timed, rows)], {"large": chart(timed)})


def table(timed: Sequence[Row], rows: Sequence[Row]) -> Table:
    """One line a step."""
    lines = []
    for (step,) in distinct(timed, "step"):
        own = where(timed, step=step)
        asked = f"{TARGETS[step]:g}" if step in TARGETS else ""
        most = seconds(max(row["seconds"] for row in own))
        lines.append((step, str(len(own)), seconds(median_seconds(own)), most, asked))
    large = next(row for row in rows if row["cases"])
    peak = next((whole(row["peak_mb"]) for row in rows if row["peak_mb"]), "-")
    says = f"Steps at {whole(large['cases'])} cases and {whole(large['officers'])} officers as one force; "
    says += f"peak memory of the process that did all of them: {peak} MiB."
    return Table(says, ("step", "runs", "median, s", "most, s", "asked for, s"), lines)


def chart(timed: Sequence[Row]) -> charts.Spec:
    """Bars of medians, with the targets as ticks."""
    steps = [step for (step,) in distinct(timed, "step")]
    bars = [{"step": step, "seconds": median_seconds(where(timed, step=step))} for step in steps]
    asked = [{"step": step, "seconds": most} for step, most in TARGETS.items() if step in steps]
    encoding = {"x": charts.amount("seconds", "seconds, median"), "y": charts.name("step", sort=steps)}
    drawn = {"data": charts.data(bars), "mark": {"type": "bar", "color": "#1f77b4"}, "encoding": encoding}
    tick = {"type": "tick", "color": "#d62728", "thickness": 3, "size": 22}
    ticks = {"data": charts.data(asked), "mark": tick, "encoding": encoding}
    title = {"text": "Everything but the solving, at 95,000 cases", "subtitle": "red: asked for"}
    return {"title": title, "width": charts.WIDTH - 60, "height": {"step": 26}, "layer": [drawn, ticks]}
