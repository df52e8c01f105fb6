"""A plan, read from ``plan.csv``: ours, or one made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import Field

from allocator.domain.force import Force, Id, Row
from allocator.domain.plan import Plan
from allocator.errors import InputError, Problem, Problems, meant
from allocator.files.delimited import read_csv
from allocator.files.tables import Entries, read_table

MANY = 20  # strangers that are told one by one


class PlanRow(Row):
    """One row of a plan; its other columns only repeat what follows from these two."""

    case_id: Id = Field(description="a case of the force; each has one row")
    officer_id: Id | None = Field(default=None, description="who is to manage it; empty for nobody")


def read_plan(path: Path | str, force: Force) -> Plan:
    """Read a plan for a force.

    Parameters
    ----------
    path : Path or str
        A CSV file with the columns ``case_id`` and ``officer_id``, a row a case, in any order. Other columns
        are not read.

    Raises
    ------
    InputError
        With every problem: cases that are missing, unknown or there twice, and unknown officers; one alone where most
        cases are unknown.
    """
    path = Path(path)
    if path.is_dir() or path.suffix.lower() == ".xlsx":
        advice = f"{path / 'plan.csv' if path.is_dir() else path.with_suffix('.csv')} is meant."
        raise InputError([Problem(str(path), "a plan as a CSV file", maybe=advice)])
    entries = read_table(PlanRow, read_csv(path, path.name), needed=("officer_id",))
    unknown = sum(1 for proposal in entries.records if proposal.case_id not in force.case_by_id)
    if unknown > MANY and 2 * unknown > len(entries.records):
        value = f"{unknown:,} of {len(entries.records):,} cases unknown"
        advice = "it is the plan of another force, or of another cycle."
        raise InputError([Problem(entries.label, f"a plan of {force.name}", value=value, maybe=advice)])
    problems = Problems(entries.problems)
    problems += _strangers(entries, force)
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.row or 0), more=problems.more)
    officers = {proposal.case_id: proposal.officer_id for proposal in entries.records}
    return Plan(force, tuple(officers[case.case_id] for case in force.cases))


def _strangers(entries: Entries[PlanRow], force: Force) -> Iterator[Problem]:
    """Rows that do not fit the force, and cases without a row."""
    if entries.ids is None:
        return
    first: dict[str, int] = {}
    advice: dict[str, str | None] = {}

    def unknown(row: int, column: str, value: str, ids: Iterable[str]) -> Problem:
        # A plan of another force has thousands; to look for what is meant by a hundred is enough.
        if value not in advice and len(advice) < 100:
            advice[value] = meant(value, ids)
        expected = f"{'a case' if column == 'case_id' else 'an officer'} of the force"
        return Problem(entries.label, expected, row, column, value, advice.get(value))

    for row, proposal in zip(entries.rows, entries.records, strict=True):
        case, officer = proposal.case_id, proposal.officer_id
        if case in first:
            expected = f"each case once; row {first[case]} has it too"
            yield Problem(entries.label, expected, row, "case_id", case)
        elif case in entries.ids:  # else the cell could not be read, and has its own problem
            first[case] = row
            if case not in force.case_by_id:
                yield unknown(row, "case_id", case, force.case_by_id)
        if officer is not None and officer not in force.officer_by_id:
            yield unknown(row, "officer_id", officer, force.officer_by_id)
    for missing in force.case_by_id:
        if missing not in first:
            yield Problem(entries.label, f"a row for case {missing}", column="case_id")
