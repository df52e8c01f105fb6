"""Figures of committed cycles, out of the store, for monthly performance data."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from allocator.cycles.performance import CycleFigures, DivisionFigures, OfficerFigures
from allocator.db.tables import as_record, caseloads, cycles, divisions


def committed_figures(connection: Connection, month: date) -> list[CycleFigures]:
    """Figures of every committed cycle; outside of the month of a date only of officers who were over a limit."""
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
    return [
        CycleFigures(cycle_id, day, tuple(officers[cycle_id]), tuple(figures[cycle_id]))
        for cycle_id, day in days.items()
    ]
