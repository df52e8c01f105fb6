"""What is shown, before it has a form: reports of texts, tables and charts, which every renderer writes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Literal

Style = Literal["plain", "strong", "good", "warning", "wrong", "name", "faint"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure before and after and what follows: shown once where both are the same, as ``-`` where there is none."""

    before: Any
    after: Any
    ending: str = ""

    def __str__(self) -> str:
        old, new = ("-" if figure is None else str(figure) for figure in (self.before, self.after))
        return f"{new if old == new else f'{old} → {new}'}{self.ending}"


Cell = str | int | float | Pair | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    figures : bool
        Whether it holds figures, which stand on the right.
    form : str
        How its numbers are written, as a format specification; empty for as they are.
    width : int or None
        Characters on a sheet; None for as many as its texts need.
    fold : bool
        Whether a terminal breaks a long word rather than cut it, as an id needs it.
    steady : bool
        Whether a terminal never makes it narrower than its widest cell, so that parts of a table stand in line.
    most : int or None
        Characters that a terminal gives it at most.
    """

    title: str
    figures: bool = False
    form: str = ""
    width: int | None = None
    fold: bool = False
    steady: bool = False
    most: int | None = None

    def text(self, cell: Cell) -> str:
        """A cell of it in words."""
        if cell is None:
            return ""
        return format(cell, self.form) if self.form and isinstance(cell, int | float) else str(cell)


def texts(*titles: str) -> tuple[Column, ...]:
    """Columns of texts."""
    return tuple(Column(title) for title in titles)


def ids(*titles: str) -> tuple[Column, ...]:
    """Columns of ids, or of anything else that is never cut."""
    return tuple(Column(title, fold=True) for title in titles)


def figures(*titles: str, form: str = "") -> tuple[Column, ...]:
    """Columns of figures."""
    return tuple(Column(title, figures=True, form=form) for title in titles)


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of figures, as plain data.

    Attributes
    ----------
    figures : sequence
        As the drawing of that kind takes them.
    line : float or None
        The limit of a fan, the base of a tornado, the knee of a frontier.
    """

    kind: Literal["bars", "fan", "frontier", "lines", "spread", "tornado"]
    title: str
    axis: str
    figures: Any
    line: float | None = None


@dataclass(frozen=True, slots=True)
class SheetChart:
    """Bars that a workbook draws below a table: a group for each row, a bar for each of the columns named."""

    title: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence, or a few that belong together; an empty one is a gap. Colour only supports what the text says."""

    kind: ClassVar[str] = "text"
    text: str
    style: Style = "plain"
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """What the blocks below it have in common."""

    kind: ClassVar[str] = "heading"
    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Items:
    """A list of sentences."""

    kind: ClassVar[str] = "items"
    items: tuple[str, ...]
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under titles.

    Attributes
    ----------
    title : str
        Its heading, and the name of its sheet.
    caption : str
        What it holds, where the title does not say it.
    chart : Chart or None
        Of the same figures.
    headings : frozenset of int
        Rows that are headings within it.
    marked : frozenset of int
        Rows that need attention; their text says why.
    note : str
        Stands below it on a terminal.
    detail : bool
        Whether a terminal leaves it out.
    brief : Table or None
        What a terminal shows instead.
    """

    kind: ClassVar[str] = "table"
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    caption: str = ""
    chart: Chart | None = None
    sheet_chart: SheetChart | None = None
    headings: frozenset[int] = frozenset()
    marked: frozenset[int] = frozenset()
    note: str = ""
    detail: bool = False
    brief: Table | None = None

    @property
    def header(self) -> tuple[str, ...]:
        """Titles of its columns."""
        return tuple(column.title for column in self.columns)

    def texts(self) -> list[list[str]]:
        """Its rows in words."""
        return [[column.text(cell) for column, cell in zip(self.columns, row, strict=False)] for row in self.rows]


Block = Text | Heading | Items | Table


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is said of one thing, in the order in which people read it; a workbook bears its day."""

    title: str
    blocks: tuple[Block, ...]
    day: date | None = None

    @property
    def sentences(self) -> tuple[str, ...]:
        """Its texts."""
        return tuple(block.text for block in self.blocks if isinstance(block, Text))

    @property
    def tables(self) -> tuple[Table, ...]:
        """Its tables."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    def ending(self, *blocks: Block) -> Report:
        """The same with something more at its end."""
        return replace(self, blocks=(*self.blocks, *blocks))


def sentences(*lines: str | None, style: Style = "plain", indent: int = 0) -> tuple[Text, ...]:
    """A text for each sentence that there is."""
    return tuple(Text(line, style, indent) for line in lines if line)


def section(title: str, *blocks: Block) -> tuple[Block, ...]:
    """Blocks under a heading; nothing where there are none."""
    return (Heading(title), *blocks) if blocks else ()
