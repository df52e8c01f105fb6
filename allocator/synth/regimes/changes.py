"""Changing some officers and cases of a force, each validated again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from allocator.domain.force import Case, Force, Officer
from allocator.domain.policy import Risk
from allocator.synth.due import reschedule_visit

Changes = Mapping[str, Mapping[str, Any]]


def change_case(case: Case, **fields: Any) -> Case:
    """Make a case like another but for some columns."""
    return Case(**{**dict(case), **fields})


def change_rows(force: Force, officers: Changes | None = None, cases: Changes | None = None) -> Force:
    """Make a force like another but for some columns of some rows, named by their ids, in the same order."""
    officers, cases = officers or {}, cases or {}
    return force.replace(
        officers=tuple(
            Officer(**{**dict(o), **officers[o.officer_id]}) if o.officer_id in officers else o for o in force.officers
        ),
        cases=tuple(change_case(c, **cases[c.case_id]) if c.case_id in cases else c for c in force.cases),
    )


def reassess(force: Force, case: Case, risk: Risk) -> dict[str, Any]:
    """Columns that change when a case is of another risk: the next visit is due sooner or later too."""
    return {"risk": risk, "visit_due": reschedule_visit(case, risk, force.cycle_date)}


def by_id(cases: Iterable[Case]) -> list[Case]:
    """Put cases in the order of their ids, whatever their order in the force."""
    return sorted(cases, key=lambda case: case.case_id)


def caseloads(force: Force) -> dict[str, list[Case]]:
    """Current cases of each officer_id, all in the order of ids; an officer without any has an empty list."""
    loads: dict[str, list[Case]] = {officer_id: [] for officer_id in sorted(force.officer_by_id)}
    for case in by_id(force.cases):
        if case.officer is not None:
            loads[case.officer].append(case)
    return loads
