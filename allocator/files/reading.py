"""A force, read from a folder of CSV or from a workbook; every problem found in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from allocator.domain.force import Case, Force, Officer, Premises, Row
from allocator.errors import InputError, Notice, Problem, Problems
from allocator.files.carrying import carry_over
from allocator.files.collector import pause_collector
from allocator.files.columns import TABLES
from allocator.files.digest import digest
from allocator.files.notices import notices
from allocator.files.references import find_reference_problems, premises_named
from allocator.files.settings import read_settings
from allocator.files.sheet import Source
from allocator.files.source import find_source
from allocator.files.tables import Entries, read_table

R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Reading:
    """A force and what is to be said about how it was read."""

    force: Force
    notices: tuple[Notice, ...]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the input, as ``allocator.files.digest`` defines it."""
        return digest(self.force)


def read_force(path: Path | str, *, policy_changes: Mapping[str, Any] | None = None) -> Force:
    """Read a force.

    Parameters
    ----------
    path : Path or str
        A folder of CSV files, or one ``.xlsx`` workbook.
    policy_changes : mapping, optional
        Nested tables as below ``[policy]`` of ``force.toml``, merged over those.

    Raises
    ------
    InputError
        With every problem of the input, in the order of the files.
    """
    return read_with_notices(path, policy_changes=policy_changes).force


def read_with_notices(
    path: Path | str, *, policy_changes: Mapping[str, Any] | None = None, known: Force | None = None
) -> Reading:
    """Read a force, with what is to be said about it.

    Parameters
    ----------
    path, policy_changes
        As in `read_force`.
    known : Force, optional
        What was known before. Columns that the input does not have, its premises where it has no such table, and its
        settings where there is no ``force.toml``, are taken from there.

    Raises
    ------
    InputError
        With every problem of the input, in the order of the files.
    """
    with pause_collector():
        source = find_source(Path(path))
        settings = read_settings(source.settings, policy_changes)
        if known is not None:
            source.problems += carry_over(source, known)
            if not (source.settings.exists() or source.settings.is_symlink()):
                settings.fields = {"name": known.name, "cycle_date": known.cycle_date, "policy": known.policy}
        officers = _entries(Officer, "officers", source)
        cases = _entries(Case, "cases", source)
        premises = _entries(Premises, "premises", source)
        if "premises" not in source.sheets:
            for label, row, named in islice(premises_named(officers, cases), 1):
                premises.problems.append(source.missing("premises", f", since {label}, row {row} names {named}"))
        problems = Problems(settings.problems)
        for found in (source.problems, officers.problems, cases.problems, premises.problems):
            problems += found
        if not problems:
            try:
                force = Force(
                    officers=tuple(officers.records),
                    cases=tuple(cases.records),
                    premises=tuple(premises.records),
                    **settings.fields,
                )
                return Reading(force, tuple(notices(source, officers, (cases, premises))))
            except InputError:
                pass  # a force counts its records; below, the same problems are named by file and row
        problems += find_reference_problems(officers, cases, premises, settings.latest)
    raise InputError(_in_order(problems, source), more=problems.more)


def _entries(model: type[R], table: str, source: Source) -> Entries[R]:
    sheet = source.sheets.get(table)
    if sheet is not None:
        return read_table(model, sheet)
    entries: Entries[R] = Entries(source.labels[table])
    if table not in source.sheets and table != "premises":
        entries.problems.append(source.missing(table))
    return entries


def _in_order(problems: Iterable[Problem], source: Source) -> list[Problem]:
    """Problems in the order in which a reader meets their places."""
    columns = {source.labels[table]: list(model.model_fields) for table, model in TABLES.items()}
    files = [source.settings.name, "policy_changes", *columns]

    def place(problem: Problem) -> tuple[int, int, int]:
        file = files.index(problem.file) if problem.file in files else -1
        known = columns.get(problem.file, [])
        return file, problem.row or 0, known.index(problem.column) if problem.column in known else -1

    return sorted(problems, key=place)
