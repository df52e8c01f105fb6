"""Verifying the audit log and all that it vouches for: every row is recomputed from the key, none is believed.

What a log of an earlier version holds no digest of is not verified: decisions, figures and the text of messages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from allocator.db.assignments import decisions_digest, figures_digest, holdings_digest, read_holdings
from allocator.db.audit import (
    BEGINNING,
    Head,
    in_chain,
    newest_head,
    read_head,
    tombstone,
)
from allocator.db.chain import chain_problems
from allocator.db.covering import LoggedRows, group_words, plan_rows_digest
from allocator.db.outbox import letters_digest, wrong_times
from allocator.db.own_schema import foreign_parts
from allocator.db.service_tables import problems
from allocator.db.snapshots import packed_text
from allocator.db.store import Store
from allocator.db.tables import audit, cycles, messages, proposals, snapshots
from allocator.errors import AllocatorError
from allocator.reporting.acts import wrong_time_sentence

_READING = ("import", "rollover", "place", "move", "take-back", "renew")  # acts that bring a cycle data
_PLANS = select(proposals).order_by(proposals.c.id)


@dataclass(frozen=True)
class Verification:
    """What a verification found.

    Attributes
    ----------
    entries : int
        Entries of the log.
    purged : int
        Of those, whose details a purge took away.
    problems : tuple of str
        Sentences, each naming a row; none where all is as it was written.
    since : int or None
        The entry from which on every row is covered that decides something; None for a log of an earlier version.
    last : str
        Link of the last entry.
    compared, not_read : tuple of str
        Other places whose head was compared with the log; and those that only people can read.
    read_only : bool
        Whether it was a copy that cannot be written.
    """

    entries: int
    purged: int
    problems: tuple[str, ...]
    since: int | None = 1
    last: str = BEGINNING
    compared: tuple[str, ...] = ()
    not_read: tuple[str, ...] = ()
    read_only: bool = False


def verify(store: Store, leads_to: Mapping[str, str | None]) -> Verification:
    """Recompute the chain, compare it with the head outside the database, and the data with what was logged of it.

    Parameters
    ----------
    leads_to : mapping of str to (str or None)
        The state that each act on a cycle leads to; None where the state stays.
    """
    key = store.home.key
    # Read before the database, which may be ahead of the file, never behind it.
    head, found = _head(store.home.head)
    files = [place.file for place in store.places if place.file is not None]
    published = {file: _head(file) for file in files}
    with store.reading() as connection:
        found += _readable("The audit log", chain_problems(connection, key, head))
        for file, (known, faults) in published.items():
            found += faults or _published(connection, file, known, head)
        found += (f"The database is not as this program made it: {part}." for part in foreign_parts(connection))
        found += _readable("Data that is kept", _contents(connection, key))
        found += _readable("Who manages whom", _holdings(connection))
        found += _readable("A cycle", _cycles(connection, leads_to))
        found += _readable("A plan", _plans(connection))
        found += _readable("What was approved", _approved(connection, key))
        found += _readable("Decisions or figures", _registers(connection))
        found += _readable("Messages", _letters(connection))
        logged = LoggedRows(key).read_on(connection)
        found += _readable("A row that decides something", _changed_rows(logged, connection))
        rows = connection.execute(select(audit.c.details)).all()
        if head is None and rows and not store.home.head.exists():
            found.append("The head of the audit log is not where it should be outside the database.")
        return Verification(
            entries=len(rows),
            purged=sum(1 for row in rows if row.details is None),
            problems=tuple(found),
            since=logged.since,
            last=newest_head(connection).mac,
            compared=tuple(str(file) for file, (known, _) in published.items() if known is not None),
            not_read=tuple(place.name for place in store.places if place.file is None),
            read_only=store.read_only,
        )


def _readable(what: str, found: Iterator[str]) -> Iterator[str]:
    """What was found, and that something holds a value of a kind that the program never wrote there."""
    try:
        yield from found
    except (ValueError, TypeError, LookupError):
        yield f"{what}: a value that cannot be read; somebody changed it beside the program."


def _changed_rows(logged: LoggedRows, connection: Connection) -> Iterator[str]:
    """Rows that are not as the log says."""
    for group, seq in logged.beside:
        yield f"{group_words(group)}: changed beside the log before audit row {seq}."
    for group, said in logged.changed(connection):
        what = "not in the log" if said is None else f"not what audit row {said} says"
        yield f"{group_words(group)}: {what}."


def _head(path: Path) -> tuple[Head | None, list[str]]:
    try:
        return read_head(path), []
    except AllocatorError as error:
        return None, [error.text]


def _published(connection: Connection, file: Path, known: Head | None, home: Head | None) -> Iterator[str]:
    """What a head in another place says otherwise than the log, or than the head in the home, which follows it."""
    newest = newest_head(connection).count
    if known is None:
        if newest:
            yield f"{file}, to which the head of the audit log is published, does not exist."
    elif known.count > newest:
        yield f"{file} knows {known.count:,} entries of the audit log, and there are {newest:,}: it was set back."
    elif not in_chain(connection, known):
        yield f"Audit row {known.count} is another than {file} says."
    elif home is not None and known.count < home.count:
        yield f"{file} knows the audit log as far as row {known.count}, and was not written after that."


def _contents(connection: Connection, key: bytes) -> Iterator[str]:
    """Snapshots, plans and messages: what they hold, or the tombstone of it."""
    for row in connection.execute(select(snapshots.c.id, snapshots.c.data, snapshots.c.tombstone)):
        yield from _content(key, "snapshots", row.id, row.id, row.data, row.tombstone)
    plans = select(proposals.c.id, proposals.c.digest, proposals.c.data, proposals.c.tombstone)
    for plan in connection.execute(plans.order_by(proposals.c.id)):
        yield from _content(key, "proposals", plan.id, plan.digest, plan.data, plan.tombstone)
    posted = select(problems.c.id, problems.c.data_id, problems.c.data).where(problems.c.data_id.is_not(None))
    for job in connection.execute(posted.order_by(problems.c.id)):
        if job.data is None or packed_text(job.data_id, job.data) is None:
            yield f"The data of job {job.id[:12]} was changed."
    gone = select(messages.c.id, messages.c.tombstone).where(messages.c.text.is_(None)).order_by(messages.c.id)
    for message in connection.execute(gone):
        if message.tombstone != tombstone(key, "messages", message.id, ""):
            yield f"Message {message.id} was removed, and by no purge."


def _content(
    key: bytes, table: str, row_id: str | int, digest: str, data: bytes | None, stone: str | None
) -> Iterator[str]:
    name = f"{'Snapshot' if table == 'snapshots' else 'Plan'} {str(row_id)[:12]}"
    if data is None:
        if stone != tombstone(key, table, row_id, digest):
            yield f"{name} was removed, and by no purge."
    elif packed_text(digest, data) is None:
        yield f"{name} was changed."


def _holdings(connection: Connection) -> Iterator[str]:
    query = select(audit.c.after).where(audit.c.act.in_(("commit", "undo"))).order_by(audit.c.seq.desc()).limit(1)
    last = connection.execute(query).scalar_one_or_none()
    if holdings_digest(read_holdings(connection)) != (last or holdings_digest({})):
        yield "Who manages whom is not what the last commit or undo left."


def _cycles(connection: Connection, leads_to: Mapping[str, str | None]) -> Iterator[str]:
    """Where each cycle stands and what its data is, as its acts brought it there."""
    states: dict[int, str] = {}
    data: dict[int, str] = {}
    query = select(audit.c.cycle_id, audit.c.act, audit.c.after).where(audit.c.cycle_id.is_not(None))
    for row in connection.execute(query.where(audit.c.act.in_((*leads_to, *_READING))).order_by(audit.c.seq)):
        if row.act in _READING:
            states.setdefault(row.cycle_id, "imported")
            data[row.cycle_id] = row.after
        elif (state := leads_to[row.act]) is not None:
            states[row.cycle_id] = state
    newest = {row.cycle_id: row.id for row in connection.execute(_PLANS)}
    for row in connection.execute(select(cycles).order_by(cycles.c.id)):
        said = states.pop(row.id, None)
        if said is None:
            yield f"Cycle {row.id} was inserted: the log does not have it."
            continue
        if row.state != said:
            yield f"Cycle {row.id} is {row.state}, and the log says {said}."
        if row.snapshot_id != data[row.id]:
            yield f"The data of cycle {row.id} is not what the log says."
        if row.proposal_id != newest.get(row.id):
            yield f"The plan of cycle {row.id} is not the last that was made."
    for cycle_id in states:
        yield f"Cycle {cycle_id} was removed."


def _plans(connection: Connection) -> Iterator[str]:
    """Who made each plan, of what, and what it is."""
    logged = connection.execute(select(audit).where(audit.c.act == "propose").order_by(audit.c.seq)).all()
    plans = connection.execute(_PLANS).all()
    if len(logged) != len(plans):
        yield f"The log has {len(logged):,} plans, and there are {len(plans):,}."
    for entry, plan in zip(logged, plans, strict=False):
        said = (entry.cycle_id, entry.actor, entry.before, entry.after)
        if (plan.cycle_id, plan.proposed_by, plan.snapshot_id, plan.digest) != said:
            yield f"Plan {plan.id} is not what audit row {entry.seq} says: whose it is, its data, or who proposed it."


def _approved(connection: Connection, key: bytes) -> Iterator[str]:
    """Plans that were approved, or committed since, are still what was approved, people's changes included."""
    for row, details in _details(connection, ("approve",)):
        said = details.get("plan")
        if said is not None and plan_rows_digest(connection, key, said["id"]) not in (None, said["digest"]):
            yield f"Plan {said['id']} of cycle {row.cycle_id} is not the one that audit row {row.seq} approved."


