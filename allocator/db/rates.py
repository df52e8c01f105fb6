"""Rates that planning ahead takes from the cycles of a store."""

from __future__ import annotations

from sqlalchemy import select

from allocator.db.snapshots import Purged, load
from allocator.db.store import Store
from allocator.db.tables import cycles
from allocator.domain.force import Force
from allocator.planning.history import FEWEST, LATEST, Rate, rates_of, with_rates
from allocator.planning.settings import Planning


def rates_from_history(store: Store, planning: Planning, *, by: str) -> tuple[Planning, tuple[Rate, ...]]:
    """Take rates from a store's cycles, where there are enough of them.

    Parameters
    ----------
    store : Store
    planning : Planning
        What else is assumed.
    by : str
        Who reads, for the log.

    Returns
    -------
    (planning, rates)
        Unchanged and empty where there are fewer than six cycles.
    """
    forces: list[Force] = []
    query = select(cycles.c.snapshot_id).where(cycles.c.state == "committed").order_by(cycles.c.id.desc()).limit(LATEST)
    with store.writing() as writing:  # told first: reading two years of cases is too long to keep others from writing
        rows = writing.connection.execute(query).all()
        writing.log.append(by, "read", {"of": "rates", "cycles": len(rows)}, purpose="planning")
    with store.reading() as connection:
        for row in rows:
            try:
                forces.insert(0, load(connection, row.snapshot_id))
            except Purged:
                break  # what is counted has to be without gaps
    if len(forces) < FEWEST:
        return planning, ()
    rates = rates_of(forces)
    return with_rates(planning, rates), rates
