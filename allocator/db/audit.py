"""The audit log: append-only, each entry chained to the one before by a keyed hash.

    mac(k) = HMAC-SHA256(key, [seq, at, actor, act, cycle, purpose, mac of details, before, after, mac(k - 1)])

Details have a hash of their own, so that a purge can take them away and the chain still verifies. How long the log is,
and its last link, also stand in a file outside the database, its head. Who writes looks the head up in the chain first,
so that a log cut off at its end is noticed and never grows again. A writer that is killed between its commit and the
head leaves a head that lags behind: the row that it names is there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select

from allocator.db.home import write_private
from allocator.db.tables import audit
from allocator.errors import NOTHING_CHANGED, AllocatorError, Unavailable
from allocator.files.atomic import folder_lock

if TYPE_CHECKING:
    from allocator.db.covering import RowWatch

BEGINNING = "0" * 64
FIRST = 1
_MOST = 2**31 - 1  # entries
LINKED = ("seq", "at", "actor", "act", "cycle_id", "purpose", "details_mac", "before", "after", "previous")


@dataclass(frozen=True, slots=True)
class Head:
    """How many entries a log has, and the link of the last."""

    count: int
    mac: str


class Log:
    """The log, as one writer continues it through a connection; the last entry tells which rows the writer changed."""

    def __init__(self, connection: Connection, key: bytes, rows: RowWatch) -> None:
        self._connection, self._key, self.rows = connection, key, rows
        self.head = newest_head(connection)
        self.now = datetime.now(UTC)
        self.act = ""  # of the last entry that this writer added
        self._last: dict[str, Any] | None = None  # that entry, while it waits for the rows

    def append(
        self,
        actor: str,
        act: str,
        details: Mapping[str, Any],
        *,
        cycle_id: int | None = None,
        purpose: str | None = None,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        """Add an entry.

        Parameters
        ----------
        actor : str
            Who acts, as claimed.
        details : mapping
            Plain data: which cases and officers, codes, counts; nothing else about a case.
        purpose : str, optional
            Code of the justification, where data about cases is read or disclosed.
        before, after : str, optional
            Digests.
        """
        self._write({})
        self._last = {
            "actor": actor,
            "act": act,
            "details": dict(details),
            "cycle_id": cycle_id,
            "purpose": purpose,
            "before": before,
            "after": after,
        }
        self.act = act

    def finish(self, beside: Callable[[str, Mapping[str, Any]], list[str]] = lambda act, rows: []) -> None:
        """Write the last entry, with the digests of the rows that changed.

        Parameters
        ----------
        beside : callable
            Given these, names those that were not as the log says before this writer came: the entry says so for ever.

        Raises
        ------
        RuntimeError
            When rows were changed that the log has to tell of, and no entry was added.
        """
        rows = self.rows.pairs()
        if rows and self._last is None:
            raise RuntimeError(f"{', '.join(rows)} changed, and no entry of the log tells of it")
        if self._last is not None and (named := beside(self.act, rows)):
            self._last["details"]["rows_beside"] = named
        self._write(rows)

    def _write(self, rows: Mapping[str, Any]) -> None:
        if self._last is None:
            return
        entry, self._last, seq = self._last, None, self.head.count + 1
        if rows or seq == FIRST:  # a log that begins so covers its rows from the beginning
            entry["details"]["rows"] = dict(rows)
        entry["details"] = json.dumps(entry["details"], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        entry |= {"seq": seq, "at": self.now, "previous": self.head.mac}
        entry["details_mac"] = details_mac(self._key, seq, entry["details"])
        entry["mac"] = entry_mac(self._key, entry)
        self._connection.execute(audit.insert().values(entry))
        self.head = Head(seq, entry["mac"])


def newest_head(connection: Connection) -> Head:
    """The end of the chain."""
    last = connection.execute(select(audit.c.seq, audit.c.mac).order_by(audit.c.seq.desc()).limit(1)).first()
    return Head(0, BEGINNING) if last is None else Head(last.seq, last.mac)


def in_chain(connection: Connection, head: Head) -> bool:
    """Whether the row that a head names is in the chain as the head says."""
    if head.count == 0:
        return head.mac == BEGINNING
    return connection.execute(select(audit.c.mac).where(audit.c.seq == head.count)).scalar() == head.mac


def entry_mac(key: bytes, entry: Mapping[str, Any]) -> str:
    """Keyed hash of an entry: what the next one is chained to."""
    at: datetime = entry["at"]
    parts = [at.astimezone(UTC).isoformat(timespec="microseconds") if n == "at" else entry[n] for n in LINKED]
    return keyed_hash(key, "entry", *parts)


def is_as_written(key: bytes, row: Row[Any]) -> bool:
    """Whether an entry is as it was written, but for details that a purge took."""
    entry = dict(row._mapping)
    whole: bool = row.details is None or details_mac(key, row.seq, row.details) == row.details_mac
    return whole and entry["mac"] == entry_mac(key, entry)


def details_mac(key: bytes, seq: int, details: str) -> str:
    """Keyed hash of an entry's details."""
    return keyed_hash(key, "details", seq, details)