def _registers(connection: Connection) -> Iterator[str]:
    """What commits decided, and the figures that they left, which outlast a purge."""
    for row, details in _details(connection, ("commit", "purge")):
        if row.act == "commit" and details.get("decisions", "") not in ("", decisions_digest(connection, row.cycle_id)):
            yield f"The decisions of cycle {row.cycle_id} are not what its commit left."
        figures = details.get("figures", {})
        for cycle_id, digest in figures.items() if row.act == "purge" else ((row.cycle_id, figures),):
            if digest and digest != figures_digest(connection, int(cycle_id)):
                yield f"The figures of cycle {cycle_id} are not what its commit left."


# Acts that tell people.
_WRITING = ("commit", "undo", "place", "move", "take-back", "import", "rollover", "agree-cover", "reductions")


def _letters(connection: Connection) -> Iterator[str]:
    """Messages as they were written, and none besides."""
    known: set[int] = set()
    for row, details in _details(connection, _WRITING):
        if "letters" in details:
            after, to = details["letters"]["after"], details["letters"]["to"]
            known.update(range(after + 1, to + 1))
            if letters_digest(connection, after, to) != details["letters"]["digest"]:
                yield f"Messages {after + 1} to {to} are not what audit row {row.seq} says."
    yield from map(wrong_time_sentence, wrong_times(connection))
    if known:
        query = select(messages.c.id).where(messages.c.id >= min(known), messages.c.text.is_not(None))
        for message_id in connection.execute(query.order_by(messages.c.id)).scalars():
            if message_id not in known:
                yield f"Message {message_id} was inserted: the log does not have it."


def _details(connection: Connection, acts: tuple[str, ...]) -> Iterator[tuple[Any, dict[str, Any]]]:
    query = select(audit).where(audit.c.act.in_(acts), audit.c.details.is_not(None)).order_by(audit.c.seq)
    for row in connection.execute(query).all():
        with suppress(ValueError):  # the chain says so
            yield row, json.loads(row.details)
