"""Officers before and after, as a table that fits 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.box import Box
from rich.cells import cell_len
from rich.console import Group
from rich.table import Table
from rich.text import Text

from allocator.analysis.officers import OfficerChange
from allocator.cli.console import shown
from allocator.reporting.sentences.plans import officer_remarks

# A longer id is folded, so that the figures beside it have room.
_LONGEST_ID = 24

# A line below the titles and blanks elsewhere, in signs that every terminal has.
_RULED = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)


def officer_table(changes: Sequence[OfficerChange], to: str) -> Group:
    """Give each officer a row, division by division.

    Parameters
    ----------
    changes : sequence of OfficerChange
    to : str
        An arrow between before and after.
    """
    titles = ("officer", "cases of limit", "high-risk %", "% of fair share")
    rows = {change.officer.officer_id: _cells(change, to) for change in changes}
    cells = [titles, *rows.values()]
    # Each division is a table of its own, since a long name would widen the first column of a common one.
    widths = [max(cell_len(shown(row[place])) for row in cells) for place in range(len(titles))]

    def table(header: bool) -> Table:
        begun = compact_table()
        begun.show_header = header
        for place, (title, width) in enumerate(zip(titles, widths, strict=True)):
            begun.add_column(
                title,
                justify="right" if place else "left",
                min_width=width if place else min(width, _LONGEST_ID),
                no_wrap=place > 0,
                overflow="fold",
            )
        begun.add_column("remarks")
        return begun

    shown_tables: list[Text | Table] = [table(header=True)]
    divisions = sorted({change.officer.division for change in changes})
    for division in divisions:
        if len(divisions) > 1:
            shown_tables.append(Text(shown(division), style="bold"))
        members = table(header=False)
        for change in changes:
            if change.officer.division == division:
                remarks = Text("; ".join(officer_remarks(change)), style="red" if change.over else "")
                members.add_row(*rows[change.officer.officer_id], remarks)
        shown_tables.append(members)
    return Group(*shown_tables)


def compact_table() -> Table:
    """Begin a table without frames, whose columns stand two blanks apart."""
    return Table(box=_RULED, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)


def _cells(change: OfficerChange, to: str) -> tuple[str, ...]:
    before, after = change.before, change.after
    fair = both(before.fair_percent, after.fair_percent, to)
    return (
        change.officer.officer_id,
        f"{both(before.cases, after.cases, to)} of {after.limit}",
        both(before.share, after.share, to),
        fair if change.has_capacity else "no capacity",
    )


def both(before: Any, after: Any, to: str) -> str:
    """Show a figure before and after, once where they are the same; ``-`` for none."""
    old, new = ("-" if figure is None else str(figure) for figure in (before, after))
    return new if old == new else f"{old} {to} {new}"
