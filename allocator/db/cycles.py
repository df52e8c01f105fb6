"""A cycle as it stands: its state, its data, its plan with what people changed, and whether newer data touches that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from allocator.cycles.states import OPEN, State
from allocator.db.tables import as_record, audit, count_rows, cycles, insert_row
from allocator.errors import NOTHING_CHANGED, Conflict, InputError, Outdated, Problem

# What the log tells of a cycle that changes nothing about it.
_NO_CHANGE = ("read", "export", "disclose")
MOST = 2**31 - 1  # that a column of whole numbers holds


@dataclass(frozen=True, slots=True)
class Cycle:
    """Where a cycle stands.

    Attributes
    ----------
    version : int
        Grows with every act.
    snapshot_id : str
        Its newest data.
    follows_id : int or None
        The committed cycle that it builds on.
    exported : mapping
        Capacity and status of officers as read, where a reduction changed them.
    """

    id: int
    cycle_date: date
    state: State
    version: int
    snapshot_id: str
    follows_id: int | None
    proposal_id: int | None
    exported: Mapping[str, Any]


def find_cycle(connection: Connection, cycle_id: int | None = None, version: int | None = None) -> Cycle:
    """A cycle by its number; the newest unless one is given.

    Raises
    ------
    InputError
        When there is none.
    Outdated
        When it is not of this version any more.
    """
    query = select(cycles)
    query = query.order_by(cycles.c.id.desc()).limit(1) if cycle_id is None else query.where(cycles.c.id == cycle_id)
    row = None if cycle_id is not None and cycle_id > MOST else connection.execute(query).first()
    if row is None:
        if cycle_id is None or count_rows(connection, cycles) == 0:
            raise InputError([Problem("store", "at least one cycle", maybe="run `allocator cycle import` first.")])
        newest = connection.execute(select(func.max(cycles.c.id))).scalar_one()
        raise InputError([Problem("--cycle", f"a cycle from 1 to {newest}", value=str(cycle_id))])
    if version is not None and row.version != version:
        last = next(reversed(events_of(connection, row.id)), None)
        who = "" if last is None else f" ({last.act} by {last.actor} at {last.at:%Y-%m-%d %H:%M} UTC)"
        raise Outdated(
            f"Cycle {row.id} was changed since you looked{who}.",
            outcome=NOTHING_CHANGED,
            maybe="look again, and decide then.",
        )
    return as_record(Cycle, row)


def is_cycle(connection: Connection, cycle_id: int) -> bool:
    """Whether there is a cycle of this number."""
    return connection.execute(select(cycles.c.id).where(cycles.c.id == cycle_id)).first() is not None


def committed_dates(connection: Connection) -> list[date]:
    """Dates of committed cycles, in order."""
    query = select(cycles.c.cycle_date).where(cycles.c.state == "committed").order_by(cycles.c.cycle_date)
    return list(connection.execute(query).scalars())


def committed_snapshots(connection: Connection, most: int) -> list[str]:
    """Data of the newest committed cycles, the newest first."""
    query = select(cycles.c.snapshot_id).where(cycles.c.state == "committed").order_by(cycles.c.id.desc())
    return list(connection.execute(query.limit(most)).scalars())


def open_cycle(connection: Connection) -> Cycle | None:
    """The cycle that is open, if any: there is one at most."""
    return _newest(connection, cycles.c.state.in_(OPEN))


def last_committed(connection: Connection) -> Cycle | None:
    """The committed cycle that the next one builds on."""
    return _newest(connection, cycles.c.state == "committed")


def last_kept(connection: Connection) -> Cycle | None:
    """The newest cycle that was not discarded: from it comes how the force stands."""
    return _newest(connection, cycles.c.state != "discarded")


def newest_cycle(connection: Connection) -> Cycle | None:
    """The newest cycle of all."""
    return _newest(connection)


def cycle_after(connection: Connection, cycle: Cycle) -> Cycle | None:
    """The cycle that builds on another and still stands, if any."""
    return _newest(connection, cycles.c.follows_id == cycle.id, cycles.c.state.not_in(("discarded", "undone")))


def _newest(connection: Connection, *where: ColumnElement[bool]) -> Cycle | None:
    row = connection.execute(select(cycles).where(*where).order_by(cycles.c.id.desc()).limit(1)).first()
    return None if row is None else as_record(Cycle, row)


@dataclass(frozen=True, slots=True)
class Event:
    """One act on a cycle: what, by whom, when."""

    act: str
    actor: str
    at: datetime


def events_of(connection: Connection, cycle_id: int) -> tuple[Event, ...]:
    """What was done to a cycle, in order."""
    query = select(audit.c.act, audit.c.actor, audit.c.at).where(
        audit.c.cycle_id == cycle_id, audit.c.act.not_in(_NO_CHANGE)
    )
    return tuple(Event(*row) for row in connection.execute(query.order_by(audit.c.seq)))


def insert_cycle(connection: Connection, values: Mapping[str, Any]) -> Cycle:
    """Open a cycle."""
    return find_cycle(connection, insert_row(connection, cycles, {"state": "imported", "version": 1, **values}))


def bump_version(connection: Connection, cycle: Cycle, **values: Any) -> None:
    """Write what an act changed about a cycle.

    Raises
    ------
    Conflict
        When somebody else changed the cycle since it was read.
    """
    statement = cycles.update().where(cycles.c.id == cycle.id, cycles.c.version == cycle.version)
    if connection.execute(statement.values(version=cycle.version + 1, **values)).rowcount != 1:
        raise Conflict(f"Cycle {cycle.id} was changed by somebody else meanwhile.", outcome=NOTHING_CHANGED)
