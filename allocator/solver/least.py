"""The least excess of a force, and nothing else of it: enough to say whether a change would cure one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from allocator.domain.force import Force
from allocator.domain.plan import GoalValue
from allocator.rules.base import Goal
from allocator.rules.columns import Columns
from allocator.rules.goals.excess import Excess
from allocator.solver.greedy import greedy
from allocator.solver.parts import Choices, choices, parts, whole
from allocator.solver.pool import SolverPool, key
from allocator.solver.state import SOLVED, State

ONLY: tuple[Goal, ...] = tuple(goal for goal in SOLVED if isinstance(goal, Excess))


@dataclass(frozen=True)
class Weighing:
    """One part whose least excess is asked for."""

    open_to: Choices
    seed: int


def weigh(task: Weighing, tell: Callable[[State], None]) -> State:
    """Find the least excess of one part, in a worker."""
    from allocator.solver.goals import Solving  # the engines are loaded only where a solve happens

    part = whole(task.open_to)
    return Solving(task.open_to, part, greedy(task.open_to, part), seed=task.seed, goals=ONLY).run()


def least_excess(force: Force, pool: SolverPool, seed: int = 0) -> GoalValue:
    """Find the least excess that any plan of a force has.

    Parameters
    ----------
    force : Force
    pool : SolverPool
        Parts that it remembers are not solved again.
    seed : int

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
    cuts = [open_to.part(part) for part in parts(open_to)]
    names = [key(cut, seed, "excess only") for cut in cuts]
    states: list[State | None] = [pool.recall(name) for name in names]
    work = [k for k, state in enumerate(states) if state is None]
    with pool.lock:
        tasks = [Weighing(cuts[k], seed) for k in work]
        found, stopped = pool.workers.run(weigh, tasks, math.inf, lambda told: None)
    if stopped is not None:
        raise KeyboardInterrupt
    for k, state in zip(work, found, strict=True):
        states[k] = state
        if state.proved:
            pool.remember(names[k], state)
    known = [state for state in states if state is not None]
    value, bound = sum(state.values[0] for state in known), sum(state.bounds[0] for state in known)
    return GoalValue(Excess.id, value, bound, value == bound)
