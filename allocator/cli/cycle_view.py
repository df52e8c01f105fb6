"""Cycles, as the terminal shows them."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.padding import Padding

from allocator.analysis.report import explain
from allocator.cli.console import arrow, heading
from allocator.cli.officer_table import compact_table
from allocator.cli.plan_view import print_report
from allocator.cycles.codes import EXEMPTION_REASONS, OVERRIDE_REASONS
from allocator.db.importing import Imported
from allocator.db.overriding import Overridden
from allocator.db.proposing import Proposed
from allocator.db.queries import CycleDetails
from allocator.reporting.sentences.asking import change_words as goal_words_changed
from allocator.reporting.sentences.asking import excess_words
from allocator.reporting.sentences.cycles import (
    change_words,
    count_sentence,
    kept_sentence,
    kept_words,
    overtaken_sentence,
    touched_words,
)
from allocator.reporting.sentences.plans import proof_sentence

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
        more(console, len(imported.difference.changes), "--json")


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


def print_shown(console: Console, shown: CycleDetails, out: Path | None) -> None:
    """Print a cycle as it stands."""
    cycle, to = shown.cycle, arrow(console)
    console.print(f"Cycle {cycle.id} of {cycle.cycle_date.isoformat()}: {cycle.state}", style="bold")
    for event in shown.events:
        console.print(f"  {event.at:%Y-%m-%d %H:%M} UTC  {event.act:<9} by {event.actor}")
    if shown.expiring:
        heading(console, "Reductions of capacity that end")
        for count, reduction in shown.expiring:
            console.print(f"  {reduction.officer}: {reduction.percent}% until {reduction.ends}, {before(count)}")
    if shown.stale is not None:
        heading(console, "Newer data" if shown.stale.rules is None else "Newer rules")
        _warn(console, overtaken_sentence(shown.stale))
        if shown.stale.touched:
            table = compact_table()
            for title in ("case", "planned", "action", "what touches it"):
                table.add_column(title, overflow="fold")
            for one in shown.stale.touched[:MANY]:
                table.add_row(one.case_id, one.officer_id or "nobody", one.action, touched_words(one))
            console.print(table)
            more(console, len(shown.stale.touched), "--json")
        kept = kept_words(shown.stale)
        console.print(f"Maybe `allocator cycle propose --keep`: it plans again and keeps {kept}.")
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


def before(count: int) -> str:
    """Before which of the next cycles something ends."""
    which = {1: "the next cycle", 2: "the second cycle from now", 3: "the third cycle from now"}
    return f"before {which[count]}"


def _warn(console: Console, text: str) -> None:
    console.print(text, style="yellow")


def more(console: Console, count: int, where: str) -> None:
    """Say how many lines were left out, and where they are."""
    if count > MANY:
        console.print(f"{count - MANY:,} more{f': {where}' if where else ''}.")
