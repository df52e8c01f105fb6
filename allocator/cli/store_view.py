"""Lists, histories, replays, reductions and the log, as the terminal shows them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from allocator.cli.cycle_view import MANY, before, more
from allocator.cli.officer_table import compact_table
from allocator.cycles.history import History
from allocator.cycles.reductions import REASONS
from allocator.db.log_reading import LogEntry
from allocator.db.people import ReductionView
from allocator.db.queries import CycleSummary
from allocator.db.replaying import Replayed
from allocator.reporting.sentences.cycles import entry_sentence
from allocator.reporting.sentences.plans import goal_words


def print_listing(console: Console, found: Sequence[CycleSummary]) -> None:
    """Print all cycles."""
    if not found:
        console.print("No cycles yet: `allocator cycle import` opens the first.")
        return
    table = compact_table()
    for title in ("cycle", "date", "state", "officers", "cases", "moved", "placed", "nobody", "excess"):
        table.add_column(title, justify="left" if title in ("date", "state") else "right")
    for one in found:
        cycle, goals = one.cycle, one.goals
        decided = (f"{one.moved:,}", f"{one.placed:,}", f"{one.unplaced:,}")
        counts = decided if goals and cycle.state != "discarded" else ("", "", "")
        excess = f"{goals['excess']:,}" if goals else ""
        size = (f"{one.officers:,}", f"{one.cases:,}")
        table.add_row(str(cycle.id), cycle.cycle_date.isoformat(), cycle.state, *size, *counts, excess)
    console.print(table)


def print_history(console: Console, history: History, of_case: bool) -> None:
    """Print what is known of a case or an officer."""
    if of_case:
        now = f"with {history.now} since {history.since}" if history.now else "with nobody"
        console.print(f"Case {history.name}: {now}, as of the last commit.", style="bold")
    else:
        console.print(f"{history.name} holds {history.holds:,} cases, as of the last commit.", style="bold")
    if not history.entries:
        console.print("It has been there since the first cycle, with nothing changed.")
        return
    table = compact_table()
    table.add_column("cycle", justify="right")
    for title in ("date", "state", "what"):
        table.add_column(title, overflow="fold")
    for entry in history.entries:
        what = entry_sentence(entry, of_case)
        table.add_row(str(entry.cycle_id), entry.cycle_date.isoformat(), entry.state, what)
    console.print(table)


def print_replayed(console: Console, replayed: Replayed) -> None:
    """Print what a replay found."""
    cycle, comparison = replayed.cycle, replayed.comparison
    if replayed.purged:
        console.print(f"Cycle {cycle.id} was purged: there is nothing left to replay.")
        return
    for name, then, now in replayed.versions:
        console.print(f"{name} was {then} then and is {now} now.")
    if comparison is None:
        console.print(f"Cycle {cycle.id} cannot be planned again as it was.", style="yellow")
        console.print(replayed.refused)
        return
    if replayed.stopped:
        console.print(f"A run ended early ({replayed.stopped}): what such a run finds depends on the clock.")
    if replayed.same:
        console.print(f"Cycle {cycle.id} replayed: the same plan for all {len(comparison.first.force.cases):,} cases.")
        return
    console.print(f"Cycle {cycle.id} replayed: {len(comparison.cases):,} cases have another officer.", style="yellow")
    table = compact_table()
    table.add_column("goal")
    for title in ("frozen", "now"):
        table.add_column(title, justify="right")
    table.add_column("what it counts")
    for pair in comparison.goals:
        table.add_row(pair.name, f"{pair.first:,}", f"{pair.second:,}", goal_words(pair.name))
    console.print(table)
    if any(name == "rules" for name, _, _ in replayed.versions):
        console.print("Both plans are counted by today's rules.")
    cases = compact_table()
    for title in ("case", "frozen", "now"):
        cases.add_column(title)
    for case in comparison.cases[:MANY]:
        cases.add_row(case.case_id, case.first or "nobody", case.second or "nobody")
    console.print(cases)
    more(console, len(comparison.cases), "")


def print_log(console: Console, entries: Sequence[LogEntry]) -> None:
    """Print entries of the audit log."""
    table: Table = compact_table()
    table.add_column("row", justify="right")
    for title in ("when (UTC)", "act", "by", "cycle", "what"):
        table.add_column(title, overflow="fold")
    for entry in entries:
        details = "purged" if entry.details is None else _flat(entry.details)
        purpose = f"for {entry.purpose}; " if entry.purpose else ""
        cycle = "" if entry.cycle_id is None else str(entry.cycle_id)
        when = f"{entry.at:%Y-%m-%d %H:%M}"
        table.add_row(str(entry.seq), when, entry.act, entry.actor, cycle, f"{purpose}{details}".removesuffix("; "))
    console.print(table)


def _flat(details: object) -> str:
    if isinstance(details, dict):
        return ", ".join(f"{name} {_flat(value)}" for name, value in details.items() if value not in (None, [], {}, ""))
    if isinstance(details, list):
        return " ".join(map(_flat, details))
    text = str(details)
    return text[:12] if len(text) == 64 and set(text) <= set("0123456789abcdef") else text


def print_reductions(console: Console, found: Sequence[ReductionView]) -> None:
    """Print reductions of capacity, as one person may see them."""
    if not found:
        console.print("No reductions are kept: `allocator reductions import` reads them.")
        return
    table = compact_table()
    for title in ("officer", "division", "percent", "from", "to", "now", "reason"):
        table.add_column(title, overflow="fold", justify="right" if title == "percent" else "left")
    for one in found:
        reduction = one.reduction
        now = "in force" if one.running else ""
        if one.ends_in is not None:
            now += f", ends {before(one.ends_in)}"
        reason = "withheld" if one.reason is None else REASONS[reduction.reason]
        until = "open" if reduction.ends is None else reduction.ends.isoformat()
        row = (
            reduction.officer,
            one.division,
            str(reduction.percent),
            reduction.starts.isoformat(),
            until,
            now,
            reason,
        )
        table.add_row(*row)
    console.print(table)
