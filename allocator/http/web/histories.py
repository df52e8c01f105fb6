"""What is known of a case or officer over the cycles, as its page shows it."""

from __future__ import annotations

from collections.abc import Callable

from allocator.cycles.history import History
from allocator.errors import InputError


def history_or_none(read: Callable[[], History]) -> History | None:
    """The history that is read; None where no committed cycle has one."""
    try:
        return read()
    except InputError:
        return None
