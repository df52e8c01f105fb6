"""The least excess of a force, and nothing else of it: enough to say whether a change would cure one."""

from __future__ import annotations

import math

from allocator.domain.force import Force
from allocator.domain.plan import GoalValue
from allocator.rules.base import Goal
from allocator.rules.columns import Columns
from allocator.rules.goals.excess import Excess
from allocator.solver.allocate import PartTask, solve_part
from allocator.solver.greedy import greedy_plan
from allocator.solver.parts import choices, split_into_parts
from allocator.solver.pool import SolverPool, part_key
from allocator.solver.state import SOLVED, State

ONLY: tuple[Goal, ...] = tuple(goal for goal in SOLVED if isinstance(goal, Excess))


def least_excess(force: Force, pool: SolverPool, seed: int = 0) -> GoalValue:
    """Find the least excess that any plan of a force has; parts that the pool remembers are not solved again.

    Returns
    -------
    GoalValue
        Value and bound in cases.

    Raises
    ------
    KeyboardInterrupt
        When it is cut short.
    """
    open_to = choices(Columns(force))
    cuts = [open_to.part(part) for part in split_into_parts(open_to)]
    names = [part_key(cut, seed, "excess only") for cut in cuts]
    states: list[State | None] = [pool.recall(name) for name in names]
    work = [k for k, state in enumerate(states) if state is None]
    with pool.lock:
        tasks = [PartTask(cuts[k], greedy_plan(cuts[k]), True, seed, math.inf, ONLY) for k in work]
        found, stopped = pool.workers.run(solve_part, tasks, math.inf, lambda told: None)
    if stopped is not None:
        raise KeyboardInterrupt
    for k, state in zip(work, found, strict=True):
        states[k] = state
        if state.proved:
            pool.remember(names[k], state)
    known = [state for state in states if state is not None]
    value, bound = sum(state.values[0] for state in known), sum(state.bounds[0] for state in known)
    return GoalValue(Excess.id, value, bound, value == bound)
