"""Allocate a force: a valid plan at once, parts improved side by side, the whole checked before anyone sees it."""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

import numpy as np

from allocator.checking import Checked, check
from allocator.compute import Workers, cores
from allocator.domain.force import Force
from allocator.domain.plan import GoalValue, Plan
from allocator.domain.result import Progress, Result
from allocator.errors import Mismatch
from allocator.rules.columns import NOBODY, Columns, Ints
from allocator.rules.goals import GOALS
from allocator.solver.greedy import greedy
from allocator.solver.parts import Choices, Part, choices, parts
from allocator.solver.state import SOLVED, Opening, State


@dataclass(frozen=True)
class Task:
    """One part to be solved from a valid plan, with moves and then without."""

    open_to: Choices
    part: Part
    start: Ints
    seed: int
    deadline: float


@dataclass(frozen=True)
class Told:
    """Where a part stands with moves, and without."""

    best: State
    without: State

    @property
    def proved(self) -> bool:
        """Whether nothing is left to do."""
        return self.best.proved and self.without.proved


def solve_part(task: Task, tell: Callable[[Told], None]) -> Told:
    """Work on one part, in a worker: the plan with moves first, then what the best plan without them reaches."""
    from allocator.solver.goals import Solving  # the engines are loaded only where a solve happens

    told = Told(*(Opening(task.open_to, task.part, moves).state(task.start) for moves in (True, False)))

    def report(**states: State) -> None:
        nonlocal told
        told = replace(told, **states)
        tell(told)

    best = Solving(
        task.open_to, task.part, task.start, True, task.seed, task.deadline, lambda state: report(best=state)
    ).run()
    open_to, cases = task.open_to, task.part.cases
    moved = open_to.permitted[cases] & (best.plan != open_to.columns.current[cases])
    if not moved.any():
        report(without=best)
    else:
        Solving(
            open_to,
            task.part,
            task.start,
            False,
            task.seed,
            task.deadline,
            lambda state: report(without=state),
        ).run()
    return told


def allocate(
    force: Force,
    *,
    seed: int = 0,
    workers: int | None = None,
    time_limit: float | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Decide who manages whom, and prove how good that is.

    Parameters
    ----------
    force : Force
    seed : int
        Feeds the engines; plans of equal value may differ with it.
    workers : int, optional
        Processes side by side; as many as there are cores unless given. The plan does not depend on it.
    time_limit : float, optional
        Seconds after which the best plan so far is returned with its gap on every goal. Without one, each goal is
        worked on for a fixed effort, which proves all but the hardest.
    progress : callable, optional
        Told of every step forward.

    Returns
    -------
    Result
        A plan that the solver-free check has recomputed. Ctrl-C ends the run early with the best plan so far.

    Raises
    ------
    Mismatch
        When model and check disagree: nothing is returned then.
    """
    begun = time.time()
    deadline = math.inf if time_limit is None else begun + time_limit
    open_to = choices(Columns(force))
    found = parts(open_to)
    plan = np.where(open_to.permitted, open_to.columns.current, NOBODY)
    for part in found:
        plan[part.cases] = greedy(open_to, part)
    told = [Told(*(Opening(open_to, part, moves).state(plan) for moves in (True, False))) for part in found]
    unplaced = check(_plan(force, open_to.columns, plan)).goals["unplaced"]

    if progress is not None:
        progress(_progress(unplaced, told, time.time() - begun))
    stopped = None
    work = [k for k, state in enumerate(told) if not state.proved]
    if work and time.time() < deadline:
        with Workers(min(workers or cores(), len(work)), preload="allocator.solver.goals") as pool:
            tasks = [Task(open_to, found[k], plan, seed, deadline) for k in work]

            def follow(states: Sequence[Told | None]) -> None:
                for k, state in zip(work, states, strict=True):
                    told[k] = state or told[k]
                if progress is not None:
                    progress(_progress(unplaced, told, time.time() - begun))

            states, stopped = pool.run(solve_part, tasks, deadline, follow)
            follow(states)
    if stopped is None and time.time() > deadline and not all(state.proved for state in told):
        stopped = "time limit"
    for part, state in zip(found, told, strict=True):
        plan[part.cases] = state.best.plan
    goals = _goals(unplaced, [state.best for state in told])
    best = _plan(force, open_to.columns, plan)
    return Result(
        plan=best,
        goals=goals,
        findings=_checked(best, goals).findings,
        without_moves=_goals(unplaced, [state.without for state in told]),
        seed=seed,
        seconds=time.time() - begun,
        versions={name: version(name) for name in ("allocator", "ortools")} | {"python": platform.python_version()},
        stopped=stopped,
    )


def _plan(force: Force, columns: Columns, officers: Ints) -> Plan:
    ids = [*columns.officer_ids, None]
    of = {case_id: ids[o] for case_id, o in zip(columns.case_ids, officers.tolist(), strict=True)}
    return Plan(force, tuple(of[case.case_id] for case in force.cases))


def _goals(unplaced: int, states: Sequence[State]) -> tuple[GoalValue, ...]:
    values = [unplaced, *(sum(state.values[k] for state in states) for k in range(len(SOLVED)))]
    bounds = [unplaced, *(sum(state.bounds[k] for state in states) for k in range(len(SOLVED)))]
    goals, proven = [], True
    for goal, value, bound in zip(GOALS, values, bounds, strict=True):
        proven = proven and value == bound
        goals.append(GoalValue(goal.id, value, bound, proven))
    return tuple(goals)


def _progress(unplaced: int, told: Sequence[Told], seconds: float) -> Progress:
    working = [state.best.at_hand for state in told if state.best.at_hand < len(SOLVED)]
    goal = SOLVED[min(working, default=len(SOLVED) - 1)].id
    return Progress(
        goal, len(told) - len(working), len(told), _goals(unplaced, [state.best for state in told]), seconds
    )


def _checked(plan: Plan, goals: Sequence[GoalValue]) -> Checked:
    """The check's own word on a plan, which must be the model's."""
    checked = check(plan)
    if checked.broken:
        rules = ", ".join(sorted({finding.rule for finding in checked.broken}))
        raise Mismatch(f"The plan found breaks rules that the model should have kept: {rules}.")
    for goal in goals:
        if checked.goals[goal.name] != goal.value:
            raise Mismatch(f"The model has {goal.value} for {goal.name}, the check has {checked.goals[goal.name]}.")
    return checked
