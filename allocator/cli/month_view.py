"""Monthly performance data, as the terminal shows it."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from allocator.cli.console import heading
from allocator.cli.officer_table import compact_table
from allocator.cycles.performance import Month
from allocator.reporting.performance_report import month_sentences, tables

# What fits 80 columns; the workbook has all, with its full titles.
_LEFT_OUT = {"high risk", "status", "capacity %", "division"}
_SHORT = {
    "high-risk %": "high %",
    "workload %": "load %",
    "over a limit": "over",
    "months of each ended": "months",
    "cycles over in a row": "in a row",
    "officers over a limit": "over",
}


def print_month(console: Console, month: Month, out: Path | None) -> None:
    """Print a month."""
    console.print(f"Performance data, {month.month:%B %Y}", style="bold")
    for sentence in month_sentences(month):
        console.print(sentence)
    for table in tables(month):
        heading(console, table.title)
        left_out = _LEFT_OUT if table.title == "Officers" else {"officers"}
        places = [place for place, title in enumerate(table.header) if title not in left_out]
        shown = compact_table()
        for place in places:
            title = _SHORT.get(table.header[place], table.header[place])
            shown.add_column(title, justify="right" if place else "left", overflow="fold")
        for row in table.rows:
            shown.add_row(*("" if row[place] is None else str(row[place]) for place in places))
        console.print(shown)
    if out is not None:
        console.print(f"\nWritten to {out}: report-{month.month:%Y-%m}.xlsx and .html.")
