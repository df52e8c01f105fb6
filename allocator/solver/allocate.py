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
from allocator.solver.parts import Choices, Part, choices, nearby, parts
from allocator.solver.state import SOLVED, Opening, State


@dataclass(frozen=True)
class Task:
    """One part to be solved from a valid plan, and then without moves from ``still``, a plan that makes none.

    With ``moves_only`` the second is left out.
    """

    open_to: Choices
    part: Part
    start: Ints
    still: Ints
    seed: int
    deadline: float
    moves_only: bool = False


@dataclass(frozen=True)
class Told:
    """Where a part stands with moves, and without."""

    best: State
    without: State

    @property
    def proved(self) -> bool:
        """Whether nothing is left to do."""
        return self.best.proved and self.without.proved


def opened(open_to: Choices, part: Part, still: Ints) -> Told:
    """Where a part stands with a plan that moves nobody who may stay, before any engine has run."""
    without = Opening(open_to, part, moves=False).state(still)
    settled = not open_to.free[part.cases].any()
    return Told(without if settled else replace(without, bounds=(0,) * len(SOLVED)), without)


def solve_part(task: Task, tell: Callable[[Told], None]) -> Told:
    """Work on one part, in a worker: the plan with moves first, then what the best plan without them reaches."""
    from allocator.solver.goals import Solving  # the engines are loaded only where a solve happens

    open_to, part = task.open_to, task.part

    told = opened(open_to, part, task.still)

    def report(**states: State) -> None:
        nonlocal told
        told = replace(told, **states)
        tell(told)

    def solving(start: Ints, moves: bool, name: str) -> Solving:
        return Solving(open_to, part, start, moves, task.seed, task.deadline, lambda state: report(**{name: state}))

    moving = solving(task.start, True, "best")
    told = replace(told, best=moving.state)
    best = moving.run()
    if task.moves_only:
        return told
    moved = open_to.permitted[part.cases] & (best.plan != open_to.columns.current[part.cases])
    if moved.any():
        solving(task.still, False, "without").run()
    else:
        report(without=best)
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
    ValueError
        When an argument is out of range.
    """
    if workers is not None and workers < 1:
        raise ValueError(f"workers: {workers} found, expected a whole number from 1")
    if time_limit is not None and not time_limit >= 0:
        raise ValueError(f"time_limit: {time_limit} found, expected seconds from 0")
    if seed < 0:
        raise ValueError(f"seed: {seed} found, expected a whole number from 0")
    begun = time.time()
    deadline = math.inf if time_limit is None else begun + time_limit
    open_to = choices(Columns(force))
    found = parts(open_to)
    still = _first(open_to, found)
    told = [opened(open_to, part, still) for part in found]
    unplaced = check(_plan(force, open_to.columns, still)).goals["unplaced"]

    def tell() -> None:
        if progress is not None:
            progress(_progress(unplaced, told, time.time() - begun))

    tell()
    stopped = None
    work = [k for k, state in enumerate(told) if not state.proved]
    near = nearby(open_to) if force.policy.divisions.cross else open_to
    pieces = parts(near)
    if work and time.time() < deadline:
        with Workers(min(workers or cores(), max(len(work), len(pieces))), "allocator.solver.goals") as pool:
            plan = still
            if len(pieces) > len(found):  # each division by itself is soon proved, and a far better start than greedy's
                begin = _first(near, pieces)
                drafts = [opened(near, piece, begin) for piece in pieces]
                first = list(told)

                def draft(states: Sequence[Told | None]) -> None:
                    drafts[:] = [state or before for state, before in zip(states, drafts, strict=True)]
                    told[:] = _gathered(first, found, pieces, drafts, still)
                    tell()

                tasks = [Task(near, piece, begin, begin, seed, deadline, moves_only=True) for piece in pieces]
                states, stopped = pool.run(solve_part, tasks, deadline, draft)
                draft(states)
                plan = _merged(still, found, told)
            if stopped is None:

                def follow(states: Sequence[Told | None]) -> None:
                    for k, state in zip(work, states, strict=True):
                        told[k] = state or told[k]
                    tell()

                tasks = [Task(open_to, found[k], plan, still, seed, deadline) for k in work]
                states, stopped = pool.run(solve_part, tasks, deadline, follow)
                follow(states)
    if stopped is None and time.time() > deadline and not all(state.proved for state in told):
        stopped = "time limit"
    goals = _goals(unplaced, [state.best for state in told])
    best = _plan(force, open_to.columns, _merged(still, found, told))
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


def _merged(plan: Ints, found: Sequence[Part], told: Sequence[Told]) -> Ints:
    """A plan with each part's best written over it."""
    plan = plan.copy()
    for part, state in zip(found, told, strict=True):
        plan[part.cases] = state.best.plan
    return plan


def _first(open_to: Choices, found: Sequence[Part]) -> Ints:
    """Greedy's plan: nobody moves who may stay."""
    plan = np.where(open_to.permitted, open_to.columns.current, NOBODY)
    for part in found:
        plan[part.cases] = greedy(open_to, part)
    return plan


def _gathered(
    told: Sequence[Told], found: Sequence[Part], pieces: Sequence[Part], drafts: Sequence[Told], still: Ints
) -> list[Told]:
    """Each part with what plans of its pieces add up to, where that is better than what it has.

    A piece's bounds say nothing of its part.
    """
    part_of = {officer: k for k, part in enumerate(found) for officer in part.officers.tolist()}
    values = np.zeros((len(found), len(SOLVED)), dtype=np.int64)
    for piece, state in zip(pieces, drafts, strict=True):
        values[part_of[int(piece.officers[0])]] += state.best.values
    plan, gathered = _merged(still, pieces, drafts), []
    for part, state, reached in zip(found, told, map(tuple, values.tolist()), strict=True):
        better = replace(state.best, plan=plan[part.cases], values=reached)
        gathered.append(replace(state, best=better) if reached < state.best.values else state)
    return gathered


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
