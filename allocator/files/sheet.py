"""A table as it stands in a file: rows of text, not yet understood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from allocator.errors import InputError, Problem, Problems, nearest

# All police forces of England and Wales together have some 95,000 cases.
MOST_ROWS = 250_000
# A reader lays out every cell up to the last that holds something: one in the last corner would take all memory.
MOST_CELLS = 10_000_000
MOST_COLUMNS = 1_000


class FailedCell(str):
    """A cell that is not empty and yet holds no value, such as a formula that failed.

    Two faults are equal only when they are one and the same: neither equals the text it shows.
    """

    __slots__ = ("maybe",)
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    maybe: str

    def __new__(cls, shown: str, maybe: str) -> FailedCell:
        """Make a fault that shows as ``shown``, with advice."""
        fault = super().__new__(cls, shown)
        fault.maybe = maybe
        return fault


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells as typed.

    Attributes
    ----------
    label : str
        How messages name it: ``cases.csv`` or ``force.xlsx, sheet cases``.
    rows : list of list of str
        ``rows[0]`` is row 1 of the spreadsheet, whether or not it holds anything.
    """

    label: str
    rows: list[list[str]]


@dataclass(slots=True)
class Source:
    """What was found where a force should be.

    Attributes
    ----------
    settings : Path
        Where its ``.toml`` file would be.
    labels : dict of str to str
        How messages name each table, found or not.
    wanted : str
        What is expected where a table is missing.
    sheets : dict of str to (Sheet or None)
        Tables found; None for one that cannot be read.
    others : list of str
        Names of the other files or sheets there, for advice.
    """

    settings: Path
    labels: dict[str, str]
    wanted: str
    sheets: dict[str, Sheet | None] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)

    def missing(self, table: str, reason: str = "") -> Problem:
        """Say that a table is not there."""
        near = nearest(table, self.others)
        advice = f"{near} should have this name." if near else None
        return Problem(self.labels[table], self.wanted + reason, maybe=advice)


def trim(text: str) -> str:
    """Text without the white space around it, non-breaking and invisible kinds included."""
    return text.strip() if text.isascii() else text.strip(_BLANK)


def require_size(label: str, rows: int, cells: int) -> None:
    """Refuse a table that is larger than any force, before anything of it is read.

    Raises
    ------
    InputError
    """
    if rows > MOST_ROWS:
        raise InputError([Problem(label, f"at most {MOST_ROWS:,} rows", value=f"{rows:,} rows")])
    if cells > MOST_CELLS:
        expected = f"at most {MOST_CELLS:,} cells up to the last that holds something"
        advice = "a cell far below or beside the table holds something: delete the rows and columns there."
        raise InputError([Problem(label, expected, value=f"{cells:,} cells", maybe=advice)])


def require_shape(label: str, rows: list[list[str]]) -> None:
    """Refuse a table whose header is wider than any, or that would be too large were every row as wide as the widest.

    Raises
    ------
    InputError
    """
    number, width = max(enumerate(map(len, rows), 1), key=lambda row: row[1], default=(1, 0))
    if width > MOST_COLUMNS:
        raise InputError([Problem(label, f"at most {MOST_COLUMNS:,} columns", number, value=f"{width:,} columns")])
    require_size(label, len(rows), len(rows) * width)


def by_name(names: Iterable[str], wanted: str, label: str) -> str | None:
    """Find a file or sheet by its name, in any case where only one would fit.

    Raises
    ------
    InputError
        When two names differ from the wanted one only by case or blanks.
    """
    fitting = [name for name in names if trim(name).casefold() == wanted]
    if wanted in fitting:
        return wanted
    if len(fitting) > 1:
        found = " and ".join(sorted(fitting))
        raise InputError([Problem(label, "one table of this name", value=found)])
    return fitting[0] if fitting else None


# What str.strip takes away, and the invisible marks that spreadsheets and web pages leave behind.
_BLANK = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "\u200b\u2060\ufeff"
