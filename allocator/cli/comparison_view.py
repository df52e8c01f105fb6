"""Two plans side by side, as the terminal shows them."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from allocator.analysis.compare import CaseDifference, Comparison, OfficerPair
from allocator.cli.console import arrow, heading
from allocator.cli.officer_table import both, compact_table
from allocator.reporting.sentences.comparing import broken_sentences, decisive_sentence, finding_pair_sentence
from allocator.reporting.sentences.plans import goal_words

MANY = 60  # rows that people still read through; the JSON has them all


def print_comparison(console: Console, comparison: Comparison, names: tuple[str, str]) -> None:
    """Print a comparison.

    Parameters
    ----------
    console : Console
    comparison : Comparison
    names : tuple of str
        How the two plans are called.
    """
    force = comparison.first.force
    console.print(f"{force.name}, cycle of {force.cycle_date.isoformat()}", style="bold")
    console.print(f"A: {names[0]}")
    console.print(f"B: {names[1]}")
    console.print()
    for broken, name in zip(comparison.broken, "AB", strict=True):
        for sentence in broken_sentences(broken, name)[: MANY + 1]:
            console.print(sentence, style="red")
    console.print(decisive_sentence(comparison, ("A", "B")))
    heading(console, "Goals, in strict order")
    console.print(_goals(comparison))
    to = arrow(console)
    _listed(console, f"Cases with another officer ({len(comparison.cases):,})", _cases(comparison.cases))
    differing = [pair for pair in comparison.officers if pair.differs]
    _listed(console, f"Officers, A {to} B ({len(differing):,})", _officers(differing, to))
    if comparison.findings:
        heading(console, "Excesses and broken rules that differ")
        for pair in comparison.findings[:MANY]:
            console.print(Padding(finding_pair_sentence(pair, ("A", "B")), (0, 0, 0, 2), expand=False))
    shown = max(len(comparison.cases), len(differing), len(comparison.findings))
    if shown > MANY:
        console.print(f"Only the first {MANY} rows of a table are shown; all of them: --json.")


def _listed(console: Console, title: str, table: Table) -> None:
    if table.row_count:
        heading(console, title)
        console.print(table)


def _goals(comparison: Comparison) -> Table:
    table = compact_table()
    table.add_column("goal")
    for title in ("A", "B", "difference"):
        table.add_column(title, justify="right")
    table.add_column("what it counts")
    for pair in comparison.goals:
        figures = (f"{pair.first:,}", f"{pair.second:,}", f"{pair.difference:+,}" if pair.difference else "0")
        table.add_row(pair.name, *figures, goal_words(pair.name))
    return table


def _cases(cases: tuple[CaseDifference, ...]) -> Table:
    table = compact_table()
    for title in ("case", "division", "now with", "A", "B"):
        table.add_column(title, overflow="fold")
    for case in cases[:MANY]:
        first = case.first or "nobody" if case.in_first else "-"
        second = case.second or "nobody" if case.in_second else "-"
        table.add_row(case.case_id, case.division, case.present or "new", first, second)
    return table


def _officers(pairs: list[OfficerPair], to: str) -> Table:
    table = compact_table()
    table.add_column("officer", overflow="fold")
    for title in ("cases of limit", "high-risk %", "% of fair share", "gains", "loses"):
        table.add_column(title, justify="right")
    for pair in pairs[:MANY]:
        first, second, limit = pair.first, pair.second, pair.second or pair.first
        table.add_row(
            pair.officer_id,
            f"{both(first and first.cases, second and second.cases, to)} of {limit.limit if limit else '-'}",
            both(first and first.share, second and second.share, to),
            both(first and first.fair_percent, second and second.fair_percent, to),
            str(len(pair.gained)),
            str(len(pair.lost)),
        )
    return table
