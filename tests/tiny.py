"""Tiny forces, and the proof that model and check agree about every plan of one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import numpy as np

from allocator.checking import check
from allocator.domain.force import Case, Force, Officer, Premises
from allocator.domain.plan import Plan
from allocator.domain.policy import Policy
from allocator.rules.columns import NOBODY, Columns
from allocator.solver.model import Model
from allocator.solver.parts import Choices, choices, whole_part
from allocator.solver.state import SOLVED
from allocator.solver.tally import Tally
from tests.describing import describe

TODAY = date(2026, 3, 31)


def officer(officer_id: str, **fields: Any) -> Officer:
    return Officer(**{"officer_id": officer_id, "division": "North", "mosovo": "trained", **fields})


def new(case_id: str, **fields: Any) -> Case:
    return Case(**{"case_id": case_id, "division": "North", "risk": "low", **fields})


def current(case_id: str, officer_id: str, **fields: Any) -> Case:
    return new(case_id, **{"officer": officer_id, "since": date(2024, 3, 31), **fields})


def force(
    officers: list[Officer],
    cases: list[Case],
    premises: list[Premises] | None = None,
    **policy: dict[str, Any],
) -> Force:
    """A force at `TODAY`; ``policy`` holds tables merged over the defaults."""
    return Force(
        officers=tuple(officers),
        cases=tuple(cases),
        premises=tuple(premises or ()),
        policy=Policy().merge(policy),
        cycle_date=TODAY,
        name="tiny",
    )


def another(column: str) -> Any:
    """A value of a column of cases that is not its default, made from what the column may hold."""
    schema = Case.model_json_schema()["properties"][column]
    kind = next((one for one in schema.get("anyOf", ()) if one["type"] != "null"), schema)
    if "enum" in kind:
        return next(value for value in kind["enum"] if value != schema.get("default"))
    values = {"boolean": not schema.get("default"), "integer": 1, "array": frozenset({"marac"}), "string": "x"}
    return TODAY if kind.get("format") == "date" else values[kind["type"]]


def plan(of: Force, **officers: str | None) -> Plan:
    """The allocation as it stands, with some cases given to others: ``plan(f, c1="A", c2=None)``."""
    return Plan(of, tuple(officers.get(c.case_id, c.officer) for c in of.cases))


def every_plan(of: Force) -> Iterator[Plan]:
    ids = [None, *(o.officer_id for o in of.officers)]
    for officers in product(ids, repeat=len(of.cases)):
        yield Plan(of, officers)


def agree(of: Force) -> tuple[int, int]:
    """Compare model and check on every plan of a tiny force.

    The model and the tally are of the force as one part, as whatever is solved is of a part.

    A plan is *allowed* by the check where no rule is broken and nobody is left out who could be placed. The model must
    admit exactly those plans, reach the check's value on every goal, as a tally must, and not allow less excess than
    the check counts.

    Returns
    -------
    (allowed, refused)
        Plans of each sort, so that a test can ask that both occur.
    """
    columns = Columns(of)
    open_to = choices(columns)
    cut = open_to.part(whole_part(open_to))
    model = Model(cut, SOLVED)
    lines = [goal.objective(model) for goal in SOLVED]
    allowed = refused = 0
    for candidate in every_plan(of):
        checked = check(candidate)
        codes = _codes(columns, candidate)
        representable = _representable(open_to, codes)
        values = model.values(codes) if representable else np.zeros(0)
        admitted = representable and model.linear.holds(values)
        left_out = any(columns.case_ids[k] in _unplaced(candidate) and not open_to.stuck[k] for k in range(len(codes)))
        assert admitted == (not checked.broken and not left_out), describe(candidate)
        if not admitted:
            refused += 1
            continue
        allowed += 1
        expected = tuple(checked.goals[goal.id] for goal in SOLVED)
        assert tuple(line.value(values) for line in lines) == expected, describe(candidate)
        assert Tally(cut.columns, codes).values(SOLVED) == expected, describe(candidate)
        for variable in model.total_excess().variable:
            if values[variable]:
                less = values.copy()
                less[variable] -= 1
                assert not model.linear.holds(less), describe(candidate)
    return allowed, refused


def _unplaced(candidate: Plan) -> set[str]:
    return {case.case_id for case, officer in candidate if officer is None}


def _codes(columns: Columns, candidate: Plan) -> Any:
    of = candidate.officer_of
    codes = [NOBODY if of[c] is None else columns.position[str(of[c])] for c in columns.case_ids]
    return np.array(codes, dtype=np.int64)


def _representable(open_to: Choices, codes: Any) -> bool:
    """Whether the model has words for a plan at all."""
    columns = open_to.columns
    for k, o in enumerate(codes):
        if open_to.stuck[k]:
            fine = o == NOBODY
        elif o == columns.current[k] and o != NOBODY:
            fine = bool(open_to.permitted[k])
        else:
            fine = o != NOBODY and bool(open_to.receive[columns.kind[k], o]) and not open_to.pinned[k]
        if not fine:
            return False
    return True
