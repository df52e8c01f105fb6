"""Allocate a force: a valid plan at once, parts improved side by side, the whole checked before anyone sees it."""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version

from allocator.checking import check
from allocator.domain.force import Force
from allocator.domain.plan import GoalValue, Plan
from allocator.domain.result import RULES_VERSION, Progress, Result
from allocator.rules.base import Goal
from allocator.rules.columns import Columns, Ints
from allocator.rules.goals import GOALS
from allocator.rules.goals.excess import Excess
from allocator.rules.ledger import Ledger
from allocator.solver.assemble import assemble_plan, improved, progress_of, sum_goals, verify
from allocator.solver.fixed_assignments import fix_assignments
from allocator.solver.greedy import greedy_plan
from allocator.solver.parts import Choices, choices, split_into_parts
from allocator.solver.pool import SolverPool, part_key, use_pool
from allocator.solver.state import SOLVED, State
from allocator.solver.tally import Tally


@dataclass(frozen=True)
class PartTask:
    """One part to be solved from a valid plan; cases and officers are those of the part alone, by its own positions."""

    open_to: Choices
    start: Ints
    moves: bool
    seed: int
    deadline: float
    goals: tuple[Goal, ...] = SOLVED


@dataclass(frozen=True)
class PartProgress:
    """Where a part stands with moves, and without."""

    best: State
    without: State


def initial_progress(open_to: Choices, goals: tuple[Goal, ...]) -> PartProgress:
    """Where a part stands with greedy's plan, which moves nobody who may stay, before any engine has run."""
    plan, nothing = greedy_plan(open_to), (0,) * len(goals)
    values = Tally(open_to.columns, plan).values(goals)
    without = State(plan, values, nothing if open_to.must.any() else values)
    return PartProgress(replace(without, bounds=nothing) if open_to.free.any() else without, without)


def solve_part(task: PartTask, tell: Callable[[State], None]) -> State:
    """Work on one part, in a worker."""
    from allocator.solver.goals import PartSolver  # the engines are loaded only where a solve happens

    return PartSolver(task.open_to, task.start, task.moves, task.seed, task.deadline, tell, task.goals).run()


class AllocationRun:
    """One allocation on its way: the parts of a force, where each stands, and the plan they make together.

    Parameters
    ----------
    deadline : float
        Clock time at which to stop.
    insist : mapping of str to collection of str
        Officers among whom some cases have to be.
    compare : bool
        Whether to find what the best plan without moves would reach too.
    goals : tuple of Goal
        What is minimised after the first goal, in order.
    """

    def __init__(
        self,
        force: Force,
        pool: SolverPool,
        seed: int,
        deadline: float,
        progress: Callable[[Progress], None] | None,
        insist: Mapping[str, Collection[str]],
        *,
        compare: bool,
        goals: tuple[Goal, ...] = SOLVED,
    ) -> None:
        self.force, self.pool, self.seed, self.deadline, self._goals = force, pool, seed, deadline, goals
        self._progress, self._begun, self.compares = progress, time.time(), compare and not insist
        self.open_to = fix_assignments(choices(Columns(force)), insist)
        self.parts = split_into_parts(self.open_to)
        self._cut = [self.open_to.part(part) for part in self.parts]
        self._keys = [part_key(cut, seed, *(goal.id for goal in goals)) for cut in self._cut]
        self.states = [
            pool.recall(key) or initial_progress(cut, goals) for key, cut in zip(self._keys, self._cut, strict=True)
        ]
        self.unplaced = GOALS[0].value(Ledger(self.plan))
        self.report()

    @property
    def plan(self) -> Plan:
        """What the parts make together."""
        return assemble_plan(self.force, self.open_to, self.parts, [state.best.plan for state in self.states])

    @property
    def goals(self) -> tuple[GoalValue, ...]:
        """Values and bounds of the whole force."""
        return sum_goals((GOALS[0], *self._goals), self.unplaced, [state.best for state in self.states])

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return all(part.best.proved and (part.without.proved or not self.compares) for part in self.states)

    def report(self) -> None:
        """Report where the run stands."""
        if self._progress is not None:
            best = [state.best for state in self.states]
            self._progress(progress_of(best, self._goals, self.goals, time.time() - self._begun))

    def improve(self) -> str | None:
        """Work on all parts; why that ended early, None if it did not.

        First the plan; then, where it moves cases that may stay, what the best plan without moves reaches.
        """
        work = [k for k, state in enumerate(self.states) if not state.best.proved]
        stopped = self._solve("best", {k: self._task(k, True) for k in work})
        if stopped is None and self.compares:
            stopped = self._compare()
        for key, state in zip(self._keys, self.states, strict=True):
            if state.best.proved:
                self.pool.remember(key, state)
        return stopped

    def _compare(self) -> str | None:
        """Find the best plan without moves."""
        still = []
        for k, (cut, state) in enumerate(zip(self._cut, self.states, strict=True)):
            moves = (cut.permitted & (state.best.plan != cut.columns.current)).any()
            if not state.without.proved and state.best.proved and not moves:
                self.states[k] = replace(state, without=state.best)
            elif not state.without.proved:
                still.append(k)
        return self._solve("without", {k: self._task(k, False) for k in still})

    def _task(self, k: int, moves: bool) -> PartTask:
        return PartTask(self._cut[k], self.states[k].without.plan, moves, self.seed, self.deadline, self._goals)

    def _solve(self, which: str, tasks: dict[int, PartTask]) -> str | None:
        """Solve parts with moves or without; why that ended early, None if it did not."""
        if not tasks or time.time() >= self.deadline:
            return None

        def follow(states: Sequence[State | None]) -> None:
            for k, state in zip(tasks, states, strict=True):
                if state is not None:
                    self.states[k] = replace(self.states[k], **{which: state})
            self.report()

        states, stopped = self.pool.workers.run(solve_part, list(tasks.values()), self.deadline, follow)
        follow(states)
        return stopped


