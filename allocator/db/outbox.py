"""Messages: written with the act that they tell of, delivered apart, none lost and none doubled.

A message is ``waiting`` until a delivery claims it (``sending``), then ``delivered``. Its file is named after its
number, so that a delivery that was killed between writing and noting it writes the same file again. An undo withdraws
what is waiting; whatever has been claimed counts as told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, or_, select

from allocator.db.database import database_clock
from allocator.db.snapshots import pack
from allocator.db.store import Store, Writing
from allocator.db.tables import as_record, count_rows, insert_rows, messages
from allocator.db.vouching import logged_letters
from allocator.errors import Conflict
from allocator.reporting.letter import Letter

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
CLOCKS_DIFFER = timedelta(minutes=5)  # at most, of servers that are as they should be
AT_ONCE = 50  # messages claimed at a time


@dataclass(frozen=True, slots=True)
class WrongTime:
    """A time of a message that cannot be: a clock was wrong, or somebody has changed it.

    Attributes
    ----------
    message : int
        Its number.
    what : str
        ``written``: it was written in a time to come. ``waits``: it waits longer than its tries allow.
    at : datetime
        The time.
    """

    message: int
    what: Literal["written", "waits"]
    at: datetime


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message that waits for its delivery, why the last try failed, and what of its times cannot be."""

    recipient: str
    kind: str
    cycle_id: int
    written_at: datetime
    attempts: int
    error: str | None
    wrong_time: WrongTime | None


UNSENT = messages.c.state.in_(("waiting", "sending"))


def list_unsent(store: Store, *, limit: int | None = None) -> tuple[tuple[Unsent, ...], int]:
    """Find the oldest messages that wait, and how many wait in all."""
    of_each = [messages.c[name] for name in ("recipient", "kind", "cycle_id", "written_at", "attempts", "error")]
    with store.reading() as connection:
        rows = connection.execute(
            select(messages.c.id, messages.c.next_at, *of_each).where(UNSENT).order_by(messages.c.id).limit(limit)
        )
        now = database_clock(connection)
        found = tuple(as_record(Unsent, row, wrong_time=wrong_time(row, now)) for row in rows)
        return found, count_rows(connection, messages, UNSENT)


def wrong_time(message: Row[Any], now: datetime) -> WrongTime | None:
    """What cannot be of the times of a message that waits."""
    if message.written_at > now + CLOCKS_DIFFER:
        return WrongTime(message.id, "written", message.written_at)
    if message.next_at > now + wait_after(message.attempts) + CLOCKS_DIFFER:
        return WrongTime(message.id, "waits", message.next_at)
    return None


def wrong_times(connection: Connection) -> tuple[WrongTime, ...]:
    """What cannot be of the times of all messages that wait."""
    now = database_clock(connection)
    later = or_(messages.c.written_at > now, messages.c.next_at > now)
    columns = [messages.c[name] for name in ("id", "written_at", "next_at", "attempts")]
    found = (wrong_time(row, now) for row in connection.execute(select(*columns).where(UNSENT, later)))
    return tuple(sorted(filter(None, found), key=lambda one: one.message))


def wait_after(tries: int) -> timedelta:
    """For how long a message waits after so many tries: 30 seconds, twice as long each time, 6 hours at most."""
    return timedelta(0) if tries == 0 else min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT)


def withdraw(connection: Connection, cycle_id: int, *, but: Collection[str]) -> tuple[int, dict[str, list[str]]]:
    """Withdraw the messages of a cycle that have not gone out.

    Parameters
    ----------
    but : collection of str
        Kinds of messages that stay.

    Returns
    -------
    (withdrawn, sent)
        How many; and the subjects of those that have gone out, by recipient.
    """
    of_cycle = (messages.c.cycle_id == cycle_id) & messages.c.kind.not_in(but)
    withdrawn = connection.execute(
        messages.update().where(of_cycle, messages.c.state == "waiting").values(state="withdrawn")
    ).rowcount
    sent: dict[str, list[str]] = defaultdict(list)
    gone_out = messages.c.state.in_(("sending", "delivered"))
    query = select(messages.c.recipient, messages.c.subject).where(of_cycle, gone_out).order_by(messages.c.id)
    for row in connection.execute(query):
        sent[row.recipient].append(row.subject)
    return withdrawn, sent


def write_letters(writing: Writing, cycle_id: int, letters: Iterable[Letter]) -> None:
    """Write letters to the outbox, in the transaction of the act that they tell of."""
    rows = [
        {
            "cycle_id": cycle_id,
            "kind": letter.kind,
            "recipient": letter.recipient,
            "about": letter.about,
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
            "state": "waiting",
            "written_at": writing.log.now,
            "attempts": 0,
            "next_at": writing.log.now,
        }
        for letter in letters
    ]
    insert_rows(writing.connection, messages, rows)


