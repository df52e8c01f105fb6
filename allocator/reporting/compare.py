"""What a comparison says: what one plan has other than another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from allocator.analysis.compare import Comparison, FindingPair, GoalPair, OfficerPair
from allocator.domain.plan import Finding
from allocator.reporting.documents import caseload_document, finding_document, finding_documents, picked
from allocator.reporting.model import (
    Block,
    Cell,
    Heading,
    Pair,
    Report,
    Table,
    Text,
    figures,
    ids,
    section,
    sentences,
    texts,
)
from allocator.reporting.words import cases, finding_sentence, goal_words, signed, times

MANY = 60  # rows that people still read through; the JSON has them all


def comparison_report(comparison: Comparison, names: tuple[str, str]) -> Report:
    """Two plans side by side, by the names they are called."""
    force = comparison.first.force
    differing = [pair for pair in comparison.officers if pair.differs]
    excesses = [_excess_sentence(pair, ("A", "B")) for pair in comparison.findings[:MANY]]
    blocks: list[Block] = [*sentences(f"A: {names[0]}", f"B: {names[1]}"), Text("")]
    for broken, name in zip(comparison.broken, "AB", strict=True):
        blocks += sentences(*_broken_sentences(broken, name)[: MANY + 1], style="wrong")
    blocks += [
        Text(decisive_sentence(comparison, ("A", "B"))),
        Heading("Goals, in strict order"),
        goal_pair_table(comparison.goals, ("A", "B", "difference")),
        _case_table(comparison),
        Table(
            (*ids("officer"), *figures("cases of limit", "high-risk %", "% of fair share", "gains", "loses")),
            tuple(_officer(pair) for pair in differing[:MANY]),
            title=f"Officers, A → B ({len(differing):,})",
        ),
        *section("Excesses and broken rules that differ", *sentences(*excesses, indent=2)),
    ]
    if max(len(comparison.cases), len(differing), len(comparison.findings)) > MANY:
        blocks.append(Text(f"Only the first {MANY} rows of a table are shown; all of them: --json."))
    return Report(f"{force.name}, cycle of {force.cycle_date.isoformat()}", tuple(blocks))


def goal_pair_table(pairs: Sequence[GoalPair], titles: Sequence[str], counts: bool = True) -> Table:
    """Goals of the first plan and the second, and their difference where a third title is given."""
    rows = list[tuple[Cell, ...]]()
    for pair in pairs:
        change = [signed(pair.difference)] if len(titles) > 2 else []
        what = [goal_words(pair.name)] if counts else []
        rows.append((pair.name, pair.first, pair.second, *change, *what))
    columns = (*texts("goal"), *figures(*titles, form=","), *(texts("what it counts") if counts else ()))
    return Table(columns, tuple(rows))


def _case_table(comparison: Comparison) -> Table:
    rows = []
    for case in comparison.cases[:MANY]:
        first = case.first or "nobody" if case.in_first else "-"
        second = case.second or "nobody" if case.in_second else "-"
        rows.append((case.case_id, case.division, case.present or "new", first, second))
    title = f"Cases with another officer ({len(comparison.cases):,})"
    return Table(ids("case", "division", "now with", "A", "B"), tuple(rows), title=title)


def _officer(pair: OfficerPair) -> tuple[Cell, ...]:
    first, second, limit = pair.first, pair.second, pair.second or pair.first
    return (
        pair.officer_id,
        Pair(first and first.cases, second and second.cases, f" of {limit.limit if limit else '-'}"),
        Pair(first and first.share, second and second.share),
        Pair(first and first.fair_percent, second and second.fair_percent),
        len(pair.gained),
        len(pair.lost),
    )


def comparison_document(comparison: Comparison, names: tuple[str, str]) -> dict[str, Any]:
    """Compose the JSON of a comparison of two plans, by the names they are called."""
    return {
        "plans": list(names),
        "goals": [picked(pair, "name", "first", "second", "difference") for pair in comparison.goals],
        "broken": [finding_documents(broken) for broken in comparison.broken],
        "cases": [
            picked(case, "case_id", "division", "present", "first", "second", "in_first", "in_second")
            for case in comparison.cases
        ],
        "officers": [
            {
                **picked(pair, "officer_id", "division"),
                "first": pair.first and caseload_document(pair.first),
                "second": pair.second and caseload_document(pair.second),
                "gained": list(pair.gained),
                "lost": list(pair.lost),
            }
            for pair in comparison.officers
            if pair.differs
        ],
        "findings": [
            {**picked(pair, "first", "second"), **finding_document(pair.finding)} for pair in comparison.findings
        ],
        "says": decisive_sentence(comparison, names),
    }


def decisive_sentence(comparison: Comparison, names: tuple[str, str]) -> str:
    """Which of two plans is better, and on which goal; how many cases differ."""
    count = comparison.differing
    have = "has" if count == 1 else "have"
    differs = f"{cases(count)} {have} another officer." if count else "No case has another officer."
    pair = comparison.decisive
    if pair is None:
        return f"{differs} The two are level on every goal."
    better, worse = names if pair.difference > 0 else names[::-1]
    least, most = sorted((pair.first, pair.second))
    why = f"{pair.name} {least:,} instead of {most:,}, the first goal that differs"
    return f"{differs} {better} is better than {worse}: {why}."


def _broken_sentences(broken: tuple[Finding, ...], name: str) -> list[str]:
    """Which rules a plan breaks, the breach itself last."""
    return [f"{name} breaks rules, {times(len(broken))}:", *map(finding_sentence, broken)] if broken else []


def _excess_sentence(pair: FindingPair, names: tuple[str, str]) -> str:
    """An excess that one plan has more of, and how much each has."""
    return f"{finding_sentence(pair.finding)} ({names[0]}: {pair.first} too many, {names[1]}: {pair.second})"
