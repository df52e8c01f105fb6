"""Reading an export into a cycle: a new snapshot, what it has other than the last, and the next cycle."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allocator.app.actors import Actor
from allocator.app.acts import require_act, require_state
from allocator.cycles.difference import ForceDifference, compare_snapshots
from allocator.cycles.rollover import next_force, without_reductions
from allocator.db.changes import keep_difference
from allocator.db.covers import settle_cover
from allocator.db.cycles import (
    Cycle,
    bump_version,
    find_cycle,
    insert_cycle,
    last_committed,
    last_kept,
    newest_cycle,
    open_cycle,
)
from allocator.db.database import Connection
from allocator.db.inputs import prepare_force
from allocator.db.logged_plans import require_logged
from allocator.db.outbox import last_letter, letters_since
from allocator.db.placements import PlacementFate, end_placements, standing_placements, uphold_placements
from allocator.db.proposals import find_proposal
from allocator.db.snapshots import load, save
from allocator.db.store import Store, Writing
from allocator.domain.force import Force
from allocator.errors import Conflict, InputError, Notice, Problem, Purged
from allocator.files.reading import read_with_notices


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Attributes
    ----------
    opened : bool
        Whether it opened the cycle, or read newer data into it.
    difference : ForceDifference or None
        Against the data before; None where there was none.
    stale : bool
        Whether a plan has been overtaken.
    notices : tuple of Notice
        How the export was read.
    placements : tuple of PlacementFate
        What it does to placements that were made between two plans.
    reduced : tuple of str
        Officers whose capacity or status a reduction changed.
    forces : tuple of Force
        The data now, and that before it where there was any.
    """

    cycle: Cycle
    opened: bool
    difference: ForceDifference | None
    stale: bool
    notices: tuple[Notice, ...]
    placements: tuple[PlacementFate, ...]
    reduced: tuple[str, ...]
    forces: tuple[Force, ...]


def import_force(store: Store, actor: Actor, path: Path | str) -> Imported:
    """Read an export, a folder or a workbook, into the open cycle, or open the next cycle with it.

    Raises
    ------
    Denied
        When the person has no right to it, or works for some divisions only.
    InputError
        With every problem of the export; nothing is kept then.
    Conflict
        When the export is of another force.
    """
    require_act(actor, "import")
    reading = read_with_notices(path)
    with store.writing() as writing:
        return _import_into(writing, reading.force, reading.notices, actor.name, "import", path)


def roll_over(store: Store, actor: Actor, path: Path | str | None = None) -> Imported:
    """Open the next cycle from the committed one and a new export, or without one as the newest cycle left the force.

    Where they differ the export wins, and every difference is listed. Columns that the export does not have, its
    premises and its settings where it has none, come from the committed cycle.

    Without an export the next cycle begins as the last one ended, or as its undoing left it.

    Raises
    ------
    Denied
        When the person has no right to it, or works for some divisions only.
    InputError
        With every problem of the export.
    Conflict
        When no cycle is committed (nor, without an export, undone), or one is open.
    """
    require_act(actor, "import")
    with store.writing() as writing:
        newest, committed = next_cycle_start(writing.connection), last_committed(writing.connection)
        if committed is None and (newest is None or path is not None):
            raise Conflict(
                "No cycle is committed yet, so none can be rolled over.", maybe="run `allocator cycle import` instead."
            )
        already = open_cycle(writing.connection)
        if already is not None:
            raise Conflict(f"Cycle {already.id} is {already.state}: it has to be committed or discarded first.")
        if path is None or committed is None:
            assert newest is not None
            return _import_into(writing, newest.force, (), actor.name, "rollover", None, newest.force)
        require_logged(writing.connection, committed)
        known = next_force(find_proposal(writing.connection, committed).plan, committed.exported)
        reading = read_with_notices(path, known=known)
        return _import_into(writing, reading.force, reading.notices, actor.name, "rollover", path, known)


