"""Delivering messages: as files, a folder for each recipient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from allocator.app.actors import Actor, require
from allocator.app.kept import KeptView
from allocator.db.database import Row
from allocator.db.outbox import (
    Unsent as Unsent,
)
from allocator.db.outbox import (
    WrongTime,
    claim_messages,
    file_stem,
    list_unsent,
    note_deliveries,
    wrong_times,
)
from allocator.db.registers import supervisors_by_division
from allocator.db.rounds import sole_round
from allocator.db.store import Store
from allocator.errors import AllocatorError
from allocator.files.atomic import write_files
from allocator.files.plain_names import plain_name
from allocator.reporting.letters import unnamed_supervisor


@dataclass(frozen=True)
class Delivered:
    """What a delivery did.

    Attributes
    ----------
    delivered, failed, waiting : int
        Messages delivered now; that could not be delivered and are tried again; that wait for another try.
    error : str or None
        Why the last one failed.
    elsewhere : bool
        Somebody else is delivering, here or on another server, so that nothing was done.
    wrong_times : tuple of WrongTime
        What cannot be of the times of messages that wait.
    """

    delivered: int
    failed: int
    waiting: int
    error: str | None
    elsewhere: bool = False
    wrong_times: tuple[WrongTime, ...] = ()


def deliver_messages(
    store: Store, actor: Actor, *, now: bool = False, progress: Callable[[int], None] | None = None
) -> Delivered:
    """Deliver what waits in the outbox, as files: a folder for each recipient, each message as text and as a page.

    One process at a time delivers, of all that share the database.

    Parameters
    ----------
    actor : Actor
        Disclosures are logged under their name.
    now : bool
        Do not wait for the time of the next try of what failed before.
    progress : callable, optional
        Told how many are delivered so far.
    """
    require(actor, "commit")
    delivered, failed, error = 0, 0, None
    with sole_round(store, "deliver") as still_ours:
        if still_ours is not None:
            store.remove_drafts()
            for by_one, failures in _rounds(store, actor, now, still_ours):
                delivered, failed = delivered + by_one, failed + len(failures)
                error = next(reversed(failures.values()), error)
                if progress is not None:
                    progress(delivered)
    waiting = list_unsent(store, limit=0)[1]
    with store.reading() as connection:
        return Delivered(delivered, failed, waiting, error, still_ours is None, wrong_times(connection))


def _rounds(
    store: Store, actor: Actor, now: bool, still_ours: Callable[[], object]
) -> Iterator[tuple[int, dict[int, str]]]:
    """Deliver some messages at a time; how many were delivered, and why others were not."""
    last = 0
    while claimed := claim_messages(store, last, now):
        last = claimed[-1].id
        done: list[Row[Any]] = []
        failures: dict[int, str] = {}
        for row in claimed:
            still_ours()
            stem = file_stem(row.id, row.kind)
            files = {f"{stem}.txt": row.text.encode(), f"{stem}.html": row.html.encode()}
            try:
                write_files(store.home.messages / plain_name(row.recipient), files)
                done.append(row)
            except AllocatorError as problem:
                failures[row.id] = str(problem)
        still_ours()
        yield note_deliveries(store, actor.name, done, failures), failures


def waiting_messages(store: Store, actor: Actor, *, limit: int = 50) -> tuple[tuple[Unsent, ...], int]:
    """Find the oldest messages that wait to people whom somebody sees, and how many wait in all.

    None for whoever may not deliver them.
    """
    if not actor.may("commit"):
        return (), 0
    if actor.scope.divisions is None:
        return list_unsent(store, limit=limit)
    found, total = list_unsent(store)
    with store.reading() as connection:
        kept, named = KeptView(connection, actor), supervisors_by_division(connection)
        divisions = filter(actor.scope.covers, {*named, *(actor.scope.divisions)})
        supervisors = {name for division in divisions for name in (*named[division], unnamed_supervisor(division))}

        @cache
        def seen(recipient: str) -> bool:
            return recipient in supervisors or kept.sees_officer(recipient)

        return tuple(one for one in found if seen(one.recipient))[:limit], total
