"""Monthly performance data for people: the same tables on the terminal, in a workbook and on a page with charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cachetools import TTLCache, cached

from allocator.cycles.performance import DivisionFigures, Month, OfficerFigures, workload
from allocator.files.plan_workbook import Cell, Chart, Column, Page, workbook
from allocator.reporting.charts import bars_chart, spread_chart
from allocator.reporting.html import page


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under titles; None in a cell where there is no such figure."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(month: Month, names: bool = True) -> tuple[Table, ...]:
    """Tables of a month: cycles, divisions, and officers unless nobody is to be named."""
    officers = month.last.officers
    found = (
        Table(
            "Committed cycles",
            ("cycle", "date", "cases", "moved", "placed", "unplaced", "officers over a limit"),
            tuple(
                (
                    cycle.cycle_id,
                    cycle.cycle_date.isoformat(),
                    sum(d.cases for d in cycle.divisions),
                    sum(d.moved for d in cycle.divisions),
                    sum(d.placed for d in cycle.divisions),
                    sum(d.unplaced for d in cycle.divisions),
                    sum(1 for o in cycle.officers if o.over),
                )
                for cycle in month.cycles
            ),
        ),
        Table(
            "Divisions",
            (
                *("division", "officers", "cases", "high-risk %", "workload %", "over a limit"),
                *("moved", "months of each ended", "placed", "unplaced"),
            ),
            tuple(_division(month, division) for division in month.divisions),
        ),
        Table(
            "Officers",
            (
                *("officer", "division", "status", "capacity %", "cases", "limit", "high risk", "high-risk %"),
                *("workload %", "received", "given up", "over by", "cycles over in a row"),
            ),
            tuple(_officer(month, officer) for officer in officers),
        ),
    )
    return found if names else found[:-1]


def _division(month: Month, division: DivisionFigures) -> tuple[Cell, ...]:
    own = [officer for officer in month.last.officers if officer.division == division.division]
    return (
        division.division,
        len(own),
        division.cases,
        division.share,
        workload(own),
        sum(1 for officer in own if officer.over),
        division.moved,
        division.months_each,
        division.placed,
        division.unplaced,
    )


def _officer(month: Month, officer: OfficerFigures) -> tuple[Cell, ...]:
    received = sum(o.received for c in month.cycles for o in c.officers if o.officer_id == officer.officer_id)
    given_up = sum(o.given_up for c in month.cycles for o in c.officers if o.officer_id == officer.officer_id)
    return (
        officer.officer_id,
        officer.division,
        officer.status,
        officer.capacity,
        officer.cases,
        officer.case_limit,
        officer.high_risk,
        officer.share,
        # Nobody without capacity may look free.
        "no capacity" if officer.capacity == 0 else officer.fair_percent,
        received,
        given_up,
        officer.over,
        month.in_a_row.get(officer.officer_id, 0),
    )


def month_sentences(month: Month, names: bool = True) -> tuple[str, ...]:
    """What a month comes to."""
    cycles = "1 cycle was" if len(month.cycles) == 1 else f"{len(month.cycles)} cycles were"
    moved, placed = (sum(getattr(d, name) for d in month.divisions) for name in ("moved", "placed"))
    ended = sum(d.months_ended for d in month.divisions)
    unplaced = sum(d.unplaced for d in month.divisions)
    told = [f"{cycles} committed. Cases moved: {moved:,}; placed: {placed:,}; with nobody at the end: {unplaced:,}."]
    if moved:
        told.append(f"The relationships ended had lasted {ended / moved:.1f} months on average.")
    if month.in_a_row and not names:
        told.append(f"Officers over a limit at the end: {len(month.in_a_row)}.")
    elif month.in_a_row:
        listed = ", ".join(f"{name} ({count})" for name, count in month.in_a_row.items())
        told.append(f"Over a limit at the end, with the number of cycles in a row: {listed}.")
    else:
        told.append("No officer is over a limit at the end.")
    return tuple(told)


def month_document(month: Month, names: bool = True) -> dict[str, Any]:
    """Compose the JSON of a month."""
    return {
        "month": f"{month.month:%Y-%m}",
        **{
            table.title.lower().replace(" ", "_"): [dict(zip(table.header, row, strict=True)) for row in table.rows]
            for table in tables(month, names)
        },
    }


def month_workbook(month: Month, names: bool = True) -> bytes:
    """Write a month as an ``.xlsx`` workbook."""
    pages = [
        Page(
            table.title.lower(),
            tuple(Column(title, max(10, len(title) + 2)) for title in table.header),
            table.rows,
            marked=_marked(table),
            chart=_chart(table),
        )
        for table in tables(month, names)
    ]
    return workbook(pages, month.month)


def _chart(table: Table) -> Chart | None:
    drawn = {
        "Divisions": ("Cases moved, placed and unplaced", ("moved", "placed", "unplaced")),
        "Officers": ("Workload, % of a fair share", ("workload %",)),
    }
    if table.title not in drawn:
        return None
    title, columns = drawn[table.title]
    return Chart(title, tuple(table.header.index(column) for column in columns))


def _marked(table: Table) -> frozenset[int]:
    if "over by" not in table.header:
        return frozenset()
    place = table.header.index("over by")
    return frozenset(k for k, row in enumerate(table.rows) if row[place])


def charts(month: Month) -> Mapping[str, str]:
    """Charts of a month as SVG, by the title of the table that has the same figures."""
    return _drawn(month.divisions, month.last.officers)


@cached(TTLCache(maxsize=32, ttl=600), lock=Lock())  # drawn once for everybody who looks at the same figures
def _drawn(figures: tuple[DivisionFigures, ...], officers: tuple[OfficerFigures, ...]) -> Mapping[str, str]:
    divisions = [d.division for d in figures]
    spread = [
        (name, [(o.officer_id, o.fair_percent) for o in officers if o.division == name and o.fair_percent is not None])
        for name in divisions
    ]
    shares = [(name, pairs) for name, pairs in spread if pairs]
    flow = [(d.division, {"moved": d.moved, "placed": d.placed, "unplaced": d.unplaced}) for d in figures]
    over = [
        (
            name,
            {
                "within limits": sum(1 for o in officers if o.division == name and not o.over),
                "over a limit": sum(1 for o in officers if o.division == name and o.over),
            },
        )
        for name in divisions
    ]
    return {
        "Committed cycles": bars_chart("Cases moved, placed and unplaced", "cases", flow),
        "Divisions": bars_chart("Officers within limits and over one", "officers", over),
        "Officers": spread_chart(shares) if shares else "",
    }


def month_html(month: Month, names: bool = True) -> bytes:
    """Compose a month as a page with charts that opens from disk."""
    drawn = charts(month)
    sections = [
        {
            "title": table.title,
            "caption": table.title,
            "svg": drawn[table.title],
            "header": table.header,
            "rows": [["" if cell is None else str(cell) for cell in row] for row in table.rows],
        }
        for table in tables(month, names)
    ]
    title = f"Performance data, {month.month:%B %Y}"
    return page("sections.html", title=title, sentences=month_sentences(month, names), sections=sections)
