"""Answers to planners, as the terminal shows them."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from allocator.cli.officer_table import compact_table
from allocator.reporting.planning_report import Section, Told


def print_told(console: Console, told: Told, out: Path | None) -> None:
    """Print an answer.

    Parameters
    ----------
    console : Console
    told : Told
    out : Path or None
        Where files were written.
    """
    console.print(told.title, style="bold")
    for sentence in told.says:
        console.print(sentence)
    for section in told.sections:
        if not section.detail and section.rows:
            _print(console, section)
    if out is None:
        console.print("With --out DIR everything is written: every table, charts, and the assumptions with sources.")
    else:
        console.print(f"Written to {out}.")


def _print(console: Console, section: Section) -> None:
    console.print()
    console.print(section.caption, style="bold")
    table = compact_table()
    header, rows = section.brief or (section.header, section.rows)
    for k, title in enumerate(header):
        table.add_column(title, justify="left" if k == 0 else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)
