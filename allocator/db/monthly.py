"""Figures of committed cycles, out of the store, for monthly performance data."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from allocator.cycles.performance import CycleFigures, DivisionFigures, Month, OfficerFigures, month_of
from allocator.db.store import Store, normalise_actor
from allocator.db.tables import as_record, caseloads, cycles, divisions
from allocator.errors import InputError, Problem


def monthly(store: Store, month: date, *, by: str) -> Month:
    """Performance data of a month.

    Parameters
    ----------
    store : Store
    month : date
        Any day of it.
    by : str
        Who reads; the export is logged.

    Raises
    ------
    InputError
        When no committed cycle lies in the month.
    """
    by = normalise_actor(by)
    with store.writing() as writing:
        connection = writing.connection
        query = select(cycles.c.id, cycles.c.cycle_date).where(cycles.c.state == "committed").order_by(cycles.c.id)
        days = {row.id: row.cycle_date for row in connection.execute(query)}
        officers: dict[int, list[OfficerFigures]] = {cycle_id: [] for cycle_id in days}
        own = [cycle_id for cycle_id, day in days.items() if (day.year, day.month) == (month.year, month.month)]
        # Of other months only who was over a limit is told, and a force keeps cycles for years.
        needed = select(caseloads).where(caseloads.c.cycle_id.in_(own) | (caseloads.c.over > 0))
        for row in connection.execute(needed.order_by(caseloads.c.division, caseloads.c.officer_id)):
            if row.cycle_id in days:
                officers[row.cycle_id].append(as_record(OfficerFigures, row))
        figures: dict[int, list[DivisionFigures]] = {cycle_id: [] for cycle_id in days}
        for row in connection.execute(select(divisions).order_by(divisions.c.division)):
            if row.cycle_id in days:
                figures[row.cycle_id].append(as_record(DivisionFigures, row))
        committed = [
            CycleFigures(cycle_id, day, tuple(officers[cycle_id]), tuple(figures[cycle_id]))
            for cycle_id, day in days.items()
        ]
        found = month_of(month, committed)
        if found is None:
            known = sorted({f"{day:%Y-%m}" for day in days.values()})
            maybe = f"one of {', '.join(known[-12:])}." if known else "commit a cycle first."
            expected = "a month with a committed cycle"
            raise InputError([Problem("--month", expected, value=f"{month:%Y-%m}", maybe=maybe)])
        writing.log.append(by, "export", {"of": "report", "month": f"{month:%Y-%m}"}, purpose="performance")
        return found
