"""What is told of futures: sentences, tables and charts, from which terminal, JSON, workbook and page are made."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from allocator.files.plan_files import json_bytes
from allocator.files.plan_workbook import Column, Page, workbook
from allocator.planning.history import Rate
from allocator.planning.outcomes import Probability
from allocator.planning.settings import Assumption, Planning, assumptions
from allocator.reporting.charts import fan_chart, lines_chart, tornado_chart

WHOLE = "whole force"


@dataclass(frozen=True)
class Chart:
    """A chart as plain data.

    Attributes
    ----------
    kind : {"fan", "lines", "tornado"}
    title, axis : str
    figures : list of list
        As the chart of that kind in ``allocator.reporting.charts`` takes them.
    line : float or None
        The limit of a fan, the base of a tornado.
    """

    kind: str
    title: str
    axis: str
    figures: list[list[Any]]
    line: float | None = None

    def svg(self) -> str:
        """Draw it."""
        match self.kind:
            case "fan":
                return fan_chart(self.title, self.axis, [(name, bands) for name, bands in self.figures], self.line)
            case "lines":
                return lines_chart(self.title, self.axis, [(name, values) for name, values in self.figures])
            case "tornado":
                bars = [(str(bar[0]), str(bar[1]), bar[2], str(bar[3]), bar[4]) for bar in self.figures]
                return tornado_chart(self.title, self.axis, self.line or 0.0, bars)
        raise ValueError(f"{self.kind}: no kind of chart")


@dataclass(frozen=True)
class Section:
    """One table, with its chart.

    Attributes
    ----------
    title, caption : str
    header : tuple of str
    rows : tuple of tuple of str
    chart : Chart or None
        Drawn only where it is shown or kept.
    detail : bool
        Whether the terminal leaves it out.
    brief : tuple of (header, rows) or None
        What the terminal shows instead.
    """

    title: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    chart: Chart | None = None
    detail: bool = False
    brief: tuple[tuple[str, ...], tuple[tuple[str, ...], ...]] | None = None


@dataclass(frozen=True)
class Told:
    """Everything that is told of an answer.

    Attributes
    ----------
    title : str
    day : date
        Of the first cycle.
    says : tuple of str
    sections : tuple of Section
    document : mapping
        As JSON.
    """

    title: str
    day: date
    says: tuple[str, ...]
    sections: tuple[Section, ...]
    document: dict[str, Any]


def files_of(told: Told, name: str) -> dict[str, bytes]:
    """Compose the files of an answer: JSON, workbook, page and a chart each.

    Parameters
    ----------
    told : Told
    name : str
        Of the files, without ending.
    """
    drawn = [(section, section.chart.svg() if section.chart else None) for section in told.sections]
    charts = {f"{name}-{k}.svg": svg.encode() for k, (_, svg) in enumerate(drawn, 1) if svg is not None}
    return {
        f"{name}.json": json_bytes(told.document),
        f"{name}.xlsx": workbook(_pages(told), told.day),
        f"{name}.html": told_html(told, drawn),
        **charts,
    }


def told_html(told: Told, drawn: Sequence[tuple[Section, str | None]]) -> bytes:
    """Compose the page of an answer."""
    from allocator.reporting.html import page

    sections = [
        {"title": s.title, "caption": s.caption, "header": s.header, "rows": s.rows, "svg": svg} for s, svg in drawn
    ]
    return page("sections.html", title=told.title, sentences=told.says, sections=sections)


def _pages(told: Told) -> list[Page]:
    first = Page("Summary", (Column("", 110),), tuple((sentence,) for sentence in told.says), title=told.title)
    return [first, *(_page(section) for section in told.sections)]


def _page(section: Section) -> Page:
    widths = [
        min(60, max(len(section.header[k]), *(len(row[k]) for row in section.rows), 6) + 2)
        if section.rows
        else len(section.header[k]) + 2
        for k in range(len(section.header))
    ]
    columns = tuple(Column(title, width) for title, width in zip(section.header, widths, strict=True))
    return Page(section.title[:31].replace("/", " "), columns, tuple(tuple(map(_cell, row)) for row in section.rows))


def _cell(text: str) -> str | float:
    """A figure as a number, so that a workbook can reckon with it; an id such as 007 stays as it is."""
    try:
        return float(text.replace(",", "")) if text and text[-1].isdigit() and not re.match("0[0-9]", text) else text
    except ValueError:
        return text


def percent(share: float) -> str:
    """A probability for people."""
    return f"{100 * share:.0f}%" if 0.01 <= share <= 0.99 else f"{100 * share:.1f}%"


def chance_words(chance: Probability) -> str:
    """A probability with its interval."""
    return f"{percent(chance.share)} ({percent(chance.low)} to {percent(chance.high)})"


def change_words(change: float, low: float, high: float, digits: int = 0) -> str:
    """A change with its interval, where it has one."""
    if not math.isfinite(low + high):
        return f"{change:+.{digits}f} (one future)"
    return f"{change:+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f})"


def finite(values: Iterable[float]) -> list[float | None]:
    """Values for JSON, which has none without end."""
    return [value if math.isfinite(value) else None for value in values]


def assumed_section(planning: Planning, rates: Sequence[Rate] = ()) -> Section:
    """What was assumed, each with its source."""
    rows = [(one.key, assumed_value(one), one.says, assumed_source(one, rates)) for one in assumptions(planning)]
    header = ("setting", "value", "what it is", "source")
    return Section("Assumptions", "What was assumed, and where it comes from", header, tuple(rows), detail=True)


def assumed_value(one: Assumption) -> str:
    """What is assumed, in words."""
    return "not set" if one.value is None else f"{one.value:.4g}"


def assumed_source(one: Assumption, rates: Sequence[Rate] = ()) -> str:
    """Where an assumption comes from; a rate that somebody has changed is theirs."""
    for rate in rates:
        if rate.setting == one.key and rate.value == one.value:
            return f"this force's cycles, from {rate.count:,}; 95% interval {rate.low:.1f} to {rate.high:.1f}"
    return "ours: nothing published was found" if one.ours else one.source


def assumed_document(planning: Planning, rates: Sequence[Rate] = ()) -> list[dict[str, Any]]:
    """What was assumed, as JSON."""
    return [
        {"setting": one.key, "value": one.value, "says": one.says, "source": assumed_source(one, rates)}
        for one in assumptions(planning)
    ]
