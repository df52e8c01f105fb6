"""The sheets of plan.xlsx about cases: who goes to whom, and why."""

from __future__ import annotations

from allocator.analysis.report import Report
from allocator.domain.force import Case
from allocator.files.plan_workbook import Cell, Column, Page
from allocator.reporting.sentences.plans import move_sentence, new_case_sentence, unplaced_sentence

_CASE = (
    Column("case", 14),
    Column("division", 14),
    Column("risk", 11),
    Column("MAPPA level", 9),
    Column("setting", 12),
    Column("needs", 10),
)


def _case(case: Case, home: str) -> tuple[Cell, ...]:
    return (
        case.case_id,
        home,
        case.risk.replace("_", " "),
        case.level,
        case.setting,
        ", ".join(sorted(case.needs)),
    )


def moves_page(report: Report) -> Page:
    """Give each moved case a row, and after them each current case that now has nobody."""
    columns = (
        *_CASE,
        Column("from", 14),
        Column("to", 14),
        Column("months with officer", 11),
        Column("disruption", 11),
        Column("officers who may receive it", 14),
        Column("could have stayed", 10),
        Column("why", 90),
    )
    rows: list[tuple[Cell, ...]] = []
    for move in report.moves:
        case = move.case
        could = "no" if move.bars else "yes"
        figures = (move.months, move.cost, move.receivers, could, move_sentence(move))
        rows.append((*_case(case, report.force.home(case)), case.officer, move.officer, *figures))
    marked = set()
    for unplaced in report.unplaced:
        case = unplaced.case
        if case.officer is not None:
            marked.add(len(rows))
            why = unplaced_sentence(unplaced)
            row = (*_case(case, report.force.home(case)), case.officer, "nobody", None, None, 0, "no", why)
            rows.append(row)
    return Page("moves", columns, tuple(rows), marked=frozenset(marked))


def new_cases_page(report: Report) -> Page:
    """Give each new case a row, whether placed or not."""
    columns = (
        *_CASE,
        Column("officer", 14),
        Column("officers who may receive it", 14),
        Column("officer's cases before", 12),
        Column("officer's cases after", 12),
        Column("why", 90),
    )
    rows: list[tuple[Cell, ...]] = []
    marked = set()
    unplaced = {case.case.case_id: case for case in report.unplaced}
    placed = {new.case.case_id: new for new in report.new_cases}
    for case in report.force.cases:
        what = _case(case, report.force.home(case))
        if case.case_id in placed:
            new = placed[case.case_id]
            load = (new.officer.before.cases, new.officer.after.cases)
            rows.append((*what, new.officer.officer.officer_id, new.receivers, *load, new_case_sentence(new)))
        elif case.officer is None:
            marked.add(len(rows))
            rows.append((*what, "nobody", 0, None, None, unplaced_sentence(unplaced[case.case_id])))
    return Page("new cases", columns, tuple(rows), marked=frozenset(marked))
