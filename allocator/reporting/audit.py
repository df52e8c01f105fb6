"""Entries of the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from allocator.reporting.documents import picked
from allocator.reporting.model import Report, Table, figures, ids
from allocator.reporting.words import counted, listed

if TYPE_CHECKING:
    from allocator.db.head_places import PlaceNews
    from allocator.db.log_reading import LogEntry
    from allocator.db.verifying import Verification


def log_report(entries: Sequence[LogEntry]) -> Report:
    """Entries of the audit log, a row each."""
    return Report(
        "", (Table((*figures("row"), *ids("when (UTC)", "act", "by", "cycle", "what")), tuple(map(_row, entries))),)
    )


def verified_sentence(found: Verification) -> str:
    """Whether all is as the log says."""
    if found.problems:
        return f"{counted(len(found.problems), 'problem')} in a log of {found.entries:,} entries."
    purged = f"; a purge took the details of {found.purged:,}" if found.purged else ""
    since = "" if found.since == 1 or not found.entries else f" {_since(found.since)}"
    return f"The audit log verifies: {found.entries:,} entries{purged}.{since}"


def place_sentence(news: PlaceNews) -> str:
    """What an operator should know of a place to which the head of the log is published."""
    if news.fault is not None:
        return f"{news.fault} The head of the audit log is not published there."
    if news.begins is not None:
        return f"{news.name} did not exist: it has the head of the audit log from row {news.begins} on."
    return f"The head of the audit log is published to {news.name} again."


def verified_notes(found: Verification) -> tuple[str, ...]:
    """What a verification looked at besides, and what is left to people."""
    compared = f"Its head was compared with {listed(found.compared)}." if found.compared else None
    by_hand = [
        f"{place} cannot be read back: the line there for row {found.entries:,} should end in {found.last}."
        for place in found.not_read
        if found.entries
    ]
    copy = "This is a read-only copy: nothing was written." if found.read_only else None
    return tuple(note for note in (copy, compared, *by_hand) if note is not None)


def _since(entry: int | None) -> str:
    if entry is None:
        return "It is of an earlier version, and covers plans, decisions, figures and texts of messages alone."
    return f"It covers every row that decides something from entry {entry:,} on, and less before."


def _row(entry: LogEntry) -> tuple[str | int | None, ...]:
    details = "purged" if entry.details is None else _flat(entry.details)
    what = f"for {entry.purpose}; {details}" if entry.purpose else details
    when = f"{entry.at:%Y-%m-%d %H:%M}"
    return (entry.seq, when, entry.act, entry.actor, entry.cycle_id, what.removesuffix("; "))


def _flat(details: object) -> str:
    if isinstance(details, dict):
        return ", ".join(f"{name} {_flat(value)}" for name, value in details.items() if value not in (None, [], {}, ""))
    if isinstance(details, list):
        return " ".join(map(_flat, details))
    text = str(details)
    return text[:12] if len(text) == 64 and set(text) <= set("0123456789abcdef") else text


def entry_document(entry: LogEntry) -> dict[str, Any]:
    """Compose the JSON of an entry of the audit log."""
    return {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "by": entry.actor,
        "act": entry.act,
        "cycle": entry.cycle_id,
        **picked(entry, "purpose", "details", "before", "after"),
    }
