"""Who to send on which course: each place to the officer whose training helps most over the futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from allocator.domain.force import Force
from allocator.errors import AllocatorError, InputError, Problem
from allocator.planning.intervals import mean_change
from allocator.planning.outcomes import Outcomes, outcomes_of
from allocator.planning.runs import Futures, Staffing
from allocator.planning.settings import Planning
from allocator.planning.supply import Course


@dataclass(frozen=True, slots=True)
class Sent:
    """One officer sent on one course.

    Attributes
    ----------
    course : int
        Position of the course by date.
    helps : (mean, low, high)
        Change of the burden in a cycle, against sending nobody in this place: excess, and cases with nobody.
    next_best : str or None
        Who would have been second.
    """

    course: int
    officer: str
    division: str
    helps: tuple[float, float, float]
    next_best: str | None


@dataclass(frozen=True)
class TrainingPlan:
    """Who to send when.

    Attributes
    ----------
    courses : tuple of Course
        By date, with whoever is to take their places.
    before, after : Outcomes
        With nobody sent on any of them, and with everybody sent as planned.
    """

    force: Force
    courses: tuple[Course, ...]
    sent: tuple[Sent, ...]
    before: Outcomes
    after: Outcomes
    futures: int
    stopped: bool


def plan_training(
    force: Force, planning: Planning, courses: Sequence[Course], futures: Futures, count: int
) -> TrainingPlan:
    """Fill course places one after another, in the order of their dates.

    For each place everybody who could take it is tried on the same futures; whoever takes most off the burden goes. At
    equal effect those who await the course come first, then the id. What two together could do that neither does alone
    is not looked for.

    Parameters
    ----------
    count : int
        Futures for each try.

    Returns
    -------
    TrainingPlan
        Ctrl-C ends it early with the places that are filled.

    Raises
    ------
    InputError
        When a course is before the first cycle or after the last.
    AllocatorError
        When it was stopped before anything was known.
    """
    last = force.cycle_date + timedelta(days=force.policy.cycle.days * (futures.horizon - 1))
    ordered = sorted(courses, key=lambda course: course.on)
    outside = [course for course in ordered if not force.cycle_date < course.on <= last]
    if outside:
        expected = f"a date after {force.cycle_date} and no later than the last cycle, {last}"
        raise InputError([Problem("courses", expected, value=course.on.isoformat()) for course in outside])
    chosen: list[list[str]] = [[] for _ in ordered]
    able = [o for o in force.officers if not o.trained and o.serves and o.capacity > 0]

    def run(filled: Sequence[Sequence[str]], name: str) -> Outcomes:
        named = tuple(
            replace(course, officers=tuple(officers), places=len(officers))
            for course, officers in zip(ordered, filled, strict=True)
        )
        return outcomes_of(futures.of(Staffing(name, force, force, planning, named), range(count)))

    try:
        before = now = run(chosen, "nobody sent")
    except KeyboardInterrupt:
        raise AllocatorError("It ended before the first future was known.") from None
    sent, stopped = [], False
    try:
        for k, course in enumerate(ordered):
            for _ in range(course.places):
                if not able:
                    break
                tried = []
                for officer in able:
                    filled = [[*names, *([officer.officer_id] if k == at else [])] for at, names in enumerate(chosen)]
                    outcomes = run(filled, f"{officer.officer_id} on {course.on}")
                    rank = sum(burden(outcomes)), officer.mosovo != "awaiting", officer.officer_id
                    tried.append((rank, officer, outcomes))
                tried.sort(key=lambda one: one[0])
                _, officer, outcomes = tried[0]
                helps = mean_change(burden(now), burden(outcomes))
                second = tried[1][1].officer_id if len(tried) > 1 else None
                sent.append(Sent(k, officer.officer_id, officer.division, helps, second))
                chosen[k].append(officer.officer_id)
                able = [other for other in able if other is not officer]
                now = outcomes
    except KeyboardInterrupt:
        stopped = True
    planned = tuple(replace(course, officers=tuple(names)) for course, names in zip(ordered, chosen, strict=True))
    return TrainingPlan(force, planned, tuple(sent), before, now, count, stopped)


def burden(outcomes: Outcomes) -> list[float]:
    """Excess and cases with nobody in a cycle, the mean of each future."""
    total = outcomes.of("excess") + outcomes.of("unplaced")
    return [float(value) for value in total.mean(axis=1)]
