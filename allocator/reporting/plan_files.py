"""A plan on disk: plan.csv for machines, plan.json with its proof, plan.xlsx for people, who filter, sort and print."""

from __future__ import annotations

from typing import Any

from allocator.analysis.explain import Explanation, NewCase, UnplacedCase
from allocator.analysis.officers import OfficerChange
from allocator.analysis.reasons import Move
from allocator.domain.force import Case
from allocator.files.plan_files import json_bytes, plan_csv
from allocator.reporting.documents import caseload_document, finding_document, finding_documents, goal_documents, picked
from allocator.reporting.model import Cell, Column, Table
from allocator.reporting.plan_sentences import (
    count_sentence,
    move_sentence,
    new_case_sentence,
    officer_remarks,
    proof_sentence,
    trade_sentence,
    unplaced_sentence,
)
from allocator.reporting.renderers.workbook import workbook
from allocator.reporting.words import finding_sentence, goal_words, proof_word


def plan_files(explanation: Explanation, source: str | None = None) -> dict[str, bytes]:
    """Compose plan.csv, plan.json and plan.xlsx, ready for ``allocator.files.atomic.write_files``."""
    force = explanation.force
    return {
        "plan.csv": plan_csv(explanation.result.plan),
        "plan.json": json_bytes(plan_document(explanation, source)),
        "plan.xlsx": workbook(plan_tables(explanation), force.cycle_date, force.name),
    }


def plan_document(explanation: Explanation, source: str | None = None) -> dict[str, Any]:
    """Compose ``plan.json``: plain data, keys as people read them; its source is where the force was read from."""
    result, force = explanation.result, explanation.force
    return {
        "force": force.name,
        "cycle_date": force.cycle_date.isoformat(),
        "digest": explanation.digest,
        "source": source,
        "seed": result.seed,
        "seconds": round(result.seconds, 3),
        "stopped": result.stopped,
        "versions": dict(result.versions),
        "goals": goal_documents(result.goals),
        "without_moves": goal_documents(result.without_moves),
        "officers": [_officer_document(change) for change in explanation.officers],
        "moves": [_move_document(move) for move in explanation.moves],
        "new_cases": [_new_case_document(new) for new in explanation.new_cases],
        "unplaced": [_unplaced_document(case) for case in explanation.unplaced],
        "findings": finding_documents(result.findings),
        "policy": force.policy.model_dump(mode="json"),
    }


def _officer_document(change: OfficerChange) -> dict[str, Any]:
    return {
        **picked(change.officer, "officer_id", "division", "status", "capacity"),
        "before": caseload_document(change.before),
        "after": caseload_document(change.after),
        **picked(change, "received", "given_up"),
    }


def _move_document(move: Move) -> dict[str, Any]:
    instead = move.instead
    return {
        "case_id": move.case.case_id,
        "from_officer_id": move.case.officer,
        "officer_id": move.officer,
        "months": move.months,
        "disruption": move.cost,
        "receivers": move.receivers,
        "former": move.case.known_to(move.officer),
        "barred_by": list(move.bars),
        "if_it_stayed": instead
        and {
            **picked(instead, "goal", "planned", "instead"),
            "excesses": [{**finding_document(growth.finding), "planned": growth.first} for growth in instead.growths],
        },
        "says": move_sentence(move),
    }


def _new_case_document(new: NewCase) -> dict[str, Any]:
    officer_id = new.officer.officer.officer_id
    return {
        "case_id": new.case.case_id,
        "officer_id": officer_id,
        "receivers": new.receivers,
        "former": new.case.known_to(officer_id),
        "says": new_case_sentence(new),
    }


def _unplaced_document(unplaced: UnplacedCase) -> dict[str, Any]:
    return {
        "case_id": unplaced.case.case_id,
        "from_officer_id": unplaced.case.officer,
        "still_with": unplaced.still_with,
        "says": unplaced_sentence(unplaced),
    }


def plan_tables(explanation: Explanation) -> list[Table]:
    """Summary, officers, moves, new cases and findings, a sheet of plan.xlsx each."""
    return [
        _summary(explanation),
        _officers(explanation),
        _moves(explanation),
        _new_cases(explanation),
        _findings(explanation),
    ]


def _columns(widths: dict[str, int]) -> tuple[Column, ...]:
    return tuple(Column(title, width=width) for title, width in widths.items())


def _summary(explanation: Explanation) -> Table:
    result, force, policy = explanation.result, explanation.force, explanation.force.policy
    rows: list[tuple[Cell, ...]] = [
        (proof_sentence(result),),
        (count_sentence(explanation.result.plan),),
        (trade_sentence(explanation),),
        (),
        ("goal, in strict order", "this plan", "proof", "without optional moves", "what it counts"),
    ]
    heading = len(rows) - 1
    stayed = {goal.name: goal.value for goal in result.without_moves}  # empty for a plan that keeps what was agreed
    for goal in result.goals:
        rows.append((goal.name, goal.value, proof_word(goal), stayed.get(goal.name), goal_words(goal.name)))
    allowed = policy.relationship.max_moves
    rows += [
        (),
        ("cycle date", force.cycle_date.isoformat()),
        ("cases per full-time officer", policy.limits.cases),
        ("high-risk share allowed, percent", policy.limits.high_risk_percent),
        ("moves allowed", "no limit" if allowed is None else allowed),
        ("seed", result.seed),
        *((f"version of {name}", version) for name, version in result.versions.items()),
        ("digest of the input", explanation.digest),
    ]
    columns = tuple(Column("", width=width) for width in (34, 16, 20, 24, 60))
    return Table(columns, tuple(rows), title="summary", headings=frozenset({heading}))


