"""Table and chart of peak memory."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.page import charts
from benchmarks.page.figures import Results, distinct, label, where
from benchmarks.page.table import Section, Table, whole
from benchmarks.rows import Row


def tell(results: Results) -> Section:
    """One table, one chart."""
    rows = results["memory"]
    return Section([table(rows)], {"memory": chart(rows)})


def table(rows: Sequence[Row]) -> Table:
    """One line a peer, one column a force."""
    forces = [force for (force,) in distinct(rows, "force")]
    lines = [
        (label(peer), *(next((whole(row["peak_mb"]) for row in where(rows, peer=peer, force=f)), "-") for f in forces))
        for (peer,) in distinct(rows, "peer")
    ]
    says = (
        "Peak memory of all processes of a run together, MiB, ordinary forces; pages that processes share count once."
    )
    return Table(says, ("peer", *forces), lines)


def chart(rows: Sequence[Row]) -> charts.Spec:
    """Bars, a row of panels for each force."""
    points = [
        {"force": row["force"], "peer": label(row["peer"]), "mib": row["peak_mb"]}
        for row in rows
        if row["peak_mb"] and not (row["note"] or "").startswith("skipped")
    ]
    encoding = {
        "x": charts.amount("mib", "peak memory, MiB", axis={"tickCount": 8}),
        "y": charts.name("peer", sort=[label(peer) for (peer,) in distinct(rows, "peer")]),
        "color": charts.peers(points, legend=None),
    }
    return {
        "title": "Peak memory of a run, ordinary forces",
        "data": charts.data(points),
        "facet": {"row": charts.name("force", sort=[force for (force,) in distinct(rows, "force")])},
        "spec": {"width": charts.WIDTH, "height": {"step": 18}, "mark": "bar", "encoding": encoding},
        "resolve": {"scale": {"y": "independent"}},
    }
