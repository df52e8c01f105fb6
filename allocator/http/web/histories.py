"""What is known of a case or officer over the cycles, as its page shows it."""

from __future__ import annotations

from collections.abc import Callable

from allocator.cycles.history import History, HistoryEntry
from allocator.errors import InputError


def entries(read: Callable[[], History]) -> tuple[HistoryEntry, ...]:
    """The history that is read; empty where no committed cycle has one."""
    try:
        return read().entries
    except InputError:
        return ()
