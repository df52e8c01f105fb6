"""The sheets of plan.xlsx, as plain rows: for people, who filter, sort and print them."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.analysis.officers import OfficerChange
from allocator.analysis.report import Report
from allocator.files.plan_workbook import Cell, Column, Page
from allocator.reporting.case_pages import moves_page, new_cases_page
from allocator.reporting.sentences.plans import (
    count_sentence,
    finding_sentence,
    goal_words,
    officer_remarks,
    proof_sentence,
    proof_word,
    trade_sentence,
)


def plan_pages(report: Report) -> list[Page]:
    """Summary, officers, moves, new cases and findings.

    Parameters
    ----------
    report : Report

    Returns
    -------
    list of Page
        What ``allocator.files.plan_workbook.workbook`` writes.
    """
    return [_summary(report), _officers(report), moves_page(report), new_cases_page(report), _findings(report)]


def _summary(report: Report) -> Page:
    result, force, policy = report.result, report.force, report.force.policy
    columns = (Column("", 34), Column("", 16), Column("", 20), Column("", 24), Column("", 60))
    rows: list[tuple[Cell, ...]] = [
        (proof_sentence(result),),
        (count_sentence(report),),
        (trade_sentence(report),),
        (),
        ("goal, in strict order", "this plan", "proof", "without optional moves", "what it counts"),
    ]
    heading = len(rows) - 1
    stayed = {goal.name: goal.value for goal in result.without_moves}  # empty for a plan that keeps what was agreed
    for goal in result.goals:
        rows.append((goal.name, goal.value, proof_word(goal), stayed.get(goal.name), goal_words(goal.name)))
    rows += [
        (),
        ("cycle date", force.cycle_date.isoformat()),
        ("cases per full-time officer", policy.limits.cases),
        ("high-risk share allowed, percent", policy.limits.high_risk_percent),
        (
            "moves allowed",
            "no limit" if policy.relationship.max_moves is None else policy.relationship.max_moves,
        ),
        ("seed", result.seed),
        *((f"version of {name}", version) for name, version in result.versions.items()),
        ("digest of the input", report.digest),
    ]
    return Page("summary", columns, tuple(rows), title=force.name, headings=frozenset({heading}))


def _officers(report: Report) -> Page:
    columns = (
        Column("officer", 14),
        Column("division", 14),
        Column("status", 10),
        Column("MOSOVO", 10),
        Column("capacity %", 10),
        Column("cases before", 9),
        Column("cases after", 9),
        Column("case limit", 9),
        Column("high risk before", 10),
        Column("high risk after", 10),
        Column("high risk allowed", 10),
        Column("high-risk % before", 11),
        Column("high-risk % after", 11),
        Column("points before", 9),
        Column("points after", 9),
        Column("% of fair share before", 12),
        Column("% of fair share after", 12),
        Column("received", 10),
        Column("given up", 10),
        Column("remarks", 44),
    )
    rows, marked = [], set()
    for number, change in enumerate(report.officers):
        rows.append(_officer(change))
        if change.over:
            marked.add(number)
    return Page("officers", columns, tuple(rows), marked=frozenset(marked))


def _officer(change: OfficerChange) -> tuple[Cell, ...]:
    officer, before, after = change.officer, change.before, change.after
    fair = (before.fair_percent, after.fair_percent) if change.has_capacity else ("no capacity", "no capacity")
    return (
        officer.officer_id,
        officer.division,
        officer.status,
        officer.mosovo,
        officer.capacity,
        before.cases,
        after.cases,
        after.limit,
        before.high_risk,
        after.high_risk,
        after.allowed,
        before.share,
        after.share,
        before.points,
        after.points,
        *fair,
        change.received,
        change.given_up,
        "; ".join(officer_remarks(change)),
    )


def _findings(report: Report) -> Page:
    columns = (
        Column("kind", 10),
        Column("rule", 18),
        Column("cases above", 9),
        Column("officer", 14),
        Column("case", 14),
        Column("premises", 14),
        Column("what it says", 110),
    )
    return Page("findings", columns, tuple(_finding_rows(report)))


def _finding_rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    for f in report.result.findings:
        yield f.kind, f.rule, f.amount or None, f.officer, f.case, f.premises, finding_sentence(f)
