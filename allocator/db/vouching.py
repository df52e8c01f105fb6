"""Rows are compared with the log before anything is decided by them: what somebody put there beside it does nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from allocator.db.audit import newest_head
from allocator.db.covering import LoggedRows, RowWatch, group_words, groups_of, row_digest
from allocator.errors import NOTHING_CHANGED, Conflict, Unavailable

_AT_HAND = "what the log says"  # in a connection's ``info``
_WRITES = "what a writer changes"  # whose entries are not committed yet


class Vouching:
    """What the log of one store says of rows, followed entry by entry; threads take turns.

    Parameters
    ----------
    key : callable
        Gives the key of the log.
    """

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._key, self._turn = key, threading.Lock()
        self._logged: LoggedRows | None = None

    @contextmanager
    def at_hand(self, connection: Connection, writes: RowWatch | None = None) -> Iterator[None]:
        """Let whoever has the connection ask; a writer's own entries do not count before they are committed."""
        connection.info[_AT_HAND] = self
        if writes is not None:
            self.follow(connection)
            connection.info[_WRITES] = writes
        try:
            yield
        finally:
            connection.info.pop(_WRITES, None)

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
                self._logged = LoggedRows(key)
            if not connection.info.get(_WRITES):
                self._logged.read_on(connection)
            if self._logged.broken:
                raise Unavailable(
                    f"Row {min(self._logged.broken)} of the audit log was changed or emptied: what it vouched for is "
                    "not known any more.",
                    told="The audit log was changed.",
                    outcome=NOTHING_CHANGED,
                    maybe="run `allocator audit verify`, and restore a backup.",
                )
            return self._logged

    def changed_beside(self, connection: Connection, rows: Mapping[str, Sequence[str | None]]) -> list[str]:
        """Which groups that a writer changed, given their digests before and after, were not as the log says before."""
        logged = self.follow(connection)
        return [group for group, (before, _) in rows.items() if logged.since and logged.digest(group) != before]

    def differing(self, connection: Connection, groups: Iterable[str]) -> list[str]:
        """Which groups of rows are not as the log says."""
        logged, key = self.follow(connection), self._key()
        if logged.since is None:  # a log of an earlier version that could not be covered
            return []
        own: RowWatch | None = connection.info.get(_WRITES)
        begun = {} if own is None else own.before  # what a writer changes itself was as it was when that began
        now = {g: begun[g] if g in begun else row_digest(connection, key, g) for g in groups}
        with self._turn:
            found = [group for group, digest in now.items() if logged.digest(group) != digest]
            ahead = logged.read > newest_head(connection).count
        if found and ahead:  # who reads sees an earlier state than others who have followed the log
            earlier = LoggedRows(key).read_on(connection)
            found = [group for group in found if earlier.digest(group) != now[group]]
        return found


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
        raise Conflict(
            f"{group_words(group)} is not as the log says: somebody changed it beside the program.",
            outcome=NOTHING_CHANGED,
            maybe="tell whoever runs the service: `allocator audit verify` says more.",
        )


def logged_letters(connection: Connection) -> Sequence[Mapping[str, Any]] | None:
    """Which messages acts wrote, as the log says; None where a log of an earlier version does not."""
    vouching: Vouching = connection.info[_AT_HAND]
    logged = vouching.follow(connection)
    return None if logged.since is None else logged.letters
