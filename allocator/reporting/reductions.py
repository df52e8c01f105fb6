"""Reductions of capacity, as one person may see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from allocator.cycles.reductions import REASONS
from allocator.reporting.cycles import ends_words
from allocator.reporting.model import Column, Report, Table, Text, ids

if TYPE_CHECKING:
    from allocator.app.registers import ReductionView


def reductions_report(found: Sequence[ReductionView]) -> Report:
    """Who is reduced, and what ends soon."""
    if not found:
        return Report("", (Text("No reductions are kept: `allocator reductions import` reads them."),))
    percent = Column("percent", figures=True, fold=True)
    columns = (*ids("officer", "division"), percent, *ids("from", "to", "now", "reason"))
    return Report("", (Table(columns, tuple(map(_row, found))),))


def _row(one: ReductionView) -> tuple[str | int, ...]:
    reduction = one.reduction
    ends = "" if one.ends_in is None else f", ends {ends_words(one.ends_in)}"
    return (
        reduction.officer,
        one.division,
        reduction.percent,
        reduction.starts.isoformat(),
        "open" if reduction.ends is None else reduction.ends.isoformat(),
        f"{'in force' if one.running else ''}{ends}",
        "withheld" if one.reason is None else REASONS[reduction.reason],
    )


def reduced_document(one: ReductionView) -> dict[str, Any]:
    """Compose the JSON of a reduction of capacity."""
    reduction = one.reduction
    return {
        "officer_id": reduction.officer,
        "division": one.division,
        "percent": reduction.percent,
        "from": reduction.starts.isoformat(),
        "to": None if reduction.ends is None else reduction.ends.isoformat(),
        "reason": one.reason,
        "running": one.running,
        "ends_in_cycles": one.ends_in,
    }
