"""Lists that people sort, and histories."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from allocator.cycles.history import History
from allocator.errors import InputError
from allocator.reporting.history import entry_sentence

RISKS = (("low", "Low"), ("medium", "Medium"), ("high", "High"), ("very_high", "Very high"))


def sortable(
    columns: Iterable[tuple[str, str, bool]], kept: Mapping[str, str], sort: str, down: bool
) -> list[dict[str, Any]]:
    """Titles of columns, each a link that sorts by it, or the other way round."""
    return [
        {
            "title": title,
            "numeric": numeric,
            "href": "?" + urlencode({**kept, "sort": name, "order": "desc" if name == sort and not down else "asc"}),
            "aria": ("descending" if down else "ascending") if name == sort else "none",
        }
        for name, title, numeric in columns
    ]


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
