"""A table of what planning ahead takes."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.page.figures import Results, distinct, median_seconds, where
from benchmarks.page.table import Section, Table, seconds
from benchmarks.planning.ask import CLUSTER, HERE
from benchmarks.rows import Row

FUTURES_TARGET, QUICK_TARGET, CLUSTER_TARGET = 1_800.0, 60.0, 1.3


def tell(results: Results) -> Section:
    """One table."""
    return Section([times(results["planning"])])


def times(rows: Sequence[Row]) -> Table:
    """One line a step."""
    lines = []
    for (step,) in distinct(rows, "step"):
        found = where(rows, step=step)
        size = "" if found[0]["size"] is None else f"{found[0]['size']:,.0f}"
        taken, note = seconds(median_seconds(found)), found[0]["note"] or ""
        lines.append((step, found[0]["force"], size, str(len(found)), taken, note))
    says = (
        f"Asked for: 1,000 futures of 26 cycles within {FUTURES_TARGET:,.0f} s; a quick sizing within {QUICK_TARGET:g} "
        f"s; all forces on a cluster of two workers within {CLUSTER_TARGET:g} times what this machine takes alone."
    )
    return Table(says, ("step", "force", "futures or processes", "runs", "seconds, median", "note"), lines)


def on_a_cluster(rows: Sequence[Row]) -> float:
    """How many times as long all forces take on a cluster as here; NaN where one was not run."""
    here, cluster = where(rows, step=HERE), where(rows, step=CLUSTER)
    return median_seconds(cluster) / median_seconds(here) if here and cluster else float("nan")
