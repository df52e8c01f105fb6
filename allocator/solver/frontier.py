"""What each number of optional moves buys: fairness before disruption, one part after the other in the workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from allocator.checking import check
from allocator.domain.force import Force
from allocator.domain.plan import GoalValue, Plan
from allocator.rules.base import Goal
from allocator.rules.columns import Columns, Ints
from allocator.rules.goals import GOALS
from allocator.rules.ledger import Ledger
from allocator.solver.assemble import assemble_plan, sum_goals, verify
from allocator.solver.greedy import greedy_plan
from allocator.solver.parts import Choices, choices, split_into_parts, with_max_moves
from allocator.solver.pool import SolverPool
from allocator.solver.state import SOLVED, State

# What is asked is how even workload can be made, so that fairness comes before disruption.
FAIREST: tuple[Goal, ...] = (SOLVED[0], SOLVED[2], SOLVED[1])


@dataclass(frozen=True)
class ClimbTask:
    """One part whose moves are allowed one by one; cases and officers are those of the part alone.

    Attributes
    ----------
    open_to : Choices
        Under a policy with some budget of moves, so that what draws on one budget is in one part.
    start : (cases,) ints
        A valid plan that moves nobody who may stay.
    first, last : int
        Moves allowed from and to; fewer where more buy nothing.
    """

    open_to: Choices
    start: Ints
    first: int
    last: int
    seed: int
    deadline: float


@dataclass(frozen=True)
class ClimbProgress:
    """Where a part stands.

    Attributes
    ----------
    points : tuple of State
        One for each number of moves allowed, from ``Climb.first``; goals in the order of `FAIREST`.
    top : bool
        Whether more moves than the last would buy nothing, which is proved where the last point is.
    """

    points: tuple[State, ...] = ()
    top: bool = False

    def at(self, k: int) -> State | None:
        """The point of the k-th number of moves, None while it is not known."""
        if k < len(self.points):
            return self.points[k]
        return self.points[-1] if self.top else None


def climb_part(task: ClimbTask, tell: Callable[[ClimbProgress], None]) -> ClimbProgress:
    """Work on one part, in a worker: first without a bound on moves, then with more and more of them."""
    from allocator.solver.goals import PartSolver  # the engines are loaded only where a solve happens

    def solved(moves: int, start: Ints) -> State:
        pinned = task.open_to.pinned | (task.open_to.permitted & (moves == 0))
        open_to = replace(task.open_to, columns=with_max_moves(task.open_to.columns, moves), pinned=pinned)
        return PartSolver(open_to, start, seed=task.seed, deadline=task.deadline, goals=FAIREST).run()

    most = len(task.start)
    highest = solved(most, task.start)
    height, start = ClimbProgress(), task.start
    for moves in range(task.first, max(task.first, min(task.last, most)) + 1):
        point = solved(moves, start)
        start = point.plan
        if time.time() >= task.deadline and not point.proved:
            break
        top = point.values <= highest.values
        if top and not highest.proved:  # more moves may buy more: what is proved of any number holds of this point
            point = replace(point, bounds=highest.bounds)
        height = ClimbProgress((*height.points, point), top)
        tell(height)
        if height.top:
            break
    return height


@dataclass(frozen=True)
class Point:
    """The best plan for one number of optional moves.

    Attributes
    ----------
    moves : int
        Permitted cases of each home (of the force where divisions cross) that may move.
    moved : int
        Permitted cases of the whole force that do.
    goals : tuple of GoalValue
        unplaced, excess, fairness, disruption: in the order in which they were minimised.
    plan : Plan
        Of the force under a policy with that number as ``max_moves``; checked.
    """

    moves: int
    moved: int
    goals: tuple[GoalValue, ...]
    plan: Plan


class FrontierRun:
    """All parts of a force on their way up, from the fewest moves allowed to the most."""

    def __init__(self, force: Force, first: int, last: int, seed: int, deadline: float) -> None:
        budgeted = force.policy.merge({"relationship": {"max_moves": max(1, last)}})
        self.force, self.first = force, first
        self.open_to = choices(Columns(force.replace(policy=budgeted)))
        self.parts = split_into_parts(self.open_to)
        self.heights = [ClimbProgress() for _ in self.parts]
        self._cuts = [self.open_to.part(part) for part in self.parts]
        self._tasks = [ClimbTask(cut, greedy_plan(cut), first, last, seed, deadline) for cut in self._cuts]
        self._deadline = deadline

    @property
    def complete(self) -> bool:
        """Whether more moves than those of the last point would buy nothing anywhere."""
        return all(height.top for height in self.heights)

    @property
    def reached(self) -> int:
        """Number of points known for every part."""
        longest = max((len(height.points) for height in self.heights), default=1)
        return longest if self.complete else min(len(h.points) for h in self.heights if not h.top)

    def climb(self, pool: SolverPool, look: Callable[[], None]) -> str | None:
        """Work on all parts; why that ended early, None if it did not."""

        def follow(heights: Sequence[ClimbProgress | None]) -> None:
            self.heights = [new or old for new, old in zip(heights, self.heights, strict=True)]
            look()

        with pool.lock:
            heights, stopped = pool.workers.run(climb_part, self._tasks, self._deadline, follow)
        follow(heights)
        if stopped is None and time.time() >= self._deadline and not self.complete:
            return "time limit"
        return stopped

    def point(self, k: int) -> Point:
        """The k-th point of the whole force, checked."""
        states = [height.at(k) for height in self.heights]
        known = [state for state in states if state is not None]
        moves = self.first + k
        force = self.force.replace(policy=self.force.policy.merge({"relationship": {"max_moves": moves}}))
        plan = assemble_plan(force, self.open_to, self.parts, [state.plan for state in known])
        goals = sum_goals((GOALS[0], *FAIREST), GOALS[0].value(Ledger(plan)), known)
        verify(check(plan), goals)
        pairs = zip(self._cuts, known, strict=True)
        moved = sum(int((cut.permitted & (state.plan != cut.columns.current)).sum()) for cut, state in pairs)
        return Point(moves, moved, goals, plan)
