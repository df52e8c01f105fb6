"""What is said of many forces that were allocated side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from allocator.batch import ForceOutcome
from allocator.domain.result import Result
from allocator.reporting.model import Report, Table, Text, figures, texts


def batch_report(done: Sequence[ForceOutcome], wanted: int, folder: Path, stopped: bool) -> Report:
    """Plans of many forces, a row each.

    Parameters
    ----------
    wanted : int
        Forces asked for.
    folder : Path
        Where plans were written.
    stopped : bool
        Whether it ended early.
    """
    rows = tuple(_row(one.name, one.result) for one in sorted(done, key=lambda one: one.name) if one.result is not None)
    columns = (
        *texts("force"),
        *figures("officers", "cases", "unplaced", "excess", "moved", form=","),
        *figures("proved"),
        *figures("seconds", form=".1f"),
    )
    before = " before it was stopped" if stopped else ""
    planned = Text(f"{len(rows):,} of {wanted:,} forces planned{before}: {folder}.")
    return Report("", (Table(columns, rows), planned))


def _row(name: str, result: Result) -> tuple[str | int | float, ...]:
    plan, goals = result.plan, {goal.name: goal.value for goal in result.goals}
    return (
        name,
        len(plan.force.officers),
        len(plan.force.cases),
        goals["unplaced"],
        goals["excess"],
        len(plan.actions["moved"]),
        "yes" if result.proven else "no",
        result.seconds,
    )
