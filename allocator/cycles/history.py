"""What is known of one case or one officer, cycle by cycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of a history.

    Attributes
    ----------
    state : str
        Of the cycle: what was undone or never committed is told as such.
    kind : str
        moved, placed, unplaced; joined, left, changed; caseload; given: placed between two plans.
    facts : mapping
        What a sentence about it needs.
    """

    cycle_id: int
    cycle_date: date
    state: str
    kind: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """What a store knows of one case or officer.

    Attributes
    ----------
    now : str or None
        For a case: who manages it as of the last commit.
    holds : int
        For an officer: cases held as of the last commit.
    entries : tuple of HistoryEntry
        Oldest first.
    """

    name: str
    now: str | None
    since: date | None
    holds: int
    entries: tuple[HistoryEntry, ...]