def tombstone(key: bytes, table: str, row_id: str | int, digest: str) -> str:
    """Keyed hash that stands where a purge removed content: which, and what it was."""
    return keyed_hash(key, "tombstone", table, row_id, digest)


def keyed_hash(key: bytes, *parts: Any) -> str:
    """HMAC-SHA256 of some parts, each told apart from the next."""
    return hmac.new(key, json.dumps(parts, ensure_ascii=False).encode(), hashlib.sha256).hexdigest()


def require_in_chain(connection: Connection, known: Head, where: object) -> None:
    """Refuse to go on with a log that is not as a head outside the database knows it.

    Raises
    ------
    Unavailable
        When the row that it names is not in the chain.
    """
    if not in_chain(connection, known):
        raise Unavailable(
            f"The audit log was cut off, set back or changed: row {known.count}, the last that {where} knows, is not "
            "there as it was.",
            told="The audit log was cut off, set back or changed.",
            outcome=NOTHING_CHANGED,
            maybe="run `allocator audit verify`, and restore a backup.",
        )


def write_head(path: Path, head: Head) -> None:
    """Write the head outside the database, in the home; a later one that stands there already stays.

    Raises
    ------
    Unavailable
        When it cannot be written.
    """
    try:
        replace_head(path, head)
    except (OSError, AllocatorError) as error:
        why = f": {error.strerror}" if isinstance(error, OSError) else ""
        raise Unavailable(
            f"{path} cannot be written{why}.",
            told=f"The head of the audit log cannot be written{why}.",
            outcome="What was asked is done and logged; the head of the log follows with the next act.",
        ) from error


def replace_head(path: Path, head: Head) -> None:
    """Put a head into a file, whole or not at all; a later one that stands there already stays.

    Raises
    ------
    OSError, AllocatorError
        When that cannot be done, or what stands there is no head.
    """
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        with folder_lock(path.parent):
            known = read_head(path)
            if known is not None and known.count >= head.count:
                return
            write_private(new, json.dumps(asdict(head)) + "\n")
            os.replace(new, path)
    finally:
        with suppress(OSError):
            new.unlink()


def read_head(path: Path) -> Head | None:
    """The head that stands outside the database; None where there is none.

    Raises
    ------
    Unavailable
        When the file cannot be read as one.
    """
    try:
        return parse_head(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise no_head(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise no_head(f"{path} does not hold the head of an audit log.") from error


def no_head(text: str) -> Unavailable:
    """What is wrong with the head in the home, and what to do about that."""
    advice = (
        "put a copy of it back; else write a backup (`allocator db backup`) and restore it into a new folder "
        "(`allocator db restore`), which makes it again."
    )
    told = "The head of the audit log is not there or none."
    return Unavailable(text, told=told, outcome=NOTHING_CHANGED, maybe=advice)


def parse_head(data: bytes) -> Head:
    """A head as a file holds it.

    Raises
    ------
    ValueError
        When it is none.
    """
    found = json.loads(data)
    if type(found) is not dict or type(found.get("count")) is not int or type(found.get("mac")) is not str:
        raise ValueError("no head")
    if not 0 <= found["count"] <= _MOST:
        raise ValueError("no length of a log")
    return Head(found["count"], found["mac"])
