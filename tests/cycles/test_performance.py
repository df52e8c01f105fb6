"""Monthly figures, worked by hand."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from allocator.cycles.performance import CycleFigures, DivisionFigures, OfficerFigures, month_of, workload
from allocator.reporting.performance import month_document, month_page, month_report, month_workbook


def figures(officer_id: str, over: int = 0, **fields) -> OfficerFigures:
    values = {
        "officer_id": officer_id,
        "division": "North",
        "status": "open",
        "capacity": 100,
        "cases": 40,
        "case_limit": 50,
        "high_risk": 7,
        "points": 200,
        "fair_percent": 100,
        "received": 1,
        "given_up": 2,
        "over": over,
    }
    return OfficerFigures(**{**values, **fields})


def cycle(number: int, day: date, *officers: OfficerFigures, moved: int = 2, months_ended: int = 25) -> CycleFigures:
    division = DivisionFigures("North", 80, 14, 70, moved, 5, 3, months_ended)
    return CycleFigures(number, day, officers, (division,))


def history():
    return [
        cycle(1, date(2026, 1, 5), figures("A", 1), figures("B", 1)),
        cycle(2, date(2026, 2, 2), figures("A", 1), figures("B")),
        cycle(4, date(2026, 3, 2), figures("A", 2), figures("B", 1)),
        cycle(5, date(2026, 3, 30), figures("A", 1), figures("B", 1), moved=1, months_ended=6),
        cycle(6, date(2026, 4, 27), figures("A"), figures("B", 1)),
    ]


def test_cycles_over_a_limit_are_counted_without_a_break():
    found = month_of(date(2026, 3, 1), history())
    assert [one.cycle_id for one in found.cycles] == [4, 5] and found.in_a_row == {"A": 4, "B": 2}
    assert month_of(date(2026, 4, 1), history()).in_a_row == {"B": 3}
    assert month_of(date(2026, 1, 1), history()).in_a_row == {"A": 1, "B": 1}
    assert month_of(date(2025, 3, 1), history()) is None


def test_moves_add_up_over_the_month_and_what_is_left_is_that_of_its_end():
    (north,) = month_of(date(2026, 3, 1), history()).divisions
    # 25 months over 2 moves and 6 over 1: 31 over 3 is 10.3 each.
    assert (north.moved, north.placed, north.unplaced, north.months_each) == (3, 10, 3, 10.3)
    assert north.share == 17.5


def test_figures_that_there_are_not():
    nobody = figures("A", cases=0, high_risk=0, fair_percent=None, capacity=0)
    assert nobody.share is None and workload([nobody]) is None
    month = month_of(date(2026, 1, 1), [cycle(1, date(2026, 1, 5), nobody, moved=0, months_ended=0)])
    officers = next(table for table in month_report(month).tables if table.title == "Officers")
    assert dict(zip(officers.header, officers.rows[0], strict=True))["workload %"] == "no capacity"
    assert month.divisions[0].months_each is None
    assert "No officer is over a limit at the end." in month_report(month).sentences
    assert b"<svg" in month_page(month)


@pytest.mark.parametrize(("shares", "mean"), [([100, 101], 101), ([100, 100, 101], 100), ([99], 99)])
def test_mean_workload_is_a_whole_percent_with_halves_up(shares, mean):
    assert workload([figures(f"O{k}", fair_percent=share) for k, share in enumerate(shares)]) == mean


def test_the_same_figures_in_every_form():
    month = month_of(date(2026, 3, 1), history())
    document, page, book = month_document(month), month_page(month).decode(), month_workbook(month)
    assert document["officers"][0]["cycles over in a row"] == 4 and document["month"] == "2026-03"
    assert "Performance data, March 2026" in page and page.count("<svg") == 3 and "http-equiv" not in page
    assert month_workbook(month) == book
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        charts = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
        assert len(charts) == 2 and b"Workload, % of a fair share" in parts.read(charts[1])
