"""Moves and new cases, as lists that read well at 80 columns and in a pipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from allocator.analysis.reasons import Move
from allocator.analysis.report import NewCase
from allocator.cli.console import arrow
from allocator.cli.officer_table import compact_table
from allocator.domain.force import Case
from allocator.reporting.sentences.plans import move_sentence
from allocator.rules.notes.overdue import overdue_words


def print_moves(console: Console, moves: Sequence[Move]) -> None:
    """Every move with its reason."""
    for move in moves:
        who = f"{move.case.officer} {arrow(console)} {move.officer}"
        console.print(f"{move.case.case_id}  {who}  {case_words(move.case)}, {_months(move)}")
        console.print(Padding(move_sentence(move), (0, 0, 0, 4), expand=False))


def move_summary(moves: Sequence[Move]) -> Table:
    """Count moves by who gives up and why."""
    table = compact_table()
    table.add_column("from", overflow="fold")
    table.add_column("cases", justify="right")
    table.add_column("because of")
    table.add_column("to")
    groups: dict[tuple[str, str], Counter[str]] = {}
    for move in moves:
        groups.setdefault((move.case.officer or "", _because(move)), Counter())[move.officer] += 1
    for (giver, why), to in groups.items():
        told = ", ".join(f"{officer} {count}" for officer, count in sorted(to.items()))
        table.add_row(giver, str(to.total()), why, told)
    return table


def new_case_table(new_cases: Sequence[NewCase]) -> Table:
    """Give each new case placed a row; a star stands beside an officer who managed the case before."""
    table = compact_table()
    if any(new.case.known_to(new.officer.officer.officer_id) for new in new_cases):
        table.caption = "* managed the case before"
    table.add_column("case", overflow="fold")
    table.add_column("what it is")
    table.add_column("officer", overflow="fold")
    table.add_column("chosen among", justify="right")
    table.add_column("their cases", justify="right")
    for new in new_cases:
        change = new.officer
        load = f"{change.before.cases} to {change.after.cases} of {change.after.limit}"
        who = change.officer.officer_id
        what = ", ".join([case_words(new.case), *([overdue_words(dict(new.overdue))] if new.overdue else [])])
        table.add_row(new.case.case_id, what, f"{who} *" if new.case.known_to(who) else who, str(new.receivers), load)
    return table


def case_words(case: Case) -> str:
    """Say what a case is, in a few words."""
    words = [f"{case.risk.replace('_', ' ')} risk"]
    if case.level > 1:
        words.append(f"level {case.level}")
    if case.setting != "community":
        words.append(case.premises or case.setting)
    words += [f"needs {tag}" for tag in sorted(case.needs)]
    return ", ".join(words)


def _because(move: Move) -> str:
    if move.bars:
        return ", ".join(move.bars)
    if move.instead is None or move.instead.goal is None:
        return "no reason found"
    rules = dict.fromkeys(growth.finding.rule for growth in move.instead.growths)
    return ", ".join(rules) if move.instead.goal == "excess" else move.instead.goal


def _months(move: Move) -> str:
    return f"{move.months} {'month' if move.months == 1 else 'months'} with {move.case.officer}"
