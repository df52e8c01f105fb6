"""Monthly performance data: the same tables on the terminal, in a workbook and on a page with charts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from allocator.cycles.performance import DivisionFigures, Month, OfficerFigures, workload
from allocator.reporting.model import Cell, Chart, Column, Report, SheetChart, Table, sentences
from allocator.reporting.renderers.html import report_page
from allocator.reporting.renderers.workbook import workbook

_FLOW = ("moved", "placed", "unplaced")
# What fits 80 columns; the other forms have all, with their full titles.
_SHORT = {
    "high-risk %": "high %",
    "workload %": "load %",
    "over a limit": "over",
    "months of each ended": "months",
    "cycles over in a row": "in a row",
    "officers over a limit": "over",
}


def month_report(month: Month, names: bool = True) -> Report:
    """What a month comes to, with or without names of officers."""
    tables = (_cycle_table(month), _division_table(month), *((_officer_table(month),) if names else ()))
    title = f"Performance data, {month.month:%B %Y}"
    return Report(title, (*sentences(*month_sentences(month, names)), *tables), month.month)


def _table(titles: tuple[str, ...], rows: Iterable[tuple[Cell, ...]], left_out: frozenset[str]) -> Table:
    """A table, and its columns of which a terminal has room."""
    every = tuple(rows)
    first, *others = titles
    columns = (
        Column(first, width=_width(first), fold=True),
        *(Column(title, figures=True, width=_width(title), fold=True) for title in others),
    )
    places = [place for place, title in enumerate(titles) if title not in left_out]
    few = tuple(replace(columns[place], title=_SHORT.get(titles[place], titles[place])) for place in places)
    return Table(columns, every, brief=Table(few, tuple(tuple(row[place] for place in places) for row in every)))


def _width(title: str) -> int:
    return max(10, len(title) + 2)


def _cycle_table(month: Month) -> Table:
    titles = ("cycle", "date", "cases", *_FLOW, "officers over a limit")
    rows = (
        (
            cycle.cycle_id,
            cycle.cycle_date.isoformat(),
            *(sum(getattr(division, name) for division in cycle.divisions) for name in ("cases", *_FLOW)),
            sum(1 for officer in cycle.officers if officer.over),
        )
        for cycle in month.cycles
    )
    flow = [(d.division, {name: getattr(d, name) for name in _FLOW}) for d in month.divisions]
    return replace(
        _table(titles, rows, frozenset()),
        title="Committed cycles",
        chart=Chart("bars", "Cases moved, placed and unplaced", "cases", flow),
    )


def _division_table(month: Month) -> Table:
    titles = (
        *("division", "officers", "cases", "high-risk %", "workload %", "over a limit"),
        *("moved", "months of each ended", "placed", "unplaced"),
    )
    over = []
    for division in month.divisions:
        own = _officers_of(month, division)
        above = sum(1 for officer in own if officer.over)
        over.append((division.division, {"within limits": len(own) - above, "over a limit": above}))
    return replace(
        _table(titles, (_division(month, division) for division in month.divisions), frozenset({"officers"})),
        title="Divisions",
        chart=Chart("bars", "Officers within limits and over one", "officers", over),
        sheet_chart=SheetChart("Cases moved, placed and unplaced", _FLOW),
    )


def _officers_of(month: Month, division: DivisionFigures) -> list[OfficerFigures]:
    return [officer for officer in month.last.officers if officer.division == division.division]


def _division(month: Month, division: DivisionFigures) -> tuple[Cell, ...]:
    own = _officers_of(month, division)
    return (
        *(division.division, len(own), division.cases, division.share, workload(own)),
        sum(1 for officer in own if officer.over),
        *(division.moved, division.months_each, division.placed, division.unplaced),
    )


def _officer_table(month: Month) -> Table:
    titles = (
        *("officer", "division", "status", "capacity %", "cases", "limit", "high risk", "high-risk %"),
        *("workload %", "received", "given up", "over by", "cycles over in a row"),
    )
    officers = month.last.officers
    left_out = frozenset({"high risk", "status", "capacity %", "division"})
    shares = []
    for division in month.divisions:
        own = [(o.officer_id, o.fair_percent) for o in _officers_of(month, division) if o.fair_percent is not None]
        shares += [(division.division, own)] if own else []
    return replace(
        _table(titles, (_officer(month, officer) for officer in officers), left_out),
        title="Officers",
        chart=Chart("spread", "Spread of workload", "", shares) if shares else None,
        sheet_chart=SheetChart("Workload, % of a fair share", ("workload %",)),
        marked=frozenset(k for k, officer in enumerate(officers) if officer.over),
    )


def _officer(month: Month, officer: OfficerFigures) -> tuple[Cell, ...]:
    received = sum(o.received for c in month.cycles for o in c.officers if o.officer_id == officer.officer_id)
    given_up = sum(o.given_up for c in month.cycles for o in c.officers if o.officer_id == officer.officer_id)
    return (
        *(officer.officer_id, officer.division, officer.status, officer.capacity),
        *(officer.cases, officer.case_limit, officer.high_risk, officer.share),
        # Nobody without capacity may look free.
        "no capacity" if officer.capacity == 0 else officer.fair_percent,
        *(received, given_up, officer.over, month.in_a_row.get(officer.officer_id, 0)),
    )


def month_sentences(month: Month, names: bool = True) -> tuple[str, ...]:
    """What a month comes to."""
    cycles = "1 cycle was" if len(month.cycles) == 1 else f"{len(month.cycles)} cycles were"
    moved, placed = (sum(getattr(d, name) for d in month.divisions) for name in ("moved", "placed"))
    ended = sum(d.months_ended for d in month.divisions)
    unplaced = sum(d.unplaced for d in month.divisions)
    said = [f"{cycles} committed. Cases moved: {moved:,}; placed: {placed:,}; with nobody at the end: {unplaced:,}."]
    if moved:
        said.append(f"The relationships ended had lasted {ended / moved:.1f} months on average.")
    if month.in_a_row and not names:
        said.append(f"Officers over a limit at the end: {len(month.in_a_row)}.")
    elif month.in_a_row:
        listed = ", ".join(f"{name} ({count})" for name, count in month.in_a_row.items())
        said.append(f"Over a limit at the end, with the number of cycles in a row: {listed}.")
    else:
        said.append("No officer is over a limit at the end.")
    return tuple(said)


def month_document(month: Month, names: bool = True) -> dict[str, Any]:
    """Compose the JSON of a month."""
    return {
        "month": f"{month.month:%Y-%m}",
        **{
            table.title.lower().replace(" ", "_"): [dict(zip(table.header, row, strict=True)) for row in table.rows]
            for table in month_report(month, names).tables
        },
    }


def month_workbook(month: Month, names: bool = True) -> bytes:
    """Write a month as an ``.xlsx`` workbook."""
    tables = [replace(table, title=table.title.lower()) for table in month_report(month, names).tables]
    return workbook(tables, month.month)


def month_page(month: Month, names: bool = True) -> bytes:
    """Write a month as a page with charts that opens from disk."""
    return report_page(month_report(month, names))
