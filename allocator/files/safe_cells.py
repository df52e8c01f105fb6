"""Cells of CSV files that spreadsheets would take for formulas: written with an apostrophe before them, read without.

Any text comes back as it went: one that begins with apostrophes and then such a mark gets one more, and loses one.
"""

from __future__ import annotations

import re

# What Excel, LibreOffice or Google Sheets begin a formula with, or skip before one; the last four are wide.
_FORMULA = re.compile("'*[-=+@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def guard_cell(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard_cell(cell: str) -> str:
    """The text of such a cell; of any other, the cell itself."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
