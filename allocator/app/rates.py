"""Rates that planning ahead takes from the cycles of a store."""

from __future__ import annotations

from allocator.app.actors import Actor, require
from allocator.db.cycles import committed_snapshots
from allocator.db.snapshots import load
from allocator.db.store import Store
from allocator.domain.force import Force
from allocator.errors import Purged
from allocator.planning.history import FEWEST, LATEST, Rate, rates_of, with_rates
from allocator.planning.settings import Planning


def rates_from_history(store: Store, actor: Actor, planning: Planning) -> tuple[Planning, tuple[Rate, ...]]:
    """Take rates from a store's cycles; none, and all as it was assumed, where there are fewer than six of them."""
    require(actor, "solve")
    forces: list[Force] = []
    with store.writing() as writing:  # told first: reading two years of cases is too long to keep others from writing
        found = committed_snapshots(writing.connection, LATEST)
        writing.log.append(actor.name, "read", {"of": "rates", "cycles": len(found)}, purpose="planning")
    with store.reading() as connection:
        for snapshot_id in found:
            try:
                forces.insert(0, load(connection, snapshot_id))
            except Purged:
                break  # what is counted has to be without gaps
    if len(forces) < FEWEST:
        return planning, ()
    rates = rates_of(forces)
    return with_rates(planning, rates), rates
