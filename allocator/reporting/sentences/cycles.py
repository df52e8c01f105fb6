"""Sentences about cycles: what differs, what newer data touches, what is known of a case or officer."""

from __future__ import annotations

from allocator.cycles.codes import OVERRIDE_REASONS
from allocator.cycles.difference import ForceDifference, RowChange
from allocator.cycles.history import HistoryEntry
from allocator.cycles.staleness import Staleness, TouchedPlacement
from allocator.files.columns import column_words
from allocator.reporting.sentences.counts import cases, months
from allocator.reporting.whys import why_words

_THINGS = {"officers": "officer", "cases": "case", "premises": "premises", "policy": "setting"}


def count_sentence(difference: ForceDifference) -> str:
    """How much differs."""
    if not difference:
        return "Nothing differs from the data before."
    told = []
    for table, thing in _THINGS.items():
        kinds = {
            kind: len({c.name for c in difference.of(table, kind)})  # type: ignore[arg-type]
            for kind in ("joined", "left", "changed")
        }
        counts = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items() if count)
        if counts:
            plural = thing if sum(kinds.values()) == 1 or thing == "premises" else f"{thing}s"
            told.append(f"{plural}: {counts}")
    text = "; ".join(told)
    return f"Against the data before, {text}."


def overtaken_sentence(stale: Staleness) -> str:
    """What has overtaken a plan."""
    told = []
    if stale.difference or stale.rules is None:
        told.append(f"Newer data has overtaken this plan. {count_sentence(stale.difference)}")
    if stale.rules is not None:
        then, now = stale.rules
        told.append(
            f"The rules have changed since this plan was made: it goes by version {then}, today's are version {now}."
        )
    return " ".join(told)


def kept_words(stale: Staleness) -> str:
    """What a plan made anew would keep of one that has been overtaken."""
    return "what was agreed" if stale.rules is None else "what people decided"


def kept_sentence(count: int) -> str:
    """What was kept of the plan before, and what that does to the proof."""
    kept = "1 placement was" if count == 1 else f"{count:,} placements were"
    return f"{kept} kept of the plan before; what is proved holds for plans that keep them."


def change_words(change: RowChange) -> str:
    """One difference in a few words: ``risk medium > high``."""
    if change.kind != "changed":
        return change.kind
    before, after = change.before or "none", change.after or "none"
    what = "" if change.column is None else f"{column_words(change.column)} "
    return f"{what}{before} → {after}"


def touched_words(touched: TouchedPlacement) -> str:
    """What newer data or rules do to a placement."""
    told = [f"case {change_words(change)}" for change in touched.case_changes]
    told += [f"{touched.officer_id} {change_words(change)}" for change in touched.officer_changes]
    if touched.bars:
        told.append(f"now barred by {', '.join(touched.bars)}")
    return "; ".join(told)


def entry_sentence(entry: HistoryEntry, of_case: bool) -> str:
    """One line of a history."""
    facts = entry.facts
    match entry.kind:
        case "moved":
            who = "" if of_case else f"case {facts['case_id']} "
            return (
                f"{who}from {facts['from_officer_id']} to {facts['officer_id']} after {months(facts['months'])}: "
                + (why_words(facts["why"]))
            )
        case "kept":
            who = "" if of_case else f"case {facts['case_id']} "
            return f"{who}stays with {facts['officer_id']}: {why_words(facts['why'])}"
        case "placed":
            who = "" if of_case else f"case {facts['case_id']} "
            return f"{who}to {facts['officer_id']}: {why_words(facts['why'])}"
        case "given":
            who = "" if of_case else f"case {facts['case_id']} "
            reason = OVERRIDE_REASONS.get(facts["reason"], facts["reason"])
            return (
                f"{who}placed with {facts['officer_id']} by {facts['by']} at {facts['at']:%Y-%m-%d %H:%M} UTC: {reason}"
            )
        case "unplaced":
            who = "" if of_case else f"case {facts['case_id']} "
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
        case _:
            return "in the export for the first time" if entry.kind == "joined" else "no longer in the export"
