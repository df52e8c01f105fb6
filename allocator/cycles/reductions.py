"""Dated reductions of capacity: part of a full caseload, or all of it, for a time and for a coded reason.

An officer's capacity at a cycle date is that of the export less every percent in force on the day, and not below 0.
Where nothing is left, an officer who was open or closed is absent: they keep their cases, which need cover.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from allocator.domain.force import Force, Id, Officer, Row
from allocator.errors import InputError, Problem, meant
from allocator.files.delimited import read_csv
from allocator.files.sheet import Sheet, trim
from allocator.files.tables import read_table

Reason = Literal[
    "sick-leave", "parental-leave", "phased-return", "secondment", "training", "other-duties", "new-joiner", "other"
]

REASONS: Mapping[Reason, str] = {
    "sick-leave": "sick leave",
    "parental-leave": "maternity, paternity, adoption or parental leave",
    "phased-return": "phased return to work",
    "secondment": "seconded elsewhere",
    "training": "on a course",
    "other-duties": "other duties",
    "new-joiner": "new to the role",
    "other": "another reason",
}

# ``from`` is a word of Python's own.
_HEADER = {"from": "starts", "to": "ends"}
_COLUMNS = {name: column for column, name in _HEADER.items()}


class Reduction(Row):
    """One reduction of one officer's capacity."""

    officer: Id = Field(description="officer_id")
    percent: Annotated[int, Field(ge=1, le=100)] = Field(description="of a full caseload, taken off the capacity")
    reason: Reason = Field(description="code of the reason; it can reveal health")
    starts: date = Field(description="first day")
    ends: date | None = Field(default=None, description="last day; empty while nobody knows")

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.ends is not None and self.ends < self.starts:
            raise ValueError(f"ends: expected a date not before {self.starts}")
        return self

    def runs(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


class _Typed(Row):
    """A row as typed, its dates not yet compared."""

    officer: Id
    percent: Annotated[int, Field(ge=1, le=100)]
    reason: Reason
    starts: date
    ends: date | None = None


def read_reductions(path: Path | str, officers: Iterable[str] | None = None) -> tuple[Reduction, ...]:
    """Read ``reductions.csv``: officer, percent, reason, from, to.

    Parameters
    ----------
    path : Path or str
    officers : iterable of str, optional
        Officers that there are; without them any id will do.

    Raises
    ------
    InputError
        With every problem.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError([Problem(str(path), "a CSV file", value="no file")])
    entries = read_table(_Typed, _translated(read_csv(path, path.name)))
    problems = [
        Problem(p.file, p.expected, p.row, _COLUMNS.get(p.column or "", p.column), p.value, p.maybe)
        for p in entries.problems
    ]
    known = None if officers is None else set(officers)
    first: dict[_Typed, int] = {}
    for row, typed in zip(entries.rows, entries.records, strict=True):
        if entries.problems:
            break  # what could not be read is not compared
        if typed in first:
            problems.append(Problem(path.name, f"each reduction once; row {first[typed]} has it too", row))
        first.setdefault(typed, row)
        if known is not None and typed.officer not in known:
            advice = meant(typed.officer, known)
            problems.append(Problem(path.name, "an officer of the force", row, "officer", typed.officer, advice))
        if typed.ends is not None and typed.ends < typed.starts:
            expected = f"a date not before {typed.starts}"
            problems.append(Problem(path.name, expected, row, "to", typed.ends.isoformat()))
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.row or 0))
    return tuple(Reduction.model_validate(typed.model_dump()) for typed in entries.records)


def _translated(sheet: Sheet) -> Sheet:
    rows = list(sheet.rows)
    for number, row in enumerate(rows):
        if any(map(trim, row)):
            rows[number] = [_HEADER.get(trim(cell).lower(), cell) for cell in row]
            break
    return Sheet(sheet.label, rows)


def applied(force: Force, reductions: Iterable[Reduction]) -> Force:
    """A force with the reductions that are in force at its cycle date.

    Parameters
    ----------
    force : Force
        As exported.
    reductions : iterable of Reduction
        Those of officers whom the force does not have change nothing.
    """
    taken: dict[str, int] = defaultdict(int)
    for reduction in reductions:
        if reduction.runs(force.cycle_date):
            taken[reduction.officer] += reduction.percent
    if not taken.keys() & force.officer_by_id.keys():
        return force
    return force.changed(officers=tuple(_reduced(officer, taken[officer.officer_id]) for officer in force.officers))


def _reduced(officer: Officer, percent: int) -> Officer:
    if percent == 0:
        return officer
    capacity = max(0, officer.capacity - percent)
    absent = capacity == 0 and officer.status in ("open", "closed")
    return officer.model_copy(update={"capacity": capacity, **({"status": "absent"} if absent else {})})


def expiring(
    reductions: Iterable[Reduction], cycle_date: date, days: int, cycles: int = 3
) -> tuple[tuple[int, Reduction], ...]:
    """Reductions in force at a cycle date that no longer are at one of the next.

    Parameters
    ----------
    reductions : iterable of Reduction
    cycle_date : date
    days : int
        Length of a cycle.
    cycles : int
        How many cycles to look ahead.

    Returns
    -------
    tuple of (int, Reduction)
        How many cycles from now the reduction has ended, soonest first.
    """
    found = []
    for reduction in reductions:
        if reduction.runs(cycle_date):
            ahead = (k for k in range(1, cycles + 1) if not reduction.runs(cycle_date + timedelta(days=days * k)))
            first = next(ahead, None)
            if first is not None:
                found.append((first, reduction))
    return tuple(sorted(found, key=lambda pair: (pair[0], pair[1].officer, pair[1].starts)))
