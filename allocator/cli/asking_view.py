"""Answers about one case, as the terminal shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from allocator.analysis.compare import GoalPair
from allocator.analysis.effects import Candidate
from allocator.analysis.recommend import Recommendation
from allocator.analysis.why import NEAREST, Why
from allocator.analysis.why_not import WhyNot
from allocator.cli.console import arrow, heading
from allocator.cli.officer_table import both, compact_table
from allocator.reporting.sentences.asking import (
    excess_words,
    nearest,
    recommendation_sentences,
    why_not_sentences,
    why_sentences,
)

FEW = 10  # officers whom a line lists


def print_recommendation(console: Console, answer: Recommendation) -> None:
    """Print officers ranked for one case."""
    _say(console, recommendation_sentences(answer))
    if answer.candidates:
        console.print()
        replanned = {name: found.goals for name, found in answer.replanned.items()}
        console.print(_candidates(answer.candidates, arrow(console), replanned))
        if replanned:
            console.print("Changes of goals: of the best plan with the case there, against the best plan of all.")
        else:
            console.print("Changes of goals: all else as it stands.")
    if any(one.stays for one in answer.candidates):
        console.print("* has it now.")
    if any(one.knows for one in answer.candidates):
        console.print("+ managed it before.")
    if answer.more:
        console.print(f"{answer.more} more may have it: leave out --top.")
    grown = [
        (one.officer.officer_id, excess_words(pair))
        for one in answer.candidates
        for pair in one.effect.excesses
        if pair.second > pair.first
    ]
    if grown:
        heading(console, "Limits that it would exceed, all else as it stands")
        for name, words in grown:
            console.print(Padding(f"{name}: {words}", (0, 0, 0, 2), expand=False))
    if answer.barred:
        heading(console, f"May not have it ({len(answer.barred):,})")
        by_rules: dict[tuple[str, ...], list[str]] = {}
        for officer, rules in answer.barred:
            by_rules.setdefault(rules, []).append(officer.officer_id)
        for rules, names in by_rules.items():
            listed = ", ".join(names[:FEW]) + (f" and {len(names) - FEW} more" if len(names) > FEW else "")
            console.print(Padding(f"{', '.join(rules)}: {listed}", (0, 0, 0, 2), expand=False))


def print_why_not(console: Console, answer: WhyNot) -> None:
    """Print what bars an officer, or the price of insisting."""
    _say(console, why_not_sentences(answer))
    if answer.comparison is not None and answer.comparison.decisive is not None:
        console.print()
        console.print(_goals(answer.comparison.goals, "best plan", f"with {answer.officer.officer_id}"))


def print_why(console: Console, answer: Why) -> None:
    """Print why a case is where the plan has it."""
    _say(console, why_sentences(answer))
    if answer.relations:
        which = "in its place" if answer.action == "moved" else "that go, if it went instead"
        heading(console, f"Relationships of {answer.case.officer} {which} ({len(answer.relations)})")
        table = compact_table()
        for title in ("case", "months", "cost"):
            table.add_column(title, justify="left" if title == "case" else "right")
        _goal_columns(table)
        for one in nearest(answer):
            figures = (str(one.months), str(one.cost), *_changes(one.effect.goals))
            table.add_row(one.case.case_id, *figures)
        console.print(table)
    if answer.others:
        heading(console, f"Others who may receive it, all else as planned ({len(answer.others)})")
        others = answer.others[:NEAREST]
        console.print(_candidates(others, arrow(console), {}))
        if any(one.knows for one in others):
            console.print("+ managed it before.")
    if answer.barred:
        told = ", ".join(f"{rule} bars {count}" for rule, count in answer.barred.items())
        console.print()
        console.print(f"Of the other officers, by the first rule: {told}.")


def _candidates(ranked: Sequence[Candidate], to: str, replanned: dict[str, tuple[GoalPair, ...]]) -> Table:
    table = compact_table()
    table.add_column("officer", overflow="fold")
    _goal_columns(table)
    for title in ("cases of limit", "high-risk %", "workload %"):
        table.add_column(title, justify="right")
    for one in ranked:
        name, before, after = one.officer.officer_id, one.before, one.after
        workload = both(before.fair_percent, after.fair_percent, to)
        table.add_row(
            f"{name} *" if one.stays else f"{name} +" if one.knows else name,
            *_changes(replanned.get(name, one.effect.goals)),
            f"{both(before.cases, after.cases, to)} of {after.limit}",
            both(before.share, after.share, to),
            workload if one.officer.capacity else "no capacity",
        )
    return table


def _goal_columns(table: Table) -> None:
    for title in ("unpl.", "excess", "disr.", "fairn."):
        table.add_column(title, justify="right")


def _changes(goals: Sequence[GoalPair]) -> list[str]:
    return [f"{pair.difference:+,}" if pair.difference else "0" for pair in goals]


def _goals(goals: Sequence[GoalPair], first: str, second: str) -> Table:
    table = compact_table()
    table.add_column("goal")
    for title in (first, second, "price"):
        table.add_column(title, justify="right")
    for pair, change in zip(goals, _changes(goals), strict=True):
        table.add_row(pair.name, f"{pair.first:,}", f"{pair.second:,}", change)
    return table


def _say(console: Console, sentences: Iterable[str]) -> None:
    for sentence in sentences:
        console.print(sentence)
