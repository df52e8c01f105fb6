"""Rows are compared with the log before anything is decided by them: what somebody put there beside it does nothing."""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Row, select

from allocator.db.audit import Head, in_chain, is_as_written, keyed_hash, newest_head
from allocator.db.covering import LoggedRows, RowWatch, group_words, groups_of, row_digest
from allocator.db.home import Home, write_private
from allocator.db.tables import audit
from allocator.errors import NOTHING_CHANGED, AllocatorError, Conflict, Unavailable

WRITTEN_EVERY = 2_000  # entries
_AT_HAND = "what the log says"  # in a connection's ``info``
_WRITES = "what a writer changes"  # whose entries are not committed yet


class Vouching:
    """What the log of one store says of rows, followed entry by entry; threads take turns.

    How far it was followed is written down in the home, under the key, so that a command need not read it all again.

    Parameters
    ----------
    home : Home
    """

    def __init__(self, home: Home) -> None:
        self._home, self._turn = home, threading.Lock()
        self._logged: LoggedRows | None = None
        self._written = 0  # as far as the home has it

    def _key(self) -> bytes:
        return self._home.key

    @contextmanager
    def at_hand(self, connection: Connection, writes: RowWatch | None = None) -> Iterator[None]:
        """Let whoever has the connection ask; a writer's own entries do not count before they are committed."""
        info = connection.info  # of a connection that breaks, it cannot be asked for afterwards
        info[_AT_HAND] = self
        if writes is not None:
            self.follow(connection)
            info[_WRITES] = writes
        try:
            yield
        finally:
            info.pop(_WRITES, None)

    def follow(self, connection: Connection) -> LoggedRows:
        """Read the log on to its end.

        Raises
        ------
        Unavailable
            When an entry is not as it was written: nobody knows then which rows are.
        """
        key = self._key()
        with self._turn:
            if self._logged is None or self._logged.key != key:
                self._logged = self._known(connection, key)
            if not connection.info.get(_WRITES):
                self._logged.read_on(connection)
            if self._logged.broken:
                broken, self._logged = self._logged.broken, None  # whoever asks next looks again
                raise broken_entry(min(broken))
            self._write(key, self._logged)
            return self._logged

    def _known(self, connection: Connection, key: bytes) -> LoggedRows:
        """What the home says of the log, where that is of this key and the log has it."""
        try:
            mac, text = self._home.seen.read_text("utf-8").split("\n", 1)
        except (OSError, ValueError):
            return LoggedRows(key)
        if mac != keyed_hash(key, "seen", text):
            return LoggedRows(key)
        known = LoggedRows.going_on(key, json.loads(text))
        self._written = known.read
        return known if in_chain(connection, Head(known.read, known.link)) else LoggedRows(key)

    def _write(self, key: bytes, logged: LoggedRows) -> None:
        if logged.read - self._written < WRITTEN_EVERY:
            return
        self._written = logged.read
        text = json.dumps(logged.state())
        with suppress(OSError, AllocatorError):  # without it the log is read from its beginning
            draft = self._home.folder / f".seen.{secrets.token_hex(4)}.new"
            try:
                write_private(draft, f"{keyed_hash(key, 'seen', text)}\n{text}")
                os.replace(draft, self._home.seen)
            finally:
                draft.unlink(missing_ok=True)

    def changed_beside(self, connection: Connection, act: str, rows: Mapping[str, Sequence[str | None]]) -> list[str]:
        """Which groups that an act changed, given their digests before and after, were not as the log says before.

        Raises
        ------
        Conflict
            Where an act would make something of what somebody put there: only what goes may go.
        """
        logged = self.follow(connection)
        found = [group for group, (before, _) in rows.items() if logged.since and logged.digest(group) != before]
        for group in () if act == "purge" else found:
            if rows[group][1] is not None:
                raise changed_group(group)
        return found

    def differing(self, connection: Connection, groups: Iterable[str]) -> list[str]:
        """Which groups of rows are not as the log says."""
        logged, key = self.follow(connection), self._key()
        if logged.since is None:  # a log of an earlier version that could not be covered
            return []
        own: RowWatch | None = connection.info.get(_WRITES)
        begun = {} if own is None else own.before  # what a writer changes itself was as it was when that began
        now = {g: begun[g] if g in begun else _digest(connection, key, g) for g in groups}
        with self._turn:
            found = [group for group, digest in now.items() if logged.digest(group) != digest]
            ahead = logged.read > newest_head(connection).count
        if found and ahead:  # who reads sees an earlier state than others who have followed the log
            earlier = LoggedRows(key).read_on(connection)
            found = [group for group in found if earlier.digest(group) != now[group]]
        return found


def _digest(connection: Connection, key: bytes, group: str) -> str | None:
    """Digest of a group of rows; of one with a value of a kind that cannot be, one that no group has."""
    try:
        return row_digest(connection, key, group)
    except (ValueError, TypeError):
        return "none"


def broken_entry(seq: int) -> Unavailable:
    """That an entry of the log is not as it was written."""
    return Unavailable(
        f"Row {seq} of the audit log was changed or emptied: what it vouched for is not known any more.",
        told="The audit log was changed.",
        outcome=NOTHING_CHANGED,
        maybe="run `allocator audit verify`, and restore a backup.",
    )


def require_logged_rows(connection: Connection, *groups: str) -> None:
    """Refuse rows that are not as the log says.

    Parameters
    ----------
    groups : str
        As in ``covering.Cover.group``; a table's name alone stands for all its groups.

    Raises
    ------
    Conflict
        Naming the first.
    Unavailable
        When the log itself was changed.
    """
    vouching: Vouching = connection.info[_AT_HAND]
    logged = vouching.follow(connection)
    wanted = [one for group in groups for one in ([group] if " " in group else groups_of(connection, group, logged))]
    for group in vouching.differing(connection, wanted):
        raise changed_group(group)


def changed_group(group: str) -> Conflict:
    """That rows are not as the log says."""
    return Conflict(
        f"{group_words(group)} is not as the log says: somebody changed it beside the program.",
        outcome=NOTHING_CHANGED,
        maybe="tell whoever runs the service: `allocator audit verify` says more.",
    )


def logged_entries(connection: Connection, act: str) -> list[Row[Any]]:
    """Entries of one of ``covering.LASTING_ACTS``, oldest first, each verified once more.

    Raises
    ------
    Unavailable
        When one of them is not as it was written.
    """
    vouching: Vouching = connection.info[_AT_HAND]
    logged, newest = vouching.follow(connection), newest_head(connection).count
    wanted = [seq for seq in logged.acts[act] if seq <= newest]
    found: list[Row[Any]] = []
    for start in range(0, len(wanted), 500):
        query = select(audit).where(audit.c.seq.in_(wanted[start : start + 500])).order_by(audit.c.seq)
        found += connection.execute(query).all()
    right = [row for row in found if is_as_written(logged.key, row)]
    if len(right) < len(wanted):
        raise broken_entry(min({*wanted} - {row.seq for row in right}))
    return right


def logged_letters(connection: Connection) -> Sequence[Mapping[str, Any]] | None:
    """Which messages acts wrote, as the log says; None where a log of an earlier version does not."""
    vouching: Vouching = connection.info[_AT_HAND]
    logged = vouching.follow(connection)
    return None if logged.since is None else logged.letters
