"""Pages of plain rows as one workbook safe to open: nothing in it is taken for a formula or a link."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | None

# What Excel holds in one cell; a longer text would be dropped whole.
_LONGEST_TEXT = 32_767


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a page: its title, empty for none, and its width in characters."""

    title: str
    width: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars below the rows of a page: one group for each row, one bar for each of some columns, by their places."""

    title: str
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet.

    Attributes
    ----------
    name : str
    columns : tuple of Column
        Where they have titles, these are a frozen header row with a filter.
    rows : tuple of tuple of Cell
    title : str
        Shown large above all rows; empty for none.
    headings, marked : frozenset of int
        Rows that are headings, and rows that need attention. Colour only supports what their text says.
    chart : Chart or None
        Of these rows; needs column titles.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    headings: frozenset[int] = frozenset()
    marked: frozenset[int] = frozenset()
    chart: Chart | None = None


def workbook(pages: Sequence[Page], created: date) -> bytes:
    """Write pages as an ``.xlsx`` workbook.

    Parameters
    ----------
    pages : sequence of Page
    created : date
        Stands in the file as its date of creation, so that equal pages give equal bytes.

    Returns
    -------
    bytes
    """
    data = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(data, options) as book:
        book.set_properties({"created": datetime.combine(created, time())})
        looks = _Looks(book)
        for page in pages:
            sheet = book.add_worksheet(page.name)
            _write(sheet, page, looks)
            if page.chart is not None and page.rows:
                _draw(book, sheet, page, page.chart)
    return data.getvalue()


class _Looks:
    """The few ways in which cells look."""

    def __init__(self, book: Workbook) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.heading = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8ECF0"}
        )
        self.plain = book.add_format({"valign": "top"})
        self.marked = book.add_format({"valign": "top", "bg_color": "#FCE4D6"})
        # A share of 20.0 below one of 20.4 needs its decimal.
        self.decimal = {
            self.plain: book.add_format({"valign": "top", "num_format": "0.0"}),
            self.marked: book.add_format({"valign": "top", "num_format": "0.0", "bg_color": "#FCE4D6"}),
        }


def _write(sheet: Worksheet, page: Page, looks: _Looks) -> None:
    for place, column in enumerate(page.columns):
        sheet.set_column(place, place, column.width)
    first = 0
    if page.title:
        _cell(sheet, 0, 0, page.title, looks.title)
        first = 1
    titles = [column.title for column in page.columns]
    if any(titles):
        for place, text in enumerate(titles):
            _cell(sheet, first, place, text, looks.heading)
        sheet.freeze_panes(first + 1, 1)
        sheet.autofilter(first, 0, first + max(1, len(page.rows)), len(titles) - 1)
        sheet.repeat_rows(first)
        first += 1
    for number, row in enumerate(page.rows):
        look = looks.heading if number in page.headings else looks.plain
        if number in page.marked:
            look = looks.marked
        for place, value in enumerate(row):
            shape = looks.decimal.get(look, look) if isinstance(value, float) else look
            _cell(sheet, first + number, place, value, shape)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _draw(book: Workbook, sheet: Worksheet, page: Page, chart: Chart) -> None:
    top = 2 if page.title else 1
    last = top + len(page.rows) - 1
    bars = book.add_chart({"type": "column"})
    for place in chart.columns:
        bars.add_series(
            {
                "name": [page.name, top - 1, place],
                "categories": [page.name, top, 0, last, 0],
                "values": [page.name, top, place, last, place],
            }
        )
    bars.set_title({"name": chart.title, "name_font": {"size": 12}})
    bars.set_legend({"none": True} if len(chart.columns) == 1 else {"position": "bottom"})
    bars.set_size({"width": max(480, 28 * len(page.rows)), "height": 288})
    sheet.insert_chart(last + 2, 0, bars, {"description": f"{chart.title}; its figures are the rows above."})


def _cell(sheet: Worksheet, row: int, column: int, value: Cell, look: Format) -> None:
    if value is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:_LONGEST_TEXT], look)
    else:
        sheet.write_number(row, column, value, look)
