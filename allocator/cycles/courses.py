"""Course places: who should take the next ones, by what each place cures, verified by solving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allocator.analysis.compare import FindingPair, GoalPair, finding_pairs, goal_pairs
from allocator.domain.force import Force, Officer
from allocator.domain.result import Result

if TYPE_CHECKING:
    from allocator.solver.pool import SolverPool


@dataclass(frozen=True, slots=True)
class TrainingEffect:
    """What training one more officer would do to the best plan.

    Attributes
    ----------
    goals : tuple of GoalPair
        Of the best plan before, and with the officer trained.
    cured : tuple of FindingPair
        Excesses that shrink or vanish; those that grow elsewhere are among them with the second larger.
    placed : tuple of str
        Cases that have nobody before and somebody then.
    proven : bool
        Whether both plans are proved best.
    """

    officer: str
    division: str
    mosovo: str
    goals: tuple[GoalPair, ...]
    cured: tuple[FindingPair, ...]
    placed: tuple[str, ...]
    proven: bool

    @property
    def effect(self) -> tuple[int, ...]:
        """What is added to each goal."""
        return tuple(pair.difference for pair in self.goals)

    @property
    def cures(self) -> bool:
        """Whether the force is better off: the first goal that differs is less."""
        first = next((difference for difference in self.effect if difference), 0)
        return first < 0


@dataclass(frozen=True)
class CoursePlace:
    """One course place: who should take it, all earlier ones taken, and who else could, best first."""

    chosen: TrainingEffect
    others: tuple[TrainingEffect, ...]


@dataclass(frozen=True)
class CoursePlaces:
    """Course places in the order in which they help most.

    Attributes
    ----------
    base : Result
        The best plan as the force stands.
    asked : int
        Places asked for; fewer are ranked where fewer wait, or the run was stopped.
    stopped : bool
        Whether Ctrl-C, or a worker that was killed, ended the ranking.
    """

    base: Result
    places: tuple[CoursePlace, ...]
    asked: int
    stopped: bool


def rank_course_places(
    force: Force,
    places: int,
    *,
    seed: int = 0,
    pool: SolverPool | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CoursePlaces:
    """Rank who should take the next course places.

    Place after place, each officer who is not trained is tried by solving the force with them trained; whoever makes
    the best plan best, by the goals in strict order, takes the place. At equal effect those who await the course come
    first, then the id. What two together could do that neither does alone is not looked for.

    Parameters
    ----------
    places : int
        At least 1.
    seed, pool
        As in ``allocator.allocate``.
    progress : callable, optional
        Told how many solves are done, of how many.

    Returns
    -------
    CoursePlaces
        Ctrl-C keeps the places ranked so far, once there is the best plan of the force as it stands.

    Raises
    ------
    ValueError
        When there is no place.
    """
    from allocator.solver.allocate import allocate  # only whoever plans waits for the engines
    from allocator.solver.pool import use_pool

    if places < 1:
        raise ValueError(f"places: {places} found, expected a whole number from 1")
    waiting = [o for o in force.officers if not o.trained and o.serves and o.capacity > 0]
    rounds = min(places, len(waiting))
    done, count = 0, sum(len(waiting) - k for k in range(rounds))
    found: list[CoursePlace] = []
    with use_pool(pool) as ready:
        base = now = allocate(force, seed=seed, pool=ready)
        stopped = base.stopped is not None
        try:
            while len(found) < rounds and not stopped:
                tried = []
                for officer in waiting:
                    result = allocate(_with_trained(now.force, officer.officer_id), seed=seed, pool=ready)
                    stopped = result.stopped is not None
                    if stopped:  # half a ranking ranks nobody
                        break
                    tried.append((_effect(officer, now, result), result))
                    done += 1
                    if progress is not None:
                        progress(done, count)
                else:
                    tried.sort(key=lambda pair: (pair[0].effect, pair[0].mosovo != "awaiting", pair[0].officer))
                    chosen, now = tried[0]
                    found.append(CoursePlace(chosen, tuple(one for one, _ in tried[1:])))
                    waiting = [officer for officer in waiting if officer.officer_id != chosen.officer]
        except KeyboardInterrupt:  # between two solves, where no result can say so
            stopped = True
    return CoursePlaces(base, tuple(found), places, stopped)


def _with_trained(force: Force, officer_id: str) -> Force:
    officers = tuple(
        o.model_copy(update={"mosovo": "trained"}) if o.officer_id == officer_id else o for o in force.officers
    )
    return force.replace(officers=officers)


def _effect(officer: Officer, before: Result, after: Result) -> TrainingEffect:
    unplaced = {case.case_id for case in after.plan.actions["unplaced"]}
    return TrainingEffect(
        officer=officer.officer_id,
        division=officer.division,
        mosovo=officer.mosovo,
        goals=goal_pairs(before, after),
        cured=tuple(finding_pairs(before.excesses, after.excesses)),
        placed=tuple(c.case_id for c in before.plan.actions["unplaced"] if c.case_id not in unplaced),
        proven=before.proven and after.proven,
    )
