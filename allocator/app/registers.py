"""Lists that a force keeps beside its exports: reductions of capacity, and who supervises which division."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from allocator.app.actors import Actor, require, same_person
from allocator.cycles.reductions import Reduction, expiring_reductions, read_reductions
from allocator.db.cycles import Cycle, find_cycle, newest_cycle
from allocator.db.database import Connection
from allocator.db.inputs import renew_open_cycle
from allocator.db.registers import replace_reductions, replace_supervisors, stored_reductions, supervisors_by_division
from allocator.db.snapshots import load, pack
from allocator.db.store import Store
from allocator.domain.force import Row, Text
from allocator.errors import InputError, Problem, Purged
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


def keep_reductions(store: Store, actor: Actor, path: Path | str) -> KeptReductions:
    """Replace the list of reductions by ``reductions.csv``; it applies to the open cycle at once, and to every import.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    require(actor, "plan")
    with store.writing() as writing:
        connection = writing.connection
        newest = newest_cycle(connection)
        force = None if newest is None else load(connection, newest.snapshot_id)
        found = read_reductions(path, None if force is None else force.officer_by_id)
        before = _digest(stored_reductions(connection))
        replace_reductions(connection, found)
        # Who is reduced, but not why: a reason can reveal health.
        details = {"officers": sorted({r.officer for r in found})}
        writing.log.append(actor.name, "reductions", details, before=before, after=_digest(found))
        return KeptReductions(found, renew_open_cycle(writing, actor.name))


def _digest(found: Iterable[Reduction]) -> str:
    return pack(sorted((reduction.model_dump(mode="json") for reduction in found), key=str))[0]


@dataclass(frozen=True, slots=True)
class ReductionView:
    """A reduction as one person may see it.

    Attributes
    ----------
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


def list_reductions(store: Store, actor: Actor) -> tuple[ReductionView, ...]:
    """Reductions of capacity; reasons only for the supervisors of the officer's division.

    Who supervises a division is said by the account of who reads, or where they claim a name by the register.
    """
    require(actor, "officers")
    with store.writing() as writing:
        connection = writing.connection
        cycle = find_cycle(connection)
        force = load(connection, cycle.snapshot_id)
        register = supervisors_by_division(connection)
        kept = stored_reductions(connection)
        ends = {
            id(reduction): count
            for count, reduction in expiring_reductions(kept, cycle.cycle_date, force.policy.cycle.days)
        }
        found = []
        for reduction in kept:
            officer = force.officer_by_id.get(reduction.officer)
            division = "" if officer is None else officer.division
            own = _supervises(actor, division, register.get(division, ()))
            reason = reduction.reason if own else None
            running = reduction.runs(cycle.cycle_date)
            found.append(ReductionView(reduction, division, reason, running, ends.get(id(reduction))))
        told = sorted({one.reduction.officer for one in found if one.reason is not None})
        writing.log.append(actor.name, "read", {"of": "reductions", "reasons_of": told}, purpose="supervision")
        return tuple(found)


def _supervises(actor: Actor, division: str, registered: Iterable[str]) -> bool:
    if not actor.signed_in:
        return any(same_person(name, actor.name) for name in registered)
    return bool(division) and actor.role == "supervisor" and actor.scope.covers(division)


@dataclass(frozen=True, slots=True)
class KeptSupervisors:
    """Who supervises what now, and divisions among those that the newest data does not have."""

    supervisors: tuple[Supervisor, ...]
    unknown: tuple[str, ...]


def keep_supervisors(store: Store, actor: Actor, path: Path | str) -> KeptSupervisors:
    """Replace the list of who supervises which division by a CSV file with the columns name and division.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    require(actor, "users")
    path = Path(path)
    if not path.is_file():
        raise InputError([Problem(str(path), "a CSV file", value="no file")])
    entries = read_table(Supervisor, read_csv(path, path.name))
    if entries.problems:
        raise InputError(entries.problems)
    found = tuple(dict.fromkeys(entries.records))
    with store.writing() as writing:
        connection = writing.connection
        rows = [one.model_dump() for one in found]
        replace_supervisors(connection, rows)
        details = {"supervisors": [[one.name, one.division] for one in found]}
        writing.log.append(actor.name, "supervisors", details)
        return KeptSupervisors(found, _unknown(connection, {one.division for one in found}))


def _unknown(connection: Connection, divisions: set[str]) -> tuple[str, ...]:
    """Divisions that the newest data does not have; none where there is no data."""
    newest = newest_cycle(connection)
    if newest is None:
        return ()
    try:
        return tuple(sorted(divisions - load(connection, newest.snapshot_id).divisions))
    except Purged:
        return ()