def last_letter(connection: Connection) -> int:
    """Number of the newest message; 0 where there is none."""
    return connection.execute(select(func.max(messages.c.id))).scalar() or 0


def letters_since(connection: Connection, last: int) -> dict[str, Any]:
    """Details for the log of the letters that an act wrote, given the newest before it: from, to, and their digest."""
    newest = last_letter(connection)
    if newest == last:
        return {}
    return {"letters": {"after": last, "to": newest, "digest": letters_digest(connection, last, newest)}}


def letters_digest(connection: Connection, after: int, to: int) -> str:
    """SHA-256 of messages, as they were written: recipients, subjects and texts."""
    names = ("id", "cycle_id", "kind", "recipient", "subject", "text", "html")
    query = select(*(messages.c[name] for name in names)).where(messages.c.id > after, messages.c.id <= to)
    return pack([list(row) for row in connection.execute(query.order_by(messages.c.id))])[0]


def require_as_written(connection: Connection, ids: Iterable[int]) -> None:
    """Refuse messages that are not as the act wrote them that told the log.

    Raises
    ------
    Conflict
        Naming the first.
    """
    written, right = logged_letters(connection), set[int]()
    if written is None:
        return
    for number in ids:
        if number in right:
            continue
        by = next((one for one in written if one["after"] < number <= one["to"]), None)
        if by is None or letters_digest(connection, by["after"], by["to"]) != by["digest"]:
            raise Conflict(
                f"Message {number}, or one that was written with it, is not what the log says.",
                outcome="It is not delivered, nor is any other that was taken with it.",
                maybe="run `allocator audit verify`: it names what was changed.",
            )
        right.update(range(by["after"] + 1, by["to"] + 1))


def claim_messages(store: Store, last: int, now: bool) -> list[Row[tuple[object, ...]]]:
    """Take the next messages that wait, to deliver them.

    Parameters
    ----------
    last : int
        Number of the last message that was taken.
    now : bool
        Whether also those whose time for another try has not come.
    """
    with store.writing() as writing:
        query = select(messages).where(UNSENT, messages.c.id > last)
        if not now:
            query = query.where(messages.c.next_at <= datetime.now(UTC))
        rows = list(writing.connection.execute(query.order_by(messages.c.id).limit(AT_ONCE)))
        ids = [row.id for row in rows]
        require_as_written(writing.connection, ids)
        writing.connection.execute(messages.update().where(messages.c.id.in_(ids)).values(state="sending"))
        return rows


def note_deliveries(store: Store, by: str, done: list[Row[tuple[object, ...]]], failures: dict[int, str]) -> int:
    """Note what was delivered and what was not; how many this delivery was the first to note."""
    with store.writing() as writing:
        connection, at, count = writing.connection, writing.log.now, 0
        for row in done:
            # Two deliveries at once wrote the same file; one of them notes it.
            values = {"state": "delivered", "delivered_at": at, "attempts": row.attempts + 1, "error": None}
            statement = messages.update().where(messages.c.id == row.id, messages.c.state == "sending")
            if connection.execute(statement.values(values)).rowcount:
                details = {"message": row.id, "kind": row.kind, "to": row.recipient, "about": row.about}
                writing.log.append(by, "disclose", details, cycle_id=row.cycle_id, purpose="handover")
                count += 1
        for message_id, error in failures.items():
            row = connection.execute(select(messages).where(messages.c.id == message_id)).one()
            tries = row.attempts + 1
            statement = messages.update().where(messages.c.id == message_id, messages.c.state == "sending")
            values = {"attempts": tries, "next_at": at + wait_after(tries), "error": error[:1000]}
            connection.execute(statement.values(values))
        return count


def file_stem(message_id: int, kind: str) -> str:
    """Name of a message's files, without what they end in."""
    return f"{message_id:07d}-{kind}"


def withdraw_letter(connection: Connection, cycle_id: int, kind: str, recipient: str, about: str) -> bool:
    """Withdraw the newest message of a kind to somebody whose `about` begins so, unless it has gone out."""
    query = select(messages.c.id, messages.c.state).where(
        messages.c.cycle_id == cycle_id,
        messages.c.kind == kind,
        messages.c.recipient == recipient,
        messages.c.about.startswith(about, autoescape=True),
    )
    newest = connection.execute(query.order_by(messages.c.id.desc()).limit(1)).first()
    if newest is None or newest.state != "waiting":
        return False
    connection.execute(messages.update().where(messages.c.id == newest.id).values(state="withdrawn"))
    return True
