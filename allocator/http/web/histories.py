"""What is known of a case or officer over the cycles, as pages show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allocator.cycles.history import History
from allocator.errors import InputError
from allocator.reporting.history import entry_sentence


def entries(read: Callable[[], History], of_case: bool) -> list[dict[str, Any]]:
    """The history that is read, newest first; empty where no committed cycle has one."""
    try:
        return entry_rows(read(), of_case)
    except InputError:
        return []


def entry_rows(history: History, of_case: bool) -> list[dict[str, Any]]:
    """What is known over the cycles, newest first."""
    return [
        {"cycle_id": e.cycle_id, "cycle_date": e.cycle_date, "state": e.state, "says": entry_sentence(e, of_case)}
        for e in reversed(history.entries)
    ]
