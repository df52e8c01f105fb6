"""Dated reductions: less capacity, absence, no new cases, or leaving, for a time and for a coded reason.

An officer's capacity on a day is that of the export less every percent in force, and not below 0. Where nothing is
left, an officer who was open or closed is absent: they keep their cases, which need cover. A status that is in force
takes the place of the export's where it weighs more: leaving most, then absent, closed, open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from allocator.domain.force import Force, Id, Officer, Row
from allocator.errors import Contradiction, InputError, Problem, meant
from allocator.files.delimited import read_csv
from allocator.files.sheet import Sheet, trim
from allocator.files.tables import Entries, read_table

# Underscored like every choice of the input files: cells are read so, whether typed with blanks or hyphens.
Reason = Literal[
    "sick_leave", "parental_leave", "phased_return", "secondment", "training", "other_duties", "new_starter", "other"
]

Lasting = Literal["absent", "closed", "leaving"]
_WEIGHT = {"open": 0, "closed": 1, "absent": 2, "leaving": 3}

# ``from`` is a word of Python's own.
_CALLED = {"starts": "from", "ends": "to"}
# Both ways, so that a column called ``starts`` is not taken for it.
_HEADER = {**_CALLED, **{called: name for name, called in _CALLED.items()}}


class _Typed(Row):
    """A row as typed, its dates not yet compared."""

    officer: Id = Field(description="officer_id")
    percent: Annotated[int, Field(ge=1, le=100)] = Field(
        default=0, description="of a full caseload, taken off the capacity; 0 where there is a status"
    )
    status: Lasting | None = Field(default=None, description="what the officer is meanwhile; empty for fewer cases")
    reason: Reason = Field(description="code of the reason; it can reveal health")
    starts: date = Field(description="first day")
    ends: date | None = Field(default=None, description="last day; empty while nobody knows")


def _disagreements(typed: _Typed) -> Iterator[tuple[str, str]]:
    """Fields of one row that contradict each other, each with what was expected."""
    starts, percent = getattr(typed, "starts", None), getattr(typed, "percent", None)
    if starts is not None and typed.ends is not None and typed.ends < starts:
        yield "ends", f"a date not before {starts}"
    if typed.status is None and percent == 0:
        yield "percent", "a percent from 1 to 100, or a status beside it"
    if typed.status is not None and percent:
        yield "percent", f"an empty cell, since the status is {typed.status}"


class Reduction(_Typed):
    """One reduction of what one officer can do."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        for column, expected in _disagreements(self):
            raise Contradiction(column, expected)
        return self

    @property
    def says(self) -> str:
        """What it does, in a few words."""
        return {"absent": "away", "closed": "no new cases", "leaving": "leaving", None: f"{self.percent}% less"}[
            "absent" if self.percent == 100 else self.status
        ]

    def runs(self, day: date) -> bool:
        """Whether it is in force on a day: its first and last are among them."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


def read_reductions(path: Path | str, officers: Iterable[str] | None = None) -> tuple[Reduction, ...]:
    """Read ``reductions.csv``: officer, percent, status, reason, from, to.

    Parameters
    ----------
    officers : iterable of str, optional
        Officers that there are, such as ``force.officer_by_id``; without them any id will do.

    Raises
    ------
    InputError
        With every problem.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError([Problem(str(path), "a CSV file", value="no file")])
    # Were ``to`` another name misspelt, every reduction would run for ever.
    entries = read_table(_Typed, _translate(read_csv(path, path.name)), needed=("ends",), called=_CALLED)
    known = None if officers is None else tuple(officers)
    problems = [*entries.problems, *_contradictions(entries, known)]
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.row or 0))
    return tuple(Reduction.model_validate(typed.model_dump()) for typed in entries.records)


def _translate(sheet: Sheet) -> Sheet:
    header = next((number for number, row in enumerate(sheet.rows) if any(map(trim, row))), 0)
    cells = [[_HEADER.get(trim(cell).lower(), cell) for cell in row] for row in sheet.rows[header : header + 1]]
    return Sheet(sheet.label, [*sheet.rows[:header], *cells, *sheet.rows[header + 1 :]])


