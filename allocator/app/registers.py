"""Lists that a force keeps beside its exports: reductions of capacity, and who supervises which division."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from allocator.app.actors import Actor, require
from allocator.app.duties import duties_digest, may_see_reason
from allocator.cycles.days import today
from allocator.cycles.reductions import Reduction, expiring_reductions, read_reductions
from allocator.db.covers import settle_cover
from allocator.db.cycles import Cycle, find_cycle, newest_cycle
from allocator.db.database import Connection
from allocator.db.inputs import renew_open_cycle
from allocator.db.outbox import last_letter, letters_since
from allocator.db.registers import (
    numbered_reductions,
    replace_reductions,
    replace_supervisors,
    stored_reductions,
    supervisors_by_division,
)
from allocator.db.snapshots import load
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
        before, before_letters = duties_digest(stored_reductions(connection)), last_letter(connection)
        settle_cover(writing)
        replace_reductions(connection, found)
        settle_cover(writing)
        # Who is reduced, but not why: a reason can reveal health.
        details = {"officers": sorted({r.officer for r in found}), **letters_since(connection, before_letters)}
        writing.log.append(actor.name, "reductions", details, before=before, after=duties_digest(found))
        return KeptReductions(found, renew_open_cycle(writing, actor.name))


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
        In force at the newest cycle date, or today where that is past.
    ends_in : int or None
        How many cycles from now it has ended, where that is within the next three.
    """

    number: int
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
        kept, day = numbered_reductions(connection), max(cycle.cycle_date, today())
        ends = {
            id(reduction): count
            for count, reduction in expiring_reductions(kept.values(), day, force.policy.cycle.days)
        }
        found = []
        for number, reduction in kept.items():
            officer = force.officer_by_id.get(reduction.officer)
            division = "" if officer is None else officer.division
            own = may_see_reason(actor, division, register.get(division, ()))
            reason = reduction.reason if own else None
            running = reduction.runs(day)
            found.append(ReductionView(number, reduction, division, reason, running, ends.get(id(reduction))))
        told = sorted({one.reduction.officer for one in found if one.reason is not None})
        writing.log.append(actor.name, "read", {"of": "reductions", "reasons_of": told}, purpose="supervision")
        return tuple(found)


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
