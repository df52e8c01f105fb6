"""Tables as one workbook that is safe to open: nothing in it is taken for a formula or a link."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import date, datetime, time

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from allocator.reporting.model import Cell, Column, Pair, Report, SheetChart, Table

# What Excel holds in one cell; a longer text would be dropped whole.
_LONGEST_TEXT = 32_767
_LONGEST_NAME = 31  # of a sheet


def report_workbook(report: Report) -> bytes:
    """Write a report as a workbook: its sentences on the first sheet, and a sheet for each table."""
    assert report.day is not None
    summary = Table((Column("", width=110),), tuple((sentence,) for sentence in report.sentences), title="Summary")
    return workbook((summary, *report.tables), report.day, report.title)


def workbook(tables: Sequence[Table], created: date, title: str = "") -> bytes:
    """Write tables as an ``.xlsx`` workbook, a sheet each.

    Parameters
    ----------
    tables : sequence of Table
        Where columns have titles, these are a frozen header row with a filter.
    created : date
        Stands in the file as its date of creation, so that equal tables give equal bytes.
    title : str
        Shown large at the top of the first sheet.
    """
    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(data, options) as book:
        book.set_properties({"created": datetime.combine(created, time())})
        looks = _Looks(book)
        for table, above in zip(tables, (title, *[""] * len(tables)), strict=False):
            sheet = book.add_worksheet(table.title[:_LONGEST_NAME].replace("/", " "))
            first = _write(sheet, table, looks, above)
            if table.sheet_chart is not None and table.rows:
                _draw(book, sheet, table, table.sheet_chart, first)
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


def _write(sheet: Worksheet, table: Table, looks: _Looks, title: str) -> int:
    """Write a table; the place of its first row is what it returns."""
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(table, place) if column.width is None else column.width)
    first = 0
    if title:
        _cell(sheet, 0, 0, title, looks.title)
        first = 1
    if any(table.header):
        for place, text in enumerate(table.header):
            _cell(sheet, first, place, text, looks.heading)
        sheet.freeze_panes(first + 1, 1)
        sheet.autofilter(first, 0, first + max(1, len(table.rows)), len(table.columns) - 1)
        sheet.repeat_rows(first)
        first += 1
    for number, row in enumerate(table.rows):
        look = looks.heading if number in table.headings else looks.plain
        if number in table.marked:
            look = looks.marked
        for place, value in enumerate(row):
            value = _value(table.columns[place], value)
            shape = looks.decimal.get(look, look) if isinstance(value, float) else look
            _cell(sheet, first + number, place, value, shape)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    return first


def _width(table: Table, place: int) -> int:
    column = table.columns[place]
    if not table.rows:
        return len(column.title) + 2
    return min(60, max(len(column.title), *(len(column.text(row[place])) for row in table.rows), 6) + 2)


def _value(column: Column, cell: Cell) -> str | int | float | None:
    """What a sheet holds: a figure as people see it, and yet a number."""
    if not (column.form and isinstance(cell, int | float)):
        return str(cell) if isinstance(cell, Pair) else cell
    return float(column.text(cell)) if math.isfinite(cell) else column.text(cell)


def _draw(book: Workbook, sheet: Worksheet, table: Table, chart: SheetChart, first: int) -> None:
    last = first + len(table.rows) - 1
    bars = book.add_chart({"type": "column"})
    for title in chart.columns:
        place = table.header.index(title)
        bars.add_series(
            {
                "name": [sheet.name, first - 1, place],
                "categories": [sheet.name, first, 0, last, 0],
                "values": [sheet.name, first, place, last, place],
            }
        )
    bars.set_title({"name": chart.title, "name_font": {"size": 12}})
    bars.set_legend({"none": True} if len(chart.columns) == 1 else {"position": "bottom"})
    bars.set_size({"width": max(480, 28 * len(table.rows)), "height": 288})
    sheet.insert_chart(last + 2, 0, bars, {"description": f"{chart.title}; its figures are the rows above."})


def _cell(sheet: Worksheet, row: int, column: int, value: str | int | float | None, look: Format) -> None:
    if value is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:_LONGEST_TEXT], look)
    else:
        sheet.write_number(row, column, value, look)
