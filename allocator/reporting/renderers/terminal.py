"""Reports on a terminal, of any width and encoding; safe whatever an id may hold."""

from __future__ import annotations

import sys
from typing import Any

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as RichText

from allocator.reporting.model import Column, Heading, Items, Report, Style, Table, Text

# A longer id is folded, so that the figures beside it have room.
_LONGEST_ID = 24

# A line below the titles and blanks elsewhere, in signs that every terminal has.
_RULED = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)

_STYLES: dict[Style, str] = {
    "plain": "",
    "strong": "bold",
    "good": "green",
    "warning": "yellow",
    "wrong": "red",
    "name": "cyan",
    "faint": "dim",
}


_ASCII = str.maketrans({"→": "->", "█": "#"})


class PlainConsole(Console):
    """A console on which text is text: no markup, no emoji codes, no control characters from the data."""

    def render_str(self, text: str, **options: Any) -> RichText:
        """Turn a string into text, with anything that would steer the terminal shown as ``?``."""
        return super().render_str(self.safe(text), **options)

    def safe(self, text: str) -> str:
        """Show control and other unprintable characters of a text as ``?``, and our signs as the encoding can."""
        shown = "".join(c if c.isprintable() or c == "\n" else "?" for c in text)
        return shown.translate(_ASCII) if self.options.ascii_only else shown


def output() -> PlainConsole:
    """Console on standard output."""
    return PlainConsole(file=sys.stdout, markup=False, emoji=False, highlight=False)


def messages() -> PlainConsole:
    """Console on standard error."""
    return PlainConsole(file=sys.stderr, markup=False, emoji=False, highlight=False)


def print_report(console: PlainConsole, report: Report) -> None:
    """Print a report; tables without rows, and those of details, are left out."""
    if report.title:
        console.print(report.title, style="bold")
    for block in report.blocks:
        if isinstance(block, Heading):
            _print_heading(console, block.text)
        elif isinstance(block, Items):
            for item in block.items:
                console.print(_indented(f"- {item}", block.indent))
        elif isinstance(block, Text):
            console.print(_indented(block.text, block.indent), style=_STYLES[block.style])
        elif block.rows and not block.detail:
            _print_table(console, block)


def _print_heading(console: PlainConsole, text: str) -> None:
    console.print()
    console.print(text, style="bold")


def _indented(text: str, indent: int) -> str | Padding:
    return Padding(text, (0, 0, 0, indent), expand=False) if indent else text


def _print_table(console: PlainConsole, table: Table) -> None:
    if title := table.caption or table.title:
        _print_heading(console, title)
    shown = table.brief or table
    rows = [[console.safe(text) for text in row] for row in shown.texts()]
    figures = [row for number, row in enumerate(rows) if number not in shown.headings]
    widths = [max(map(cell_len, cells)) for cells in zip(shown.header, *figures, strict=True)]
    part = _begin(shown, widths)
    # Each part is a table of its own, since a long name would widen the first column of a common one.
    if any(column.steady for column in shown.columns):
        console.print(part)
        part = _begin(shown, widths, header=False)
    for number, row in enumerate(rows):
        if number in shown.headings:
            if part.row_count:
                console.print(part)
            console.print(row[0], style="bold")
            part = _begin(shown, widths, header=False)
        else:
            part.add_row(*row[:-1], RichText(row[-1], style="red") if number in shown.marked else row[-1])
    console.print(part)


def _begin(table: Table, widths: list[int], header: bool = True) -> RichTable:
    """Begin a table without frames, whose columns stand two blanks apart."""
    note = table.note or None
    begun = RichTable(
        box=_RULED, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, show_header=header, caption=note
    )
    for column, width in zip(table.columns, widths, strict=True):
        begun.add_column(column.title, **_look(column, width))
    return begun


def _look(column: Column, width: int) -> dict[str, Any]:
    look: dict[str, Any] = {"justify": "right" if column.figures else "left", "max_width": column.most}
    if column.fold:
        look["overflow"] = "fold"
    if column.steady:
        look |= {"min_width": width, "no_wrap": True} if column.figures else {"min_width": min(width, _LONGEST_ID)}
    return look