_OFFICER = _columns(
    {
        "officer": 14,
        "division": 14,
        "status": 10,
        "MOSOVO": 10,
        "capacity %": 10,
        "cases before": 9,
        "cases after": 9,
        "case limit": 9,
        "high risk before": 10,
        "high risk after": 10,
        "high risk allowed": 10,
        "high-risk % before": 11,
        "high-risk % after": 11,
        "points before": 9,
        "points after": 9,
        "% of fair share before": 12,
        "% of fair share after": 12,
        "received": 10,
        "given up": 10,
        "remarks": 44,
    }
)


def _officers(explanation: Explanation) -> Table:
    changes = explanation.officers
    over = frozenset(number for number, change in enumerate(changes) if change.over)
    return Table(_OFFICER, tuple(_officer(change) for change in changes), title="officers", marked=over)


def _officer(change: OfficerChange) -> tuple[Cell, ...]:
    officer, before, after = change.officer, change.before, change.after
    fair = (before.fair_percent, after.fair_percent) if change.has_capacity else ("no capacity", "no capacity")
    return (
        *(officer.officer_id, officer.division, officer.status, officer.mosovo, officer.capacity),
        *(before.cases, after.cases, after.limit),
        *(before.high_risk, after.high_risk, after.allowed),
        *(before.share, after.share),
        *(before.points, after.points),
        *fair,
        *(change.received, change.given_up),
        "; ".join(officer_remarks(change)),
    )


_CASE = {"case": 14, "division": 14, "risk": 11, "MAPPA level": 9, "setting": 12, "needs": 10}


def _case(case: Case, home: str) -> tuple[Cell, ...]:
    needs = ", ".join(sorted(case.needs))
    return case.case_id, home, case.risk.replace("_", " "), case.level, case.setting, needs


_MOVE = _columns(
    {
        **_CASE,
        "from": 14,
        "to": 14,
        "months with officer": 11,
        "disruption": 11,
        "officers who may receive it": 14,
        "could have stayed": 10,
        "why": 90,
    }
)


def _moves(explanation: Explanation) -> Table:
    """Give each moved case a row, and after them each current case that now has nobody."""
    force = explanation.force
    rows: list[tuple[Cell, ...]] = []
    for move in explanation.moves:
        could = "no" if move.bars else "yes"
        figures = (move.months, move.cost, move.receivers, could, move_sentence(move))
        rows.append((*_case(move.case, force.home(move.case)), move.case.officer, move.officer, *figures))
    moved = len(rows)
    for unplaced in explanation.unplaced:
        case = unplaced.case
        if case.officer is not None:
            why = unplaced_sentence(unplaced)
            rows.append((*_case(case, force.home(case)), case.officer, "nobody", None, None, 0, "no", why))
    return Table(_MOVE, tuple(rows), title="moves", marked=frozenset(range(moved, len(rows))))


_NEW_CASE = _columns(
    {
        **_CASE,
        "officer": 14,
        "officers who may receive it": 14,
        "officer's cases before": 12,
        "officer's cases after": 12,
        "why": 90,
    }
)


def _new_cases(explanation: Explanation) -> Table:
    """Give each new case a row, whether placed or not."""
    rows: list[tuple[Cell, ...]] = []
    marked = set()
    unplaced = {case.case.case_id: case for case in explanation.unplaced}
    placed = {new.case.case_id: new for new in explanation.new_cases}
    for case in explanation.force.cases:
        what = _case(case, explanation.force.home(case))
        if case.case_id in placed:
            new = placed[case.case_id]
            load = (new.officer.before.cases, new.officer.after.cases)
            rows.append((*what, new.officer.officer.officer_id, new.receivers, *load, new_case_sentence(new)))
        elif case.officer is None and case.case_id in unplaced:
            marked.add(len(rows))
            rows.append((*what, "nobody", 0, None, None, unplaced_sentence(unplaced[case.case_id])))
    return Table(_NEW_CASE, tuple(rows), title="new cases", marked=frozenset(marked))


_FINDING = _columns(
    {"kind": 10, "rule": 18, "cases above": 9, "officer": 14, "case": 14, "premises": 14, "what it says": 110}
)


def _findings(explanation: Explanation) -> Table:
    rows = (
        (f.kind, f.rule, f.amount or None, f.officer, f.case, f.premises, finding_sentence(f))
        for f in explanation.result.findings
    )
    return Table(_FINDING, tuple(rows), title="findings")
