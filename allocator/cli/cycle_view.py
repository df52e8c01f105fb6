"""Cycles, as the terminal shows them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from allocator.cli.console import arrow, heading
from allocator.cli.officer_table import compact_table
from allocator.cli.plan_view import print_report
from allocator.cycles.codes import EXEMPTION_REASONS, OVERRIDE_REASONS
from allocator.cycles.reductions import REASONS
from allocator.explain.report import explain
from allocator.explain.sentences.asking import change_words as goal_words_changed
from allocator.explain.sentences.asking import excess_words
from allocator.explain.sentences.plans import goal_words, proof_sentence
from allocator.store.importing import Imported
from allocator.store.looking import History, Listed, Logged, Shown
from allocator.store.people import Reduced
from allocator.store.proposing import Overridden, Proposed
from allocator.store.replaying import Replayed
from allocator.store.sentences import change_words, count_sentence, entry_sentence, kept_sentence, touched_words

MANY = 40  # lines that people still read through


def print_imported(console: Console, imported: Imported) -> None:
    """Print what an import did."""
    cycle = imported.cycle
    done = "opened" if imported.opened else f"{cycle.state}: newer data read"
    console.print(f"Cycle {cycle.id} of {cycle.cycle_date.isoformat()}, {done}.", style="bold")
    if imported.difference is not None:
        console.print(count_sentence(imported.difference))
    if imported.reduced:
        console.print(f"Reduced at the cycle date: {', '.join(imported.reduced)}.")
    if imported.stale:
        _warn(console, "The plan is of older data now. `allocator cycle show` tells which placements that touches;")
        _warn(console, "`allocator cycle propose --keep` plans again and keeps what was agreed.")
    if imported.difference:
        heading(console, "What differs")
        table = compact_table()
        for title in ("table", "id", "difference"):
            table.add_column(title, overflow="fold")
        for change in imported.difference.changes[:MANY]:
            table.add_row(change.table, change.name, change_words(change))
        console.print(table)
        _more(console, len(imported.difference.changes), "--json")


def print_proposed(console: Console, made: Proposed) -> None:
    """Print a plan that was just frozen."""
    result, cycle = made.proposal.result, made.cycle
    console.print(f"Cycle {cycle.id} of {cycle.cycle_date.isoformat()}, {cycle.state}.", style="bold")
    console.print(proof_sentence(result), style="green" if result.proven else "yellow")
    counts = ", ".join(f"{len(cases):,} {action}" for action, cases in result.plan.actions.items())
    console.print(f"{len(result.force.cases):,} cases: {counts}.")
    if made.agreed:
        console.print(kept_sentence(made.agreed))
    goals = ", ".join(f"{goal.name} {goal.value:,}" for goal in result.goals)
    console.print(f"{goals[:1].upper()}{goals[1:]}.")


def print_overridden(console: Console, made: Overridden) -> None:
    """Print a placement that a person changed, and its price."""
    override, to = made.override, arrow(console)
    before = override.instead_of or "nobody"
    console.print(f"Case {override.case_id}: {before} {to} {override.officer_id}.", style="bold")
    changes = goal_words_changed(made.effect.goals)
    console.print(f"Price, all else as planned: {changes}." if changes else "No goal differs.")
    for pair in made.effect.excesses:
        console.print(Padding(excess_words(pair), (0, 0, 0, 2), expand=False))
    if override.exemption is not None:
        _warn(console, f"By exemption from {', '.join(override.rules)}: {EXEMPTION_REASONS[override.exemption]}.")


def print_shown(console: Console, shown: Shown, out: Path | None) -> None:
    """Print a cycle as it stands."""
    cycle, to = shown.cycle, arrow(console)
    console.print(f"Cycle {cycle.id} of {cycle.cycle_date.isoformat()}: {cycle.state}", style="bold")
    for event in shown.events:
        console.print(f"  {event.at:%Y-%m-%d %H:%M} UTC  {event.act:<9} by {event.actor}")
    if shown.expiring:
        heading(console, "Reductions of capacity that end")
        for count, reduction in shown.expiring:
            console.print(f"  {reduction.officer}: {reduction.percent}% until {reduction.ends}, {_before(count)}")
    if shown.stale is not None:
        heading(console, "Newer data")
        _warn(console, "The plan is of older data. " + count_sentence(shown.stale.difference))
        if shown.stale.touched:
            table = compact_table()
            for title in ("case", "planned", "action", "what touches it"):
                table.add_column(title, overflow="fold")
            for one in shown.stale.touched[:MANY]:
                table.add_row(one.case_id, one.officer_id or "nobody", one.action, touched_words(one))
            console.print(table)
            _more(console, len(shown.stale.touched), "--json")
        console.print("Maybe `allocator cycle propose --keep`: it plans again and keeps what was agreed.")
    proposal = shown.proposal
    if proposal is None:
        console.print(f"No plan yet: {len(shown.force.cases):,} cases, {len(shown.force.officers):,} officers.")
        return
    if proposal.overrides:
        heading(console, "Decided by people")
        table = compact_table()
        for title in ("case", "officer", "price", "reason", "by"):
            table.add_column(title, overflow="fold")
        for override in proposal.overrides:
            price = ", ".join(f"{name} {change:+,}" for name, change in override.effect.items() if change)
            exempt = f"; exempt from {', '.join(override.rules)}" if override.rules else ""
            note = f" ({override.note})" if override.note else ""
            reason = f"{OVERRIDE_REASONS[override.reason]}{note}{exempt}"
            pair = f"{override.instead_of or 'nobody'} {to} {override.officer_id}"
            table.add_row(override.case_id, pair, price or "none", reason, override.by)
        console.print(table)
    console.print()
    if proposal.insist:
        console.print(kept_sentence(len(proposal.insist)))
    print_report(console, explain(proposal.result, shown.digest), out)


def print_listing(console: Console, found: Sequence[Listed]) -> None:
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
        counts = decided if cycle.state in ("committed", "undone") else ("", "", "")
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
    if replayed.purged or comparison is None:
        console.print(f"Cycle {cycle.id} was purged: there is nothing left to replay.")
        return
    for name, then, now in replayed.versions:
        console.print(f"{name} was {then} then and is {now} now.")
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
    cases = compact_table()
    for title in ("case", "frozen", "now"):
        cases.add_column(title)
    for case in comparison.cases[:MANY]:
        cases.add_row(case.case_id, case.first or "nobody", case.second or "nobody")
    console.print(cases)
    _more(console, len(comparison.cases), "")


def print_log(console: Console, entries: Sequence[Logged]) -> None:
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
    return str(details)


def print_reductions(console: Console, found: Sequence[Reduced]) -> None:
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
            now += f", ends {_before(one.ends_in)}"
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


def _before(count: int) -> str:
    """Before which of the next cycles something ends."""
    which = {1: "the next cycle", 2: "the second cycle from now", 3: "the third cycle from now"}
    return f"before {which[count]}"


def _warn(console: Console, text: str) -> None:
    console.print(text, style="yellow")


def _more(console: Console, count: int, where: str) -> None:
    if count > MANY:
        console.print(f"{count - MANY:,} more{f': {where}' if where else ''}.")
