"""What a check found, as the terminal shows it."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding

from allocator.checking import Checked
from allocator.cli.officer_table import compact_table
from allocator.domain.force import Force
from allocator.reporting.sentences.plans import finding_sentence, goal_words


def print_check(console: Console, force: Force, checked: Checked, what: str) -> None:
    """Print what a check found.

    Parameters
    ----------
    console : Console
    force : Force
    checked : Checked
    what : str
        The plan that was checked, in words.
    """
    console.print(f"{force.name}, cycle of {force.cycle_date.isoformat()}: {what}", style="bold")
    console.print()
    if checked.broken:
        count = len(checked.broken)
        times = "once" if count == 1 else f"{count:,} times"
        console.print(f"This plan breaks rules, {times}.", style="red")
    else:
        console.print("No rule is broken.", style="green")
    console.print()
    table = compact_table()
    table.add_column("goal")
    table.add_column("value", justify="right")
    table.add_column("what it counts")
    for name, value in checked.goals.items():
        table.add_row(name, f"{value:,}", goal_words(name))
    console.print(table)
    for title, findings in (
        ("Broken rules", checked.broken),
        ("Over limits", [f for f in checked.findings if f.kind == "excess"]),
        ("Notes", [f for f in checked.findings if f.kind == "note"]),
    ):
        if findings:
            console.print()
            console.print(f"{title} ({len(findings):,})", style="bold")
        for finding in findings:
            console.print(Padding(f"{finding.rule}: {finding_sentence(finding)}", (0, 0, 0, 2), expand=False))
