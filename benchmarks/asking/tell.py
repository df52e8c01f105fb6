"""Table of how long answers take."""

from __future__ import annotations

from benchmarks.asking.ask import FRONTIER, RECOMMEND, REPLAN, SCENARIO, WHY, WHY_NOT
from benchmarks.page.figures import Results, distinct, median_seconds, where
from benchmarks.page.table import Section, Table, seconds

TARGETS = {RECOMMEND: 1.0, WHY: 1.0, WHY_NOT: 1.0, REPLAN: 20.0, FRONTIER: 60.0}
SCENARIO_TARGET = 2.0


def tell(results: Results) -> Section:
    """One line a question."""
    rows, lines = results["asking"], []
    for (step,) in distinct(rows, "step"):
        own = where(rows, step=step)
        most = max(row["seconds"] for row in own)
        lines.append((step, str(len(own)), seconds(median_seconds(own)), seconds(most), f"{asked(step):g}"))
    says = f"Surrey 2022 ({rows[0]['officers']:.0f} officers, {rows[0]['cases']:,.0f} cases): seconds to an answer."
    return Section([Table(says, ("question", "calls", "median, s", "most, s", "asked for, s"), lines)], {})


def asked(step: str) -> float:
    """Seconds within which an answer was asked for."""
    return SCENARIO_TARGET if step.startswith(SCENARIO) else TARGETS[step]
