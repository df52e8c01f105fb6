"""The frontier of moves and fairness, as the terminal shows it."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from allocator.analysis.frontier import Frontier
from allocator.cli.officer_table import compact_table
from allocator.reporting.sentences.frontier import asked_sentence, sentences

BAR = 20  # signs for the greatest fairness


def print_frontier(console: Console, frontier: Frontier, out: Path | None) -> None:
    """Print a frontier.

    Parameters
    ----------
    console : Console
    frontier : Frontier
    out : Path or None
        Where files were written.
    """
    force = frontier.force
    console.print(f"{force.name}, cycle of {force.cycle_date.isoformat()}", style="bold")
    console.print(asked_sentence(frontier))
    console.print()
    console.print(_table(frontier, "#" if console.options.ascii_only else "█"))
    console.print()
    for sentence in sentences(frontier):
        console.print(sentence)
    if out is not None:
        console.print(f"Written to {out}.")


def _table(frontier: Frontier, sign: str) -> Table:
    table = compact_table()
    for title in ("moves", "made", "unplaced", "excess", "fairness", "disruption"):
        table.add_column(title, justify="right")
    table.add_column("fairness above the least", no_wrap=True)
    values = [point.goals[2].value for point in frontier.points]
    least, span = min(values), max(1, max(values) - min(values))
    for point, value in zip(frontier.points, values, strict=True):
        length = -(-(value - least) * BAR // span)
        mark = " knee" if point is frontier.knee else ""
        figures = [f"{goal.value:,}" + ("" if goal.proven else "?") for goal in point.goals]
        table.add_row(str(point.moves), str(point.moved), *figures, sign * length + mark)
    return table
