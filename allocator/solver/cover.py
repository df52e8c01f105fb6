"""Cover, solved: a valid cover at once, parts improved side by side, the whole checked before anyone sees it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np

from allocator.checking import check_cover
from allocator.domain.cover import Cover, CoverResult, cases_to_cover
from allocator.domain.plan import GoalValue, Plan
from allocator.domain.result import Progress
from allocator.errors import InputError, Problem, meant
from allocator.rules.columns import NOBODY, Ints
from allocator.rules.cover import COVER_GOALS
from allocator.rules.cover.columns import CoverColumns
from allocator.rules.cover.who_may import cover_bar
from allocator.solver.allocate import checked_deadline, versions
from allocator.solver.assemble import assemble_officers, improved, progress_of, sum_goals, verify
from allocator.solver.cover_model import SOLVED, CoverTally
from allocator.solver.parts import connected_parts
from allocator.solver.pool import SolverPool, key_of, use_pool
from allocator.solver.state import State


@dataclass(frozen=True)
class CoverTask:
    """One part to be solved from a valid cover."""

    columns: CoverColumns
    start: Ints
    seed: int
    deadline: float


def prove_part(task: CoverTask, tell: Callable[[State], None]) -> State:
    """Work on one part, in a worker."""
    from allocator.solver.cover_solver import CoverSolver  # the engines are loaded only where a solve happens

    return CoverSolver(task.columns, task.start, task.seed, task.deadline, tell).run()


def start_cover(columns: CoverColumns) -> Ints:
    """A valid cover: who covers now goes on; others go where they add least strain, then loss, then load."""
    percent = columns.policy.cover.percent
    cover = np.full(len(columns.case_ids), NOBODY)
    room, room_high = (
        100 * np.maximum(most - held, 0)
        for most, held in ((columns.limit, columns.held), (columns.allowed, columns.held_high))
    )
    carried, weight = columns.held_points * 100, percent * columns.points * columns.points_unit
    share = np.maximum(columns.thresholds[:, -1], 1)
    goes_on = (columns.before != NOBODY) & columns.choices[np.arange(len(cover)), columns.before]
    for case in np.lexsort((-weight, columns.choices.sum(axis=1), ~goes_on)).tolist():
        able = np.flatnonzero(columns.choices[case])
        above = np.maximum(percent - room[able], 0) + columns.high[case] * np.maximum(percent - room_high[able], 0)
        above = above + 100 * (columns.grave[case] & ~columns.trained[able])
        load = (carried[able] + weight[case]) / share[able]
        best = able[np.lexsort((load, columns.disruption[case, able], above))[0]]
        who = cover[case] = columns.before[case] if goes_on[case] else best
        carried[who] += weight[case]
        room[who] = max(0, room[who] - percent)
        room_high[who] = max(0, room_high[who] - percent * columns.high[case])
    return cover


class CoverRun:
    """One cover on its way: the parts that can be decided alone, and where each stands."""

    def __init__(
        self,
        plan: Plan,
        pool: SolverPool,
        seed: int,
        deadline: float,
        progress: Callable[[Progress], None] | None,
        insist: Mapping[str, Collection[str]],
    ) -> None:
        self._plan, self._pool, self._seed, self._deadline = plan, pool, seed, deadline
        self._progress, self._begun = progress, time.time()
        self.columns = insist_on(plan, CoverColumns(plan), insist)
        columns = self.columns
        self._uncovered = int(COVER_GOALS[0].objective(CoverTally(columns, np.zeros(0, dtype=np.int64))))
        able = columns.choices.any(axis=1)
        first = np.where(able, columns.choices.argmax(axis=1) if columns.choices.size else 0, NOBODY)
        self._parts = connected_parts(len(columns.officer_ids), columns.choices[able], first)
        self._cut = [columns.part(part.officers, part.cases) for part in self._parts]
        self._keys = [key_of(vars(cut), seed, "cover") for cut in self._cut]
        self.states = [pool.recall(key) or _start(cut) for key, cut in zip(self._keys, self._cut, strict=True)]
        self.report()

    @property
    def cover(self) -> Cover:
        """What the parts make together."""
        of = assemble_officers(self.columns, self._parts, [state.plan for state in self.states])
        return Cover(self._plan, tuple(of[case.case_id] for case in cases_to_cover(self._plan)))

    @property
    def goals(self) -> tuple[GoalValue, ...]:
        """Values and bounds of the whole."""
        return sum_goals(COVER_GOALS, self._uncovered, self.states)

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return all(state.proved for state in self.states)

    def report(self) -> None:
        """Report where the run stands."""
        if self._progress is not None:
            self._progress(progress_of(self.states, SOLVED, self.goals, time.time() - self._begun))

    def improve(self) -> str | None:
        """Work on all parts; why that ended early, None if it did not."""
        work = [k for k, state in enumerate(self.states) if not state.proved]
        if not work or time.time() >= self._deadline:
            return None

        def follow(states: Sequence[State | None]) -> None:
            for k, state in zip(work, states, strict=True):
                self.states[k] = state or self.states[k]
            self.report()

        tasks = [CoverTask(self._cut[k], self.states[k].plan, self._seed, self._deadline) for k in work]
        states, stopped = self._pool.workers.run(prove_part, tasks, self._deadline, follow)
        follow(states)
        for key, state in zip(self._keys, self.states, strict=True):
            if state.proved:
                self._pool.remember(key, state)
        return stopped


def _start(columns: CoverColumns) -> State:
    cover = start_cover(columns)
    values = CoverTally(columns, cover).values()
    open_ = (columns.choices.sum(axis=1) > 1).any()
    return State(cover, values, (0,) * len(SOLVED) if open_ else values)


def insist_on(plan: Plan, columns: CoverColumns, insist: Mapping[str, Collection[str]]) -> CoverColumns:
    """The same where some cases, by case_id, have to be covered by one of some officers, by officer_id.

    Raises
    ------
    InputError
        When an id is unknown, or none of the officers may cover the case.
    """
    if not insist:
        return columns
    place = {case_id: k for k, case_id in enumerate(columns.case_ids)}
    position = {officer_id: k for k, officer_id in enumerate(columns.officer_ids)}
    force, narrowed, problems = plan.force, copy(columns), []
    narrowed.choices = columns.able.copy()
    for case_id, officers in insist.items():
        unknown = [officer_id for officer_id in officers if officer_id not in position]
        for officer_id in unknown:
            advice = meant(officer_id, position)
            problems.append(Problem("insist", "an officer of the force", value=officer_id, maybe=advice))
        if case_id not in place:
            known = case_id in force.case_by_id
            expected = "a case whose officer is absent" if known else "a case to cover"
            problems.append(Problem("insist", expected, value=case_id, maybe=None if known else meant(case_id, place)))
        elif not unknown:
            wanted = np.zeros(len(position), dtype=np.bool_)
            wanted[[position[officer_id] for officer_id in officers]] = True
            narrowed.choices[place[case_id]] &= wanted
            if not narrowed.choices[place[case_id]].any():
                case = force.case_by_id[case_id]
                bars = {name: cover_bar(force, force.officer_by_id[name], case) for name in officers}
                why = ", ".join(f"{name} is barred by {rule}" for name, rule in bars.items() if rule is not None)
                expected = f"somebody who may cover case {case_id}{f': {why}' if why else ''}"
                problems.append(Problem("insist", expected, value=", ".join(officers)))
    if problems:
        raise InputError(problems)
    return narrowed


def solve_cover(
    plan: Plan,
    *,
    seed: int = 0,
    workers: int | None = None,
    time_limit: float | None = None,
    progress: Callable[[Progress], None] | None = None,
    pool: SolverPool | None = None,
    insist: Mapping[str, Collection[str]] | None = None,
) -> CoverResult:
    """Decide who covers the cases of officers who are absent, and prove how good that is. No relationship moves.

    Parameters
    ----------
    plan : Plan
        Says whose each case is; ``Plan.as_it_stands(force)`` where there is none.
    seed, workers, time_limit, progress, pool
        As for `allocate`.
    insist : mapping of str to collection of str, optional
        For some case_ids the officer_ids among whom the coverer has to be.

    Returns
    -------
    CoverResult
        Cover that the solver-free check has recomputed. Ctrl-C ends the run early with the best cover so far.

    Raises
    ------
    InputError
        When what is insisted on is not allowed.
    Mismatch
        When model and check disagree: nothing is returned then.
    ValueError
        When an argument is out of range.
    """
    begun = time.time()
    deadline = checked_deadline(seed, workers, time_limit, pool)
    with use_pool(pool, workers) as ready, ready.lock:
        run = CoverRun(plan, ready, seed, deadline, progress, insist or {})
        stopped = improved(run, deadline)
    found = run.cover
    checked = verify(check_cover(found), run.goals)
    asked = {case: tuple(officers) for case, officers in (insist or {}).items()}
    return CoverResult(found, run.goals, checked.findings, seed, time.time() - begun, versions(), stopped, asked)