@cache
def versions() -> Mapping[str, str]:
    """Versions that a plan depends on."""
    named = {name: version(name) for name in ("allocator", "ortools")}
    return named | {"rules": RULES_VERSION, "python": platform.python_version()}


def checked_deadline(seed: int, workers: int | None, time_limit: float | None, pool: SolverPool | None) -> float:
    """Clock time at which a run that begins now has to stop, infinite for none.

    Raises
    ------
    ValueError
        When one of these arguments of a run is out of range.
    """
    if workers is not None and pool is not None:
        raise ValueError("workers: given beside a pool, which has its own")
    if time_limit is not None and not time_limit >= 0:
        raise ValueError(f"time_limit: {time_limit} found, expected seconds from 0")
    if seed < 0:
        raise ValueError(f"seed: {seed} found, expected a whole number from 0")
    return math.inf if time_limit is None else time.time() + time_limit


def allocate(
    force: Force,
    *,
    seed: int = 0,
    workers: int | None = None,
    time_limit: float | None = None,
    progress: Callable[[Progress], None] | None = None,
    pool: SolverPool | None = None,
    insist: Mapping[str, Collection[str]] | None = None,
    compare: bool = True,
) -> Result:
    """Decide who manages whom, and prove how good that is.

    Parameters
    ----------
    seed : int
        Feeds the engines; plans of equal value may differ with it.
    workers : int, optional
        Processes side by side; as many as there are cores unless given. The plan does not depend on it. Not together
        with ``pool``, which has its own.
    time_limit : float, optional
        Seconds after which the best plan so far is returned with its gap on every goal. Without one, each goal is
        worked on for a fixed effort, which proves all but the hardest.
    progress : callable, optional
        Told of every step forward.
    pool : SolverPool, optional
        Workers that are ready already, and what they have proved before. Without one, workers are started for this
        run alone.
    insist : mapping of str to collection of str, optional
        For some case_ids the officer_ids among whom the case has to be: the best plan of those in which it is.
    compare : bool
        Whether to find what the best plan without moves would reach too, where nothing is insisted on.

    Returns
    -------
    Result
        A plan that the solver-free check has recomputed. Ctrl-C ends the run early with the best plan so far, once
        there is a first one, which takes half a second at 10,000 cases.

    Raises
    ------
    InputError
        When the rules allow no plan with what is insisted on.
    Mismatch
        When model and check disagree: nothing is returned then.
    ValueError
        When an argument is out of range.
    """
    begun = time.time()
    deadline = checked_deadline(seed, workers, time_limit, pool)
    with use_pool(pool, workers) as ready, ready.lock:
        run = AllocationRun(force, ready, seed, deadline, progress, insist or {}, compare=compare)
        stopped = improved(run, deadline)
    best = run.plan
    return Result(
        plan=best,
        goals=run.goals,
        findings=verify(check(best), run.goals).findings,
        without_moves=sum_goals(GOALS, run.unplaced, [state.without for state in run.states]) if run.compares else (),
        seed=seed,
        seconds=time.time() - begun,
        versions=versions(),
        stopped=stopped,
    )


def least_excess(force: Force, pool: SolverPool, seed: int = 0) -> GoalValue:
    """Find the least excess that any plan of a force has, in cases; what the pool remembers is not solved again.

    Raises
    ------
    KeyboardInterrupt
        When it is cut short.
    """
    with pool.lock:
        run = AllocationRun(force, pool, seed, math.inf, None, {}, compare=False, goals=(Excess(),))
        if run.improve() is not None:
            raise KeyboardInterrupt
    return run.goals[1]