def _contradictions(entries: Entries[_Typed], officers: tuple[str, ...] | None) -> Iterator[Problem]:
    """Unknown officers, ends before starts and repeats, as far as the cells could be read."""
    unsound = {problem.row for problem in entries.problems}
    told = {(problem.row, problem.column) for problem in entries.problems}
    first: dict[_Typed, int] = {}
    advice: dict[str, str | None] = {}
    for row, typed in zip(entries.rows, entries.records, strict=True):
        officer, ends = typed.officer, typed.ends
        known = officers is None or officer in officers
        if not known and officer in (entries.ids or ()):  # else the cell has its own problem
            if officer not in advice and len(advice) < 100:
                advice[officer] = meant(officer, officers or ())
            yield Problem(entries.label, "an officer of the force", row, "officer", officer, advice.get(officer))
        for column, expected in _disagreements(typed):
            value = ends.isoformat() if column == "ends" and ends is not None else str(typed.percent)
            if (row, called := _CALLED.get(column, column)) not in told:
                yield Problem(entries.label, expected, row, called, value)
        if row not in unsound and not entries.header.problems:
            if typed in first:
                yield Problem(entries.label, f"each reduction once; row {first[typed]} has it too", row)
            first.setdefault(typed, row)


def running_reductions(reductions: Iterable[Reduction], day: date) -> tuple[Reduction, ...]:
    """Reductions that run on a day, in the order given."""
    return tuple(reduction for reduction in reductions if reduction.runs(day))


@dataclass(frozen=True, slots=True)
class CapacityChange:
    """An officer whom reductions concern on a day: as exported, as they are then, and what does it."""

    exported: Officer
    reduced: Officer
    reductions: tuple[Reduction, ...]


def capacity_changes(force: Force, reductions: Iterable[Reduction], day: date) -> tuple[CapacityChange, ...]:
    """Capacity and status of officers before and after the reductions in force on a day.

    Parameters
    ----------
    force : Force
        As exported: on a force that they have been applied to, they would be taken off twice.

    Returns
    -------
    tuple of CapacityChange
        In the force's order; officers without a reduction in force are left out.
    """
    own: dict[str, list[Reduction]] = defaultdict(list)
    for reduction in running_reductions(reductions, day):
        own[reduction.officer].append(reduction)
    return tuple(
        CapacityChange(o, _reduce(o, own[o.officer_id]), tuple(own[o.officer_id]))
        for o in force.officers
        if o.officer_id in own
    )


def _reduce(officer: Officer, running: Iterable[Reduction]) -> Officer:
    capacity = max(0, officer.capacity - sum(reduction.percent for reduction in running))
    statuses = [officer.status, *(reduction.status for reduction in running if reduction.status is not None)]
    if capacity == 0 and officer.serves:
        statuses.append("absent")
    return officer.model_copy(update={"capacity": capacity, "status": max(statuses, key=_WEIGHT.__getitem__)})


def apply_reductions(force: Force, reductions: Iterable[Reduction], day: date) -> Force:
    """An exported force with the reductions in force on a day; those of officers it lacks do nothing."""
    reduced = {change.exported.officer_id: change.reduced for change in capacity_changes(force, reductions, day)}
    return force.replace(officers=tuple(reduced.get(o.officer_id, o) for o in force.officers)) if reduced else force


def expiring_reductions(
    reductions: Iterable[Reduction], cycle_date: date, days: int, cycles: int = 3
) -> tuple[tuple[int, Reduction], ...]:
    """Reductions in force at a cycle date that no longer are at one of the next: cycle k is k * days later.

    Parameters
    ----------
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
    for reduction in running_reductions(reductions, cycle_date):
        if reduction.ends is not None and days > 0:
            first = (reduction.ends - cycle_date).days // days + 1  # the first k with cycle_date + k * days > ends
            if first <= cycles:
                found.append((first, reduction))
    # To the last field, so that no order of input shows.
    return tuple(sorted(found, key=lambda pair: (pair[0], pair[1].officer, pair[1].starts, str(pair[1]))))
