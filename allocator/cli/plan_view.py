"""The report of a run, as the terminal shows it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from allocator.analysis.report import Report
from allocator.cli.case_lists import move_summary, new_case_table, print_moves
from allocator.cli.console import arrow, heading
from allocator.cli.officer_table import compact_table, officer_table
from allocator.domain.plan import Finding
from allocator.reporting.sentences.plans import (
    count_sentence,
    finding_sentence,
    goal_words,
    proof_sentence,
    proof_word,
    trade_sentence,
    unplaced_sentence,
)

# What people still read through; a larger force is told by what changed, and in full elsewhere.
MANY_OFFICERS, MANY_CASES, MANY_NOTES = 60, 40, 10


def print_report(console: Console, report: Report, out: Path | None) -> None:
    """Print a run's report.

    Parameters
    ----------
    console : Console
    report : Report
    out : Path or None
        Where the plan was written, so that the reader is sent there for the rest.
    """
    full = "--json, or in plan.xlsx with --out DIR" if out is None else str(out / "plan.xlsx")
    result = report.result
    console.print(f"{report.force.name}, cycle of {report.force.cycle_date.isoformat()}", style="bold")
    console.print()
    console.print(proof_sentence(result), style="green" if result.proven else "yellow")
    console.print(count_sentence(report))
    console.print(trade_sentence(report))
    heading(console, "Goals, in strict order")
    console.print(_goal_table(report))
    _print_officers(console, report, full)
    _print_moves(console, report, full)
    _print_new_cases(console, report, full)
    _print_unplaced(console, report, full)
    _print_excesses(console, report, full)
    _print_notes(console, report.notes, full)


def _goal_table(report: Report) -> Table:
    table = compact_table()
    table.add_column("goal")
    table.add_column("value", justify="right")
    table.add_column("proof")
    stayed = {goal.name: f"{goal.value:,}" for goal in report.result.without_moves}
    if stayed:
        table.add_column("if all stayed", justify="right")
    table.add_column("what it counts")
    for goal in report.result.goals:
        other = [stayed[goal.name]] if stayed else []
        table.add_row(goal.name, f"{goal.value:,}", proof_word(goal), *other, goal_words(goal.name))
    return table


def _print_officers(console: Console, report: Report, full: str) -> None:
    changes = report.officers
    heading(console, f"Officers ({len(changes):,})")
    if len(changes) > MANY_OFFICERS:
        changes = tuple(change for change in changes if change.changed or change.over)
        console.print(f"Those whose cases change or who exceed a limit ({len(changes):,}); all: {full}.")
    console.print(officer_table(changes, arrow(console)))
    percent = report.force.policy.limits.high_risk_percent
    console.print(
        f"High-risk %: of the officer's cases; {percent}% are allowed. Fair share: of workload points, by capacity."
    )


def _print_moves(console: Console, report: Report, full: str) -> None:
    if not report.moves:
        return
    heading(console, f"Moves ({len(report.moves):,})")
    if len(report.moves) <= MANY_CASES:
        print_moves(console, report.moves)
        return
    console.print(move_summary(report.moves))
    console.print(f"Every move with its reason: {full}.")


def _print_new_cases(console: Console, report: Report, full: str) -> None:
    if not report.new_cases:
        return
    heading(console, f"New cases placed ({len(report.new_cases):,})")
    if len(report.new_cases) <= MANY_CASES:
        console.print(new_case_table(report.new_cases))
    else:
        console.print(f"Every new case with its officer: {full}.")


def _print_unplaced(console: Console, report: Report, full: str) -> None:
    if report.unplaced:
        heading(console, f"Unplaced ({len(report.unplaced):,})")
        _print_sentences(console, map(unplaced_sentence, report.unplaced), MANY_CASES, full)


def _print_excesses(console: Console, report: Report, full: str) -> None:
    if not report.excesses:
        return
    excess, told = next(goal for goal in report.result.goals if goal.name == "excess"), report.excesses
    over = sum(finding.amount for finding in told)  # of a plan of earlier rules, not what its goal counted then
    proof = ", and no plan has less" if excess.proven and over == excess.value else ""
    heading(console, f"Over limits ({over:,} in all{proof})")
    _print_sentences(console, map(finding_sentence, report.excesses), MANY_CASES, full)


def _print_notes(console: Console, notes: Iterable[Finding], full: str) -> None:
    by_rule: dict[str, list[Finding]] = {}
    for finding in notes:
        by_rule.setdefault(finding.rule, []).append(finding)
    for rule, findings in by_rule.items():
        heading(console, f"Note: {rule} ({len(findings):,})")
        _print_sentences(console, map(finding_sentence, findings), MANY_NOTES, full)


def _print_sentences(console: Console, sentences: Iterable[str], most: int, full: str) -> None:
    told = list(sentences)
    for sentence in told[:most]:
        console.print(Padding(sentence, (0, 0, 0, 2), expand=False))
    if len(told) > most:
        console.print(Padding(f"and {len(told) - most:,} more: {full}.", (0, 0, 0, 2), expand=False))
