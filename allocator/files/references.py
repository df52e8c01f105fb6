"""What the tables of a force say of each other, named by file and row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from allocator.domain import force
from allocator.domain.force import Case, Officer, Premises
from allocator.errors import Problem
from allocator.files.tables import Entries


def find_reference_problems(
    officers: Entries[Officer], cases: Entries[Case], premises: Entries[Premises], latest: date
) -> Iterator[Problem]:
    """Duplicate ids, references to rows that do not exist, and relationships that begin in the future.

    Of a table that is missing or cannot be read, every id is taken to exist: its own problem is enough.

    Parameters
    ----------
    latest : date
        The last day on which a relationship may have begun.

    Yields
    ------
    Problem
    """
    officer_ids, premises_ids = officers.ids, premises.ids
    if officer_ids is None:
        named = {c.officer for c in cases.records} | {c.covered_by for c in cases.records}
        named |= {o.buddy for o in officers.records}
        officer_ids = {one for one in named if one is not None}.union(*(c.excluded for c in cases.records))
    if premises_ids is None:
        premises_ids = {named for _, _, named in premises_named(officers, cases)}
    since = dict(zip(cases.rows, cases.texts.get("since", ()), strict=False))
    labels = {"officers": officers.label, "cases": cases.label, "premises": premises.label}
    for problem in force.reference_problems(
        zip(officers.rows, officers.records, strict=True),
        zip(cases.rows, cases.records, strict=True),
        zip(premises.rows, premises.records, strict=True),
        latest,
        officer_ids,
        premises_ids,
    ):
        typed = since[problem.row or 0] if problem.column == "since" else problem.value
        yield replace(problem, file=labels[problem.file], value=typed)


def premises_named(officers: Entries[Officer], cases: Entries[Case]) -> Iterator[tuple[str, int, str]]:
    """Every mention of premises.

    Yields
    ------
    (label, row, premises_id)
    """
    for row, officer in zip(officers.rows, officers.records, strict=True):
        for premises_id in sorted(officer.premises):
            yield officers.label, row, premises_id
    for row, case in zip(cases.rows, cases.records, strict=True):
        if case.premises is not None:
            yield cases.label, row, case.premises
