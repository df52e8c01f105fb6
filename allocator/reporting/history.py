"""What is known of a case or an officer, cycle by cycle."""

from __future__ import annotations

from typing import Any

from allocator.cycles.codes import PLACEMENT_REASONS
from allocator.cycles.history import History, HistoryEntry
from allocator.files.columns import column_words
from allocator.reporting.documents import picked
from allocator.reporting.model import Report, Table, Text, figures, ids
from allocator.reporting.reasons import why_words
from allocator.reporting.words import cases, months


def history_report(history: History, of_case: bool) -> Report:
    """A history, one line an entry."""
    if of_case:
        now = f"with {history.now} since {history.since}" if history.now else "with nobody"
        title = f"Case {history.name}: {now}, as of the last commit."
    else:
        title = f"{history.name} holds {history.holds:,} cases, as of the last commit."
    if not history.entries:
        return Report(title, (Text("It has been there since the first cycle, with nothing changed."),))
    rows = tuple(
        (str(entry.cycle_id), entry.cycle_date.isoformat(), entry.state, entry_sentence(entry, of_case))
        for entry in history.entries
    )
    return Report(title, (Table((*figures("cycle"), *ids("date", "state", "what")), rows),))


def history_document(history: History) -> dict[str, Any]:
    """Compose the JSON of what is known of a case or an officer."""
    return {
        "name": history.name,
        "now": history.now,
        "since": None if history.since is None else history.since.isoformat(),
        "holds": history.holds,
        "entries": [_entry_document(entry) for entry in history.entries],
    }


def _entry_document(entry: HistoryEntry) -> dict[str, Any]:
    facts = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in entry.facts.items()}
    own = {"cycle": entry.cycle_id, "cycle_date": entry.cycle_date.isoformat(), **picked(entry, "state", "kind")}
    return {**facts, **own}


def entry_sentence(entry: HistoryEntry, of_case: bool) -> str:
    """One line of a history."""
    facts = entry.facts
    who = "" if of_case else f"case {facts.get('case_id')} "
    match entry.kind:
        case "moved":
            since = f"from {facts['from_officer_id']} to {facts['officer_id']} after {months(facts['months'])}"
            return f"{who}{since}: {why_words(facts['why'])}"
        case "kept":
            return f"{who}stays with {facts['officer_id']}: {why_words(facts['why'])}"
        case "placed":
            return f"{who}to {facts['officer_id']}: {why_words(facts['why'])}"
        case "given":
            reason = PLACEMENT_REASONS.get(facts["reason"], facts["reason"])
            when = f"{facts['at']:%Y-%m-%d %H:%M} UTC"
            return f"{who}placed with {facts['officer_id']} by {facts['by']} at {when}: {reason}"
        case "unplaced":
            still = "" if facts["from_officer_id"] is None else f", still with {facts['from_officer_id']}"
            return f"{who}with nobody{still}: {why_words(facts['why'])}"
        case "caseload":
            share = "no share" if facts["fair_percent"] is None else f"{facts['fair_percent']}% of the fair share"
            over = f", {facts['over']} over limits" if facts["over"] else ""
            return (
                f"{cases(facts['cases'])} of {facts['case_limit']}, {facts['high_risk']} high risk, {share}{over}; "
                f"received {facts['received']}, gave up {facts['given_up']}"
            )
        case "changed":
            return f"{column_words(facts['column'])} {facts['before'] or 'none'} → {facts['after'] or 'none'}"
        case "joined":
            return "in the export for the first time"
        case _:
            return "no longer in the export"
