"""Lists that a force keeps beside its exports: reductions of capacity, and who supervises which division."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, select

from allocator.cycles.reductions import Reduction, expiring_reductions, read_reductions
from allocator.db.cycles import Cycle, find_cycle, first_cycle
from allocator.db.inputs import renew_open_cycle, stored_reductions
from allocator.db.snapshots import Purged, load, pack
from allocator.db.store import Store, normalise_actor, same_person
from allocator.db.tables import cycles, reductions, supervisors
from allocator.domain.force import Row, Text
from allocator.errors import InputError, Problem
from allocator.files.delimited import read_csv
from allocator.files.tables import read_table


class Supervisor(Row):
    """Who supervises a division; somebody may supervise several, and a division have several."""

    name: Text
    division: Text


@dataclass(frozen=True, slots=True)
class KeptReductions:
    """Reductions that are kept now, and the open cycle if they changed its data: its plan is stale then."""

    reductions: tuple[Reduction, ...]
    renewed: Cycle | None


def keep_reductions(store: Store, path: Path | str, *, by: str) -> KeptReductions:
    """Replace the list of reductions; it applies to the open cycle at once, and to every import.

    Parameters
    ----------
    store : Store
    path : Path or str
        ``reductions.csv``: officer, percent, reason, from, to.
    by : str
        The acting person.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    by = normalise_actor(by)
    with store.writing() as writing:
        connection = writing.connection
        any_cycle = connection.execute(select(cycles.c.id).limit(1)).first()
        force = None if any_cycle is None else load(connection, find_cycle(connection).snapshot_id)
        found = read_reductions(path, None if force is None else force.officer_by_id)
        before = _digest(stored_reductions(connection))
        connection.execute(delete(reductions))
        rows = [
            {"officer_id": r.officer, "percent": r.percent, "reason": r.reason, "starts": r.starts, "ends": r.ends}
            for r in found
        ]
        if rows:
            connection.execute(reductions.insert(), rows)
        # Who is reduced, but not why: a reason can reveal health.
        details = {"officers": sorted({r.officer for r in found})}
        writing.log.append(by, "reductions", details, before=before, after=_digest(found))
        return KeptReductions(found, renew_open_cycle(writing, by))


def _digest(found: Iterable[Reduction]) -> str:
    return pack(sorted((reduction.model_dump(mode="json") for reduction in found), key=str))[0]


@dataclass(frozen=True, slots=True)
class ReductionView:
    """A reduction as one person may see it.

    Attributes
    ----------
    reduction : Reduction
    division : str
        The officer's; empty for an officer whom the newest data does not have.
    reason : str or None
        Code; None for whoever does not supervise the division.
    running : bool
        In force at the newest cycle date.
    ends_in : int or None
        How many cycles from now it has ended, where that is within the next three.
    """

    reduction: Reduction
    division: str
    reason: str | None
    running: bool
    ends_in: int | None


def list_reductions(
    store: Store, *, by: str, supervises: Callable[[str], bool] | None = None
) -> tuple[ReductionView, ...]:
    """Reductions of capacity; reasons only for the supervisors of the officer's division.

    Parameters
    ----------
    store : Store
    by : str
        Who reads, as claimed.
    supervises : callable, optional
        Whether who reads supervises a division, where an account says so; the register of supervisors says it unless
        given.
    """
    by = normalise_actor(by)
    with store.writing() as writing:
        connection = writing.connection
        cycle = find_cycle(connection)
        force = load(connection, cycle.snapshot_id)
        mine = {row.division for row in connection.execute(select(supervisors)) if same_person(row.name, by)}
        kept = stored_reductions(connection)
        ends = {
            id(reduction): count
            for count, reduction in expiring_reductions(kept, cycle.cycle_date, force.policy.cycle.days)
        }
        found = []
        for reduction in kept:
            officer = force.officer_by_id.get(reduction.officer)
            division = "" if officer is None else officer.division
            own = division in mine if supervises is None else bool(division) and supervises(division)
            reason = reduction.reason if own else None
            running = reduction.runs(cycle.cycle_date)
            found.append(ReductionView(reduction, division, reason, running, ends.get(id(reduction))))
        told = sorted({one.reduction.officer for one in found if one.reason is not None})
        writing.log.append(by, "read", {"of": "reductions", "reasons_of": told}, purpose="supervision")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class KeptSupervisors:
    """Who supervises what now, and divisions among those that the newest data does not have."""

    supervisors: tuple[Supervisor, ...]
    unknown: tuple[str, ...]


def keep_supervisors(store: Store, path: Path | str, *, by: str) -> KeptSupervisors:
    """Replace the list of who supervises which division.

    Parameters
    ----------
    store : Store
    path : Path or str
        A CSV file with the columns name and division.
    by : str
        The acting person.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    by, path = normalise_actor(by), Path(path)
    if not path.is_file():
        raise InputError([Problem(str(path), "a CSV file", value="no file")])
    entries = read_table(Supervisor, read_csv(path, path.name))
    if entries.problems:
        raise InputError(entries.problems)
    found = tuple(dict.fromkeys(entries.records))
    with store.writing() as writing:
        connection = writing.connection
        connection.execute(delete(supervisors))
        if found:
            connection.execute(supervisors.insert(), [one.model_dump() for one in found])
        writing.log.append(by, "supervisors", {"supervisors": [[one.name, one.division] for one in found]})
        return KeptSupervisors(found, _unknown(connection, {one.division for one in found}))


def _unknown(connection: Connection, named: set[str]) -> tuple[str, ...]:
    """Divisions that the newest data does not have; none where there is no data."""
    newest = first_cycle(connection, select(cycles).order_by(cycles.c.id.desc()))
    if newest is None:
        return ()
    try:
        return tuple(sorted(named - load(connection, newest.snapshot_id).divisions))
    except Purged:
        return ()
