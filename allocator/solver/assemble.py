"""What the parts of a force make together: one plan, sums of goals, and the check's word on both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocator.checking import Checked
from allocator.domain.force import Force
from allocator.domain.plan import GoalValue, Plan
from allocator.errors import Mismatch
from allocator.rules.base import Goal
from allocator.rules.columns import NOBODY, Ints
from allocator.rules.cover.base import CoverGoal
from allocator.solver.parts import Choices, Part
from allocator.solver.state import State


def assemble_plan(force: Force, open_to: Choices, parts: Sequence[Part], plans: Sequence[Ints]) -> Plan:
    """The plan of a force that the plans of its parts make together."""
    columns = open_to.columns
    officers = np.full(len(columns.case_ids), NOBODY)
    for part, plan in zip(parts, plans, strict=True):
        officers[part.cases] = part.outward(plan)
    ids = [*columns.officer_ids, None]
    of = {case_id: ids[o] for case_id, o in zip(columns.case_ids, officers.tolist(), strict=True)}
    return Plan(force, tuple(of[case.case_id] for case in force.cases))


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
