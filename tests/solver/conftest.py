"""Solving without worker processes, so that thousands of tiny forces take seconds."""

import math
from dataclasses import dataclass

import numpy as np
import pytest

from allocator.checking import check
from allocator.domain.force import Force
from allocator.domain.plan import Plan
from allocator.rules.columns import NOBODY, Columns
from allocator.solver.allocate import PartProgress, PartTask, solve_part
from allocator.solver.greedy import greedy_plan
from allocator.solver.parts import choices, split_into_parts
from tests.describing import pytest_assertrepr_compare, values_of  # noqa: F401


@dataclass(frozen=True)
class Inline:
    plan: Plan
    values: tuple[int, ...]
    without: tuple[int, ...]
    proved: bool


def solve_inline(force: Force) -> Inline:
    """What `allocate` does, one part after the other in this process."""
    columns = Columns(force)
    open_to = choices(columns)
    best = np.full(len(columns.case_ids), NOBODY)
    told = []
    for part in split_into_parts(open_to):
        cut = open_to.part(part)
        start = greedy_plan(cut)
        solved = [solve_part(PartTask(cut, start, moves, 0, math.inf), lambda state: None) for moves in (True, False)]
        told.append(PartProgress(*solved))
        best[part.cases] = part.outward(told[-1].best.plan)
    of = {c: None if o == NOBODY else columns.officer_ids[o] for c, o in zip(columns.case_ids, best, strict=True)}
    plan = Plan(force, tuple(of[case.case_id] for case in force.cases))
    unplaced = check(plan).goals["unplaced"]
    return Inline(
        plan,
        values_of(plan, (unplaced, *_sums([state.best.values for state in told]))),
        (unplaced, *_sums([state.without.values for state in told])),
        all(state.best.proved and state.without.proved for state in told),
    )


def _sums(values: list[tuple[int, ...]]) -> list[int]:
    return [sum(column) for column in zip(*values, strict=True)] or [0, 0, 0]


@pytest.fixture
def inline():
    return solve_inline
