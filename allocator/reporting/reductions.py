"""Reductions of capacity, as one person may see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from allocator.cycles.codes import DUTY_REASONS as REASONS
from allocator.reporting.cycles import ends_words
from allocator.reporting.model import Report, Table, Text, ids
from allocator.reporting.words import counted

if TYPE_CHECKING:
    from allocator.app.duties import ChangedDuties
    from allocator.app.registers import ReductionView


def reductions_report(found: Sequence[ReductionView]) -> Report:
    """Who is reduced, and what ends soon."""
    if not found:
        return Report("", (Text("No reductions are kept: `allocator reductions import` reads them."),))
    columns = ids("officer", "division", "what", "from", "to", "now", "reason")
    return Report("", (Table(columns, tuple(map(_row, found))),))


def _row(one: ReductionView) -> tuple[str | int, ...]:
    reduction = one.reduction
    ends = "" if one.ends_in is None else f", ends {ends_words(one.ends_in)}"
    return (
        reduction.officer,
        one.division,
        reduction.says,
        reduction.starts.isoformat(),
        "open" if reduction.ends is None else reduction.ends.isoformat(),
        f"{'in force' if one.running else ''}{ends}",
        "withheld" if one.reason is None else REASONS[reduction.reason],
    )


def duties_sentences(done: ChangedDuties) -> Iterator[str]:
    """What was recorded, and what follows from it."""
    yield f"Recorded of {', '.join(done.officers)}."
    if done.cover_ended:
        yield f"Cover ended of {counted(len(done.cover_ended), 'case')}; who covered is told."
    if done.renewed is not None:
        stale = "" if done.renewed.proposal_id is None else " Its plan is of older data now: `allocator cycle show`."
        yield f"It changes the data of cycle {done.renewed.id}, which is open.{stale}"


def reduced_document(one: ReductionView) -> dict[str, Any]:
    """Compose the JSON of a reduction of capacity."""
    reduction = one.reduction
    return {
        "officer_id": reduction.officer,
        "division": one.division,
        "percent": reduction.percent,
        "status": reduction.status,
        "from": reduction.starts.isoformat(),
        "to": None if reduction.ends is None else reduction.ends.isoformat(),
        "reason": one.reason,
        "running": one.running,
        "ends_in_cycles": one.ends_in,
    }
