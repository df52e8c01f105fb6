"""What the parts of a force make together: one plan, sums of goals, and the check's word on both."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from allocator.checking import Checked
from allocator.domain.force import Force
from allocator.domain.plan import GoalValue, Plan
from allocator.domain.result import Progress
from allocator.errors import Mismatch
from allocator.rules.base import Goal
from allocator.rules.columns import NOBODY, Columns, Ints
from allocator.rules.cover.base import CoverGoal
from allocator.rules.cover.columns import CoverColumns
from allocator.solver.parts import Choices, Part
from allocator.solver.state import State


class Run(Protocol):
    """Something on its way that can be cut short."""

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        ...

    def improve(self) -> str | None:
        """Work; why that ended early, None if it did not."""
        ...


def assemble_plan(force: Force, open_to: Choices, parts: Sequence[Part], plans: Sequence[Ints]) -> Plan:
    """The plan of a force that the plans of its parts make together."""
    of = assemble_officers(open_to.columns, parts, plans)
    return Plan(force, tuple(of[case.case_id] for case in force.cases))


def assemble_officers(
    columns: Columns | CoverColumns, parts: Sequence[Part], plans: Sequence[Ints]
) -> dict[str, str | None]:
    """The officer_id of each case_id, None for nobody, that the plans of parts make together."""
    officers = np.full(len(columns.case_ids), NOBODY)
    for part, plan in zip(parts, plans, strict=True):
        officers[part.cases] = part.outward(plan)
    ids = [*columns.officer_ids, None]
    return {case_id: ids[o] for case_id, o in zip(columns.case_ids, officers.tolist(), strict=True)}


def progress_of(
    states: Sequence[State], goals: Sequence[Goal | CoverGoal], values: tuple[GoalValue, ...], seconds: float
) -> Progress:
    """Where a run stands whose parts work on some goals in turn."""
    working = [state.at_hand for state in states if state.at_hand < len(goals)]
    goal = goals[min(working, default=-1)].id
    return Progress(goal, len(states) - len(working), len(states), values, seconds)


def improved(run: Run, deadline: float) -> str | None:
    """Work on a run until its end or its deadline; why it ended early, None if it did not."""
    try:
        stopped = run.improve()
    except KeyboardInterrupt:  # between two pieces of work: what there is so far is kept all the same
        return "interrupted"
    return "time limit" if stopped is None and time.time() > deadline and not run.done else stopped


def sum_goals(goals: Sequence[Goal | CoverGoal], unplaced: int, states: Sequence[State]) -> tuple[GoalValue, ...]:
    """Values and bounds of the whole force.

    Parameters
    ----------
    goals : sequence of goals
        unplaced (of cover, uncovered), and after it the goals of the states in their order.
    unplaced : int
        Value of the first goal, which follows from the input.
    """
    values = [unplaced, *(sum(state.values[k] for state in states) for k in range(len(goals) - 1))]
    bounds = [unplaced, *(sum(state.bounds[k] for state in states) for k in range(len(goals) - 1))]
    found, proven = [], True
    for goal, value, bound in zip(goals, values, bounds, strict=True):
        proven = proven and value == bound
        found.append(GoalValue(goal.id, value, bound, proven))
    return tuple(found)


def verify(checked: Checked, goals: Sequence[GoalValue]) -> Checked:
    """The check's own word, which must be the model's.

    Raises
    ------
    Mismatch
        When it is not.
    """
    if checked.broken:
        rules = ", ".join(sorted({finding.rule for finding in checked.broken}))
        raise Mismatch(f"What was found breaks rules that the model should have kept: {rules}.")
    for goal in goals:
        if checked.goals[goal.name] != goal.value:
            raise Mismatch(f"The model has {goal.value} for {goal.name}, the check has {checked.goals[goal.name]}.")
    return checked
