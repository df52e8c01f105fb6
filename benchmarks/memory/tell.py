"""Table and chart of peak memory."""

from __future__ import annotations

from collections.abc import Sequence

import altair

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


def chart(rows: Sequence[Row]) -> altair.TopLevelMixin:
    """Bars, a row of panels for each force."""
    points = [
        {"force": row["force"], "peer": label(row["peer"]), "mib": row["peak_mb"]}
        for row in rows
        if row["peak_mb"] and not (row["note"] or "").startswith("skipped")
    ]
    bars = (
        altair.Chart(charts.data(points))
        .mark_bar()
        .encode(
            x=altair.X("mib:Q", title="peak memory, MiB", axis=altair.Axis(tickCount=8)),
            y=altair.Y("peer:N", sort=[label(peer) for (peer,) in distinct(rows, "peer")], title=None),
            color=charts.peers(points).legend(None),
        )
    )
    panels = bars.properties(width=charts.WIDTH, height=altair.Step(18))
    facet = altair.Row("force:N", sort=[force for (force,) in distinct(rows, "force")], title=None)
    return (
        panels.facet(row=facet).resolve_scale(y="independent").properties(title="Peak memory of a run, ordinary forces")
    )
