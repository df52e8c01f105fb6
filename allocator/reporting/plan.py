"""What a plan says on a terminal: goals, officers, cases and findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from allocator.analysis.explain import Explanation, NewCase
from allocator.analysis.officers import OfficerChange
from allocator.analysis.reasons import Move
from allocator.domain.force import Case
from allocator.domain.plan import Finding
from allocator.reporting.model import (
    Block,
    Cell,
    Column,
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
from allocator.reporting.plan_sentences import (
    count_sentence,
    move_sentence,
    officer_remarks,
    proof_sentence,
    trade_sentence,
    unplaced_sentence,
)
from allocator.reporting.words import finding_sentence, goal_words, months, proof_word
from allocator.rules.notes.overdue import overdue_words

# What people still read through; a larger force is told by what changed, and in full elsewhere.
MANY_OFFICERS, MANY_CASES, MANY_NOTES = 60, 40, 10


def plan_report(explanation: Explanation, rest: str) -> Report:
    """A plan as it is read through, and where the rest of it is found."""
    force, result = explanation.force, explanation.result
    return Report(
        f"{force.name}, cycle of {force.cycle_date.isoformat()}",
        (
            Text(""),
            Text(proof_sentence(result), "good" if result.proven else "warning"),
            Text(count_sentence(explanation.result.plan)),
            Text(trade_sentence(explanation)),
            *section("Goals, in strict order", _goal_table(explanation)),
            *_officers(explanation, rest),
            *_moves(explanation.moves, rest),
            *_new_cases(explanation.new_cases, rest),
            *_few(
                f"Unplaced ({len(explanation.unplaced):,})",
                map(unplaced_sentence, explanation.unplaced),
                MANY_CASES,
                rest,
            ),
            *_few(_over_limits(explanation), map(finding_sentence, explanation.excesses), MANY_CASES, rest),
            *_notes(explanation.notes, rest),
        ),
    )


def _goal_table(explanation: Explanation) -> Table:
    stayed = {goal.name: goal.value for goal in explanation.result.without_moves}
    rows: list[tuple[Cell, ...]] = [
        (goal.name, goal.value, proof_word(goal), *([stayed[goal.name]] if stayed else []), goal_words(goal.name))
        for goal in explanation.result.goals
    ]
    columns = (
        *texts("goal"),
        *figures("value", form=","),
        *texts("proof"),
        *(figures("if all stayed", form=",") if stayed else ()),
        *texts("what it counts"),
    )
    return Table(columns, tuple(rows))


def _officers(explanation: Explanation, rest: str) -> tuple[Block, ...]:
    changes, some = explanation.officers, None
    heading = f"Officers ({len(changes):,})"
    if len(changes) > MANY_OFFICERS:
        changes = tuple(change for change in changes if change.changed or change.over)
        some = f"Those whose cases change or who exceed a limit ({len(changes):,}); all: {rest}."
    percent = explanation.force.policy.limits.high_risk_percent
    legend = (
        f"High-risk %: of the officer's cases; {percent}% are allowed. Fair share: of workload points, by capacity."
    )
    return section(heading, *sentences(some), _officer_table(changes), Text(legend))


def _officer_table(changes: Sequence[OfficerChange]) -> Table:
    """Give each officer a row, division by division."""
    rows: list[tuple[Cell, ...]] = []
    headings, over = set(), set()
    divisions = sorted({change.officer.division for change in changes})
    for division in divisions:
        if len(divisions) > 1:
            headings.add(len(rows))
            rows.append((division,))
        for change in changes:
            if change.officer.division == division:
                if change.over:
                    over.add(len(rows))
                rows.append(_officer(change))
    columns = (
        *(replace(column, steady=True) for column in ids("officer")),
        *(replace(column, steady=True) for column in figures("cases of limit", "high-risk %", "% of fair share")),
        Column("remarks"),
    )
    return Table(columns, tuple(rows), headings=frozenset(headings), marked=frozenset(over))


def _officer(change: OfficerChange) -> tuple[Cell, ...]:
    before, after = change.before, change.after
    return (
        change.officer.officer_id,
        Pair(before.cases, after.cases, f" of {after.limit}"),
        Pair(before.share, after.share),
        Pair(before.fair_percent, after.fair_percent) if change.has_capacity else "no capacity",
        "; ".join(officer_remarks(change)),
    )


def _moves(moves: Sequence[Move], rest: str) -> tuple[Block, ...]:
    heading = f"Moves ({len(moves):,})"
    if len(moves) > MANY_CASES:
        return section(heading, _move_summary(moves), Text(f"Every move with its reason: {rest}."))
    blocks: list[Block] = []
    for move in moves:
        what = f"{case_words(move.case)}, {months(move.months)} with {move.case.officer}"
        blocks.append(Text(f"{move.case.case_id}  {move.case.officer} → {move.officer}  {what}"))
        blocks.append(Text(move_sentence(move), indent=4))
    return section(heading, *blocks)


def _move_summary(moves: Sequence[Move]) -> Table:
    """Count moves by who gives up and why."""
    groups: dict[tuple[str, str], Counter[str]] = {}
    for move in moves:
        groups.setdefault((move.case.officer or "", _because(move)), Counter())[move.officer] += 1
    rows = [
        (giver, to.total(), why, ", ".join(f"{officer} {count}" for officer, count in sorted(to.items())))
        for (giver, why), to in groups.items()
    ]
    return Table((*ids("from"), *figures("cases"), *texts("because of", "to")), tuple(rows))


def _because(move: Move) -> str:
    if move.bars:
        return ", ".join(move.bars)
    if move.instead is None or move.instead.goal is None:
        return "no reason found"
    rules = dict.fromkeys(growth.finding.rule for growth in move.instead.growths)
    return ", ".join(rules) if move.instead.goal == "excess" else move.instead.goal


def _new_cases(new_cases: Sequence[NewCase], rest: str) -> tuple[Block, ...]:
    heading = f"New cases placed ({len(new_cases):,})"
    if not new_cases:
        return ()
    if len(new_cases) > MANY_CASES:
        return section(heading, Text(f"Every new case with its officer: {rest}."))
    return section(heading, _new_case_table(new_cases))


def _new_case_table(new_cases: Sequence[NewCase]) -> Table:
    """Give each new case placed a row; a star stands beside an officer who managed the case before."""
    rows, known = [], False
    for new in new_cases:
        change, who = new.officer, new.officer.officer.officer_id
        knows = new.case.known_to(who)
        known |= knows
        what = ", ".join([case_words(new.case), *([overdue_words(dict(new.overdue))] if new.overdue else [])])
        load = f"{change.before.cases} to {change.after.cases} of {change.after.limit}"
        rows.append((new.case.case_id, what, f"{who} *" if knows else who, new.receivers, load))
    columns = (*ids("case"), *texts("what it is"), *ids("officer"), *figures("chosen among", "their cases"))
    return Table(columns, tuple(rows), note="* managed the case before" if known else "")


def case_words(case: Case) -> str:
    """Say what a case is, in a few words."""
    words = [f"{case.risk.replace('_', ' ')} risk"]
    if case.level > 1:
        words.append(f"level {case.level}")
    if case.setting != "community":
        words.append(case.premises or case.setting)
    words += [f"needs {tag}" for tag in sorted(case.needs)]
    return ", ".join(words)


def _over_limits(explanation: Explanation) -> str:
    excess = next(goal for goal in explanation.result.goals if goal.name == "excess")
    over = sum(finding.amount for finding in explanation.excesses)  # by today's rules, whatever its goal counted then
    proof = ", and no plan has less" if excess.proven and over == excess.value else ""
    return f"Over limits ({over:,} in all{proof})"


def _notes(notes: Iterable[Finding], rest: str) -> tuple[Block, ...]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in notes:
        by_rule.setdefault(finding.rule, []).append(finding)
    blocks: list[Block] = []
    for rule, findings in by_rule.items():
        blocks += _few(f"Note: {rule} ({len(findings):,})", map(finding_sentence, findings), MANY_NOTES, rest)
    return tuple(blocks)


def _few(heading: str, lines: Iterable[str], most: int, rest: str) -> tuple[Block, ...]:
    """The first of some sentences under a heading, and where the others are."""
    said = list(lines)
    more = f"and {len(said) - most:,} more: {rest}." if len(said) > most else None
    return section(heading, *sentences(*said[:most], more, indent=2))