@dataclass(frozen=True)
class NextCycleStart:
    """The force as the newest cycle left it, and the committed cycle that the next one then follows."""

    force: Force
    follows: int | None


def next_cycle_start(connection: Connection) -> NextCycleStart | None:
    """What the last commit, or its undoing, left; None while a cycle is open, and where there is neither."""
    last = last_kept(connection)
    if last is None or last.state not in ("committed", "undone"):
        return None
    require_logged(connection, last)
    if last.state == "committed":
        return NextCycleStart(next_force(find_proposal(connection, last).plan, last.exported), last.id)
    return NextCycleStart(without_reductions(load(connection, last.snapshot_id), last.exported), last.follows_id)


def _import_into(
    writing: Writing,
    export: Force,
    notices: tuple[Notice, ...],
    by: str,
    act: str,
    path: Path | str | None,
    expected: Force | None = None,
) -> Imported:
    connection = writing.connection
    before_letters, settled = last_letter(connection), settle_cover(writing)
    cycle, last = open_cycle(connection), last_committed(connection)
    newest = _last_read(connection)
    known = expected or newest
    if known is not None and known.cases and export.cases and known.case_by_id.keys().isdisjoint(export.case_by_id):
        wanted = "an export of the same force; a store keeps one"
        raise InputError([Problem(str(path), wanted, value="no case that was there before")])
    stand = standing_placements(connection, newest)
    export, fates = uphold_placements(stand, export)
    force, exported = prepare_force(connection, export)
    if cycle is not None:
        require_state(connection, cycle, "import")
    before = None if cycle is None else cycle.snapshot_id
    snapshot_id = save(connection, force)
    if cycle is None and last is not None:
        _require_newer(connection, path, force, last)
    values: dict[str, Any] = {"cycle_date": force.cycle_date, "snapshot_id": snapshot_id, "exported": exported}
    if cycle is None:
        cycle_id = insert_cycle(connection, {"follows_id": None if last is None else last.id, **values}).id
    else:
        bump_version(connection, cycle, **values)
        cycle_id = cycle.id
    ended = end_placements(writing, cycle_id, stand, force)
    # What a reduction does is no difference between exports.
    found = None if known is None else compare_snapshots(known, export)
    if found is not None:
        keep_difference(connection, cycle_id, found)
    count: dict[str, int] = defaultdict(int)
    for change in found.changes if found is not None else ():
        count[f"{change.table} {change.kind}"] += 1
    details: dict[str, Any] = {"cases": len(force.cases), "officers": len(force.officers), "differences": dict(count)}
    if stand:
        details["placements_kept"] = [one.case_id for one in stand if one.case_id not in ended]
        details["placements_ended"] = ended
    details |= settled | settle_cover(writing) | letters_since(connection, before_letters)
    writing.log.append(by, act, details, cycle_id=cycle_id, before=before, after=snapshot_id)
    now = find_cycle(connection, cycle_id)
    overtaken = cycle is not None and cycle.proposal_id is not None and before != snapshot_id
    return Imported(now, cycle is None, found, overtaken, notices, fates, tuple(exported), (force, known or force))


def _require_newer(connection: Connection, path: Path | str | None, force: Force, last: Cycle) -> None:
    """Refuse the export of a committed cycle once more, and one from before it: its officers are no longer true."""
    try:
        same = force == load(connection, last.snapshot_id)
    except Purged:  # what is gone can be compared no more; its date still can
        same = False
    if same or force.cycle_date < last.cycle_date:
        expected = f"an export newer than that of cycle {last.id}, which is committed"
        value = "the same data" if same else f"cycle_date {force.cycle_date}"
        raise InputError([Problem(str(path), expected, value=value, maybe="set cycle_date in its force.toml.")])


def _last_read(connection: Connection) -> Force | None:
    """The data that was read last; None where there is none, or a purge took it."""
    newest = newest_cycle(connection)
    try:
        return None if newest is None else without_reductions(load(connection, newest.snapshot_id), newest.exported)
    except Purged:
        return None
