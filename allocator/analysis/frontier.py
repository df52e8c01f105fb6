"""How even workload can be made for how many moves that need not be: a plan for each number of them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from allocator.domain.force import Force
from allocator.solver.frontier import FrontierRun, Point
from allocator.solver.pool import SolverPool, use_pool


@dataclass(frozen=True)
class Frontier:
    """What each number of optional moves buys.

    Attributes
    ----------
    points : tuple of Point
        In order of moves.
    complete : bool
        Whether more moves than those of the last point would buy nothing, which is proved where that point is.
    stopped : str or None
        Why the run ended early, None if it did not.
    """

    force: Force
    points: tuple[Point, ...]
    complete: bool
    seconds: float
    stopped: str | None

    @property
    def knee(self) -> Point | None:
        """The point after which moves buy less than on average; None without points.

        Of the points with the least excess, the one whose fairness lies furthest below the straight line from the
        first to the last of them; of several, the one with fewest moves.
        """
        if not self.points:
            return None
        excess = min(point.goals[1].value for point in self.points)
        least = [point for point in self.points if point.goals[1].value == excess]
        first, last = least[0], least[-1]

        def below(point: Point) -> int:
            whole = (first.goals[2].value - point.goals[2].value) * (last.moves - first.moves)
            return whole - (first.goals[2].value - last.goals[2].value) * (point.moves - first.moves)

        return max(least, key=lambda point: (below(point), -point.moves))


def frontier(
    force: Force,
    *,
    first: int = 0,
    last: int | None = None,
    seed: int = 0,
    time_limit: float | None = None,
    progress: Callable[[int, float], None] | None = None,
    pool: SolverPool | None = None,
) -> Frontier:
    """Find for each number of optional moves the plan with least unplaced, excess, fairness and disruption, in order.

    Parameters
    ----------
    force : Force
        Its own ``max_moves`` is left aside.
    first, last : int
        Numbers of permitted cases that may move in each division (in the force where divisions cross). It ends
        earlier where more moves buy nothing, which without ``last`` is the only end.
    time_limit : float, optional
        Seconds after which what is known so far is returned.
    progress : callable, optional
        Told of the number of points known, and the seconds so far.

    Returns
    -------
    Frontier
        Ctrl-C keeps the points that are known.

    Raises
    ------
    Mismatch
        When model and check disagree.
    ValueError
        When an argument is out of range.
    """
    if first < 0 or (last is not None and last < first):
        raise ValueError(f"moves: {first}..{last} found, expected from 0 upwards")
    begun = time.time()
    deadline = math.inf if time_limit is None else begun + time_limit
    most = len(force.cases)  # nobody moves twice
    first, last = min(first, most), most if last is None else min(last, most)
    ascent = FrontierRun(force, first, last, seed, deadline)

    def look() -> None:
        if progress is not None:
            progress(ascent.reached, time.time() - begun)

    with use_pool(pool) as ready:
        stopped = ascent.climb(ready, look)
    points = tuple(ascent.point(k) for k in range(ascent.reached))
    return Frontier(force, points, ascent.complete, time.time() - begun, stopped)
