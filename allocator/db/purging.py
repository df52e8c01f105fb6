"""Retention: case data of old cycles goes, and keyed tombstones stay in its place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, Text, cast, delete, literal, or_, select

from allocator.cycles.days import today
from allocator.cycles.states import OPEN
from allocator.db.audit import read_head, tombstone
from allocator.db.chain import is_whole
from allocator.db.covering import covered_since, newest_of
from allocator.db.cycles import last_committed
from allocator.db.jobs import ENDED
from allocator.db.outbox import UNSENT, file_stem
from allocator.db.service_tables import problems, scenarios
from allocator.db.store import Store, Writing
from allocator.db.tables import (
    audit,
    changes,
    count_rows,
    covers,
    cycles,
    decisions,
    exemptions,
    holdings,
    messages,
    overrides,
    proposals,
    reductions,
    snapshots,
)
from allocator.db.vouching import logged_entries
from allocator.errors import NOTHING_CHANGED, AllocatorError, Conflict, InputError, Problem
from allocator.files.plain_names import plain_name


@dataclass(frozen=True)
class PurgedCounts:
    """What a purge removed.

    Attributes
    ----------
    cycles, snapshots, plans, messages, entries : int
        Cycles concerned; data and plans removed; messages; audit entries whose details went.
    """

    cycles: int
    snapshots: int
    plans: int
    messages: int
    entries: int


def purge(store: Store, before: date, by: str) -> PurgedCounts:
    """Remove case data before a date: snapshots, plans, changes, messages, problems, details of the log.

    Officers' figures, which tell of no case, stay. So do the cycle that the next one builds on and whatever is open.

    Parameters
    ----------
    before : date
        Cycles of an earlier cycle date go.
    by : str
        The acting person.

    Raises
    ------
    InputError
        When the date lies in the future.
    Conflict
        When messages of those cycles have not gone out.
    AllocatorError
        When a message's file cannot be removed; all else is done then.
    """
    if before > today():
        raise InputError([Problem("--before", "a date not in the future", value=before.isoformat())])
    with store.writing() as writing:
        connection = writing.connection
        if not is_whole(connection, writing.key, read_head(store.home.head)):
            raise Conflict(
                "The audit log is not as it was written, so nothing of it is removed.",
                outcome=NOTHING_CHANGED,
                maybe="run `allocator audit verify`.",
            )
        ids = _cycles_before(connection, before)
        _require_sent(connection, ids)
        files, rows = _files(connection, ids), _old_entries(connection, ids, before)
        since = covered_since(connection)
        # What entries that are emptied said of rows, this one says from now on.
        writing.log.rows.keep(newest_of(connection, writing.key, set(rows)))
        snapshot_count, plans = _bury_data(writing, ids)
        for table in (decisions, changes):
            connection.execute(delete(table).where(table.c.cycle_id.in_(ids)))
        of_plans = select(proposals.c.id).where(proposals.c.cycle_id.in_(ids))
        connection.execute(delete(overrides).where(overrides.c.proposal_id.in_(of_plans)))
        _delete_past(connection, ids, before)
        _delete_problems(connection, before)
        count, figures = _bury_messages(writing, ids), _figures(connection, ids)
        _empty_entries(connection, rows)
        details = {
            "before": before.isoformat(),
            "cycles": ids,
            "snapshots": snapshot_count,
            "plans": plans,
            "messages": count,
            "audit_rows": _ranges(rows),
            "figures": figures,
            "rows_since": since,
        }
        if ids or rows or writing.log.rows.pairs():
            writing.log.append(by, "purge", details)
    store.remove_drafts()
    # Once nothing refers to them any more; a purge cut short here is finished by the next.
    stuck = [error for path in files for error in _remove_files(store.home.messages, path)]
    if store.database.sqlite and ids:
        store.database.compact()
    if stuck:
        raise AllocatorError(
            f"The purge is done, except for {stuck[0].filename}, which cannot be removed: {stuck[0].strerror}. "
            f"Files left in all: {len(stuck):,}.",
            maybe="mend that, and run it again.",
        )
    return PurgedCounts(len(ids), snapshot_count, plans, count, len(rows))


def _require_sent(connection: Connection, ids: list[int]) -> None:
    waiting = count_rows(connection, messages, messages.c.cycle_id.in_(ids), UNSENT, messages.c.text.is_not(None))
    if waiting:
        raise Conflict(
            f"{waiting:,} messages of these cycles have not gone out.",
            outcome=NOTHING_CHANGED,
            maybe="deliver them first, with `allocator deliver`.",
        )


def _remove_files(folder: Path, path: str) -> Iterator[OSError]:
    """Remove the files of a message, and the folder of a recipient who has no other; what went wrong."""
    for suffix in (".txt", ".html"):
        try:
            (folder / f"{path}{suffix}").unlink(missing_ok=True)
        except OSError as error:
            yield error
    with suppress(OSError):
        (folder / path).parent.rmdir()


def _cycles_before(connection: Connection, before: date) -> list[int]:
    last = last_committed(connection)
    closed = select(cycles.c.id).where(cycles.c.cycle_date < before, cycles.c.state.not_in(OPEN))
    query = closed.order_by(cycles.c.id)
    return [cycle_id for cycle_id in connection.execute(query).scalars() if last is None or cycle_id != last.id]


def _bury_data(writing: Writing, ids: list[int]) -> tuple[int, int]:
    """Bury snapshots and plans; how many of each. A snapshot that a cycle which stays needs too is not touched."""
    own = select(proposals.c.id, proposals.c.digest).where(proposals.c.cycle_id.in_(ids), proposals.c.data.is_not(None))
    plans = {row.id: row.digest for row in writing.connection.execute(own).all()}
    needed = select(cycles.c.snapshot_id).where(cycles.c.id.not_in(ids))
    planned = select(proposals.c.snapshot_id).where(proposals.c.cycle_id.not_in(ids))
    old = (snapshots.c.data.is_not(None), snapshots.c.id.not_in(needed), snapshots.c.id.not_in(planned))
    gone = {row.id: row.id for row in writing.connection.execute(select(snapshots.c.id).where(*old)).all()}
    return _bury(writing, snapshots, gone, data=None), _bury(writing, proposals, plans, data=None)


def _bury(writing: Writing, table: Table, digests: Mapping[Any, str], **emptied: Any) -> int:
    """Put a keyed tombstone in the place of what rows hold, given the digest of each; how many."""
    for row_id, digest in digests.items():
        stone = tombstone(writing.key, table.name, row_id, digest)
        writing.connection.execute(table.update().where(table.c.id == row_id).values(tombstone=stone, **emptied))
    return len(digests)


def _delete_past(connection: Connection, ids: list[int], before: date) -> None:
    """Remove exemptions that stand no longer, reductions that ended before the date, and cover that has ended."""
    held = select(holdings.c.case_id).where(
        holdings.c.case_id == exemptions.c.case_id, holdings.c.officer_id == exemptions.c.officer_id
    )
    connection.execute(delete(exemptions).where(exemptions.c.cycle_id.in_(ids), ~held.exists()))
    connection.execute(delete(reductions).where(reductions.c.ends < before))
    connection.execute(delete(covers).where(covers.c.cycle_id.in_(ids), covers.c.ended_at.is_not(None)))


def _delete_problems(connection: Connection, before: date) -> None:
    """Remove problems that were posted before the date and have ended, with their data and results."""
    old = (problems.c.created_at < datetime.combine(before, time(), UTC), problems.c.state.in_(ENDED))
    gone = select(problems.c.id).where(*old)
    connection.execute(scenarios.update().where(scenarios.c.problem_id.in_(gone)).values(problem_id=None))
    connection.execute(delete(problems).where(*old))


def _files(connection: Connection, ids: list[int]) -> list[str]:
    """Files of messages of purged cycles, those of an earlier purge that was cut short included."""
    query = select(messages.c.id, messages.c.kind, messages.c.recipient)
    found = connection.execute(query.where(or_(messages.c.cycle_id.in_(ids), messages.c.text.is_(None))))
    return [f"{plain_name(row.recipient)}/{file_stem(row.id, row.kind)}" for row in found]


def _bury_messages(writing: Writing, ids: list[int]) -> int:
    query = select(messages.c.id).where(messages.c.cycle_id.in_(ids), messages.c.text.is_not(None))
    gone = dict.fromkeys(writing.connection.execute(query).scalars().all(), "")
    about = literal("purged ") + cast(messages.c.id, Text)
    return _bury(writing, messages, gone, subject=None, text=None, html=None, about=about)


def _figures(connection: Connection, ids: list[int]) -> dict[str, str]:
    """Digests of the figures that stay, by cycle, as their commits logged them."""
    commits = (row for row in logged_entries(connection, "commit") if row.cycle_id in ids and row.details is not None)
    found = {row.cycle_id: json.loads(row.details) for row in commits}
    return {str(cycle_id): details["figures"] for cycle_id, details in found.items() if "figures" in details}


def _old_entries(connection: Connection, ids: list[int], before: date) -> list[int]:
    """Log entries about purged cycles, and of readings before the date; what purges and upgrades logged stays."""
    old = audit.c.at < datetime.combine(before, time(), UTC)
    concerned = or_(audit.c.cycle_id.in_(ids), audit.c.cycle_id.is_(None) & old)
    query = select(audit.c.seq).where(concerned, audit.c.act.not_in(("purge", "cover")), audit.c.details.is_not(None))
    return list(connection.execute(query.order_by(audit.c.seq)).scalars())


def _empty_entries(connection: Connection, rows: list[int]) -> None:
    """Take the details of log entries."""
    for first, last in _ranges(rows):
        connection.execute(audit.update().where(audit.c.seq.between(first, last)).values(details=None))


def _ranges(rows: list[int]) -> list[list[int]]:
    """Runs of consecutive numbers: [first, last] of each."""
    found: list[list[int]] = []
    for row in rows:
        if found and row == found[-1][1] + 1:
            found[-1][1] = row
        else:
            found.append([row, row])
    return found
