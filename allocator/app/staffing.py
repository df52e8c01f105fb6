"""How many officers, what to expect, who to train: asked on a page or through the interface, worked out as a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any

from pydantic import ValidationError

from allocator.app.actors import User, require
from allocator.app.problems import post_job, require_as_seen
from allocator.app.rates import rates_from_history
from allocator.app.views import load_view
from allocator.db.jobs import Job, job_result
from allocator.db.snapshots import keep
from allocator.db.store import Store
from allocator.domain.setting_paths import merge
from allocator.errors import InputError, NotThere, Problem
from allocator.planning.future import cut_divisions
from allocator.planning.history import Rate
from allocator.planning.inputs import assumption_problems, planning_problems
from allocator.planning.settings import Planning
from allocator.planning.supply import Course

QUESTIONS = ("forecast", "size", "train")
MOST_FUTURES = 500
LONGEST = 65  # cycles
MOST_COURSES, MOST_PLACES = 20, 50  # dates, and places of them together


Assumed = tuple[Planning, tuple[Rate, ...]]


def assumed(store: Store, user: User) -> Assumed:
    """What is assumed: rates of the store's own cycles where there are enough; of divisions that are one's business."""
    planning, rates = rates_from_history(store, user, Planning())
    if user.scope.divisions is None:
        return planning, rates
    own = {name: table for name, table in planning.divisions.items() if name in user.scope.divisions}
    hidden = tuple(f"divisions.{name}." for name in planning.divisions if name not in own)
    seen = tuple(rate for rate in rates if not (hidden and rate.setting.startswith(hidden)))
    return planning.model_copy(update={"divisions": own}), seen


def _changed(planning: Planning, changes: Mapping[str, Any]) -> Planning:
    """What is assumed, with what somebody changes: nested tables as ``--assume`` takes them."""
    try:
        return Planning.model_validate(merge(planning.model_dump(), changes))
    except ValidationError as error:
        raise InputError(assumption_problems("assumptions", error)) from None


def post_planning(
    store: Store,
    user: User,
    question: str,
    *,
    horizon: int = 26,
    futures: int = 16,
    confidence: float = 95.0,
    excess: int = 0,
    sensitivity: bool = False,
    courses: Sequence[Course] = (),
    assumptions: Mapping[str, Any] | None = None,
    known: Assumed | None = None,
    seed: int = 0,
    key: str | None = None,
) -> Job:
    """Ask what to expect, how many officers are needed, or who to train; of the divisions that are one's business.

    Parameters
    ----------
    horizon : int
        Cycles.
    futures : int
        At most for one staffing.
    confidence : float
        Percent of futures in which the target is to be kept.
    excess : int
        Tolerated in a division.
    sensitivity : bool
        Whether to vary one assumption after another.
    courses : sequence of Course
        Whose places are to be filled.
    assumptions : mapping, optional
        Changes, nested tables as ``--assume`` takes them.
    known : Assumed, optional
        What is assumed before them, where it has been looked up already.
    key : str, optional
        Asked again with it, the job is the same.

    Raises
    ------
    InputError
        With everything that is wrong about the question.
    """
    require(user, "solve")
    if question == "train":
        require(user, "officers")  # whom to send names them
    problems = []
    for name, value, low, high in (
        ("horizon", horizon, 2, LONGEST),
        ("futures", futures, 1, MOST_FUTURES),
        ("confidence", confidence, 50, 99.9),
        ("excess", excess, 0, 10_000),
    ):
        if not low <= value <= high:
            problems.append(Problem(name, f"a number from {low} to {high:,}", value=f"{value}"))
    if question not in QUESTIONS:
        problems.append(Problem("question", "forecast, size or train", value=question[:40]))
    if question == "train" and not 0 < len(courses) <= MOST_COURSES:
        problems.append(Problem("courses", f"from 1 to {MOST_COURSES} dates of courses", value=f"{len(courses)}"))
    if (places := sum(course.places for course in courses)) > MOST_PLACES:
        problems.append(Problem("courses", f"at most {MOST_PLACES} places together", value=f"{places:,}"))
    if problems:
        raise InputError(problems)
    before, rates = known or assumed(store, user)
    planning = _changed(before, assumptions or {})
    seen = load_view(store, user, "staffing", purpose="planning")
    force = seen.force if user.scope.divisions is None else cut_divisions(seen.force, user.scope.divisions)
    if problems := planning_problems(force, planning, horizon, "assumptions"):
        raise InputError(problems)
    parameters = {
        "question": question,
        "snapshot": keep(store, force),
        "horizon": horizon,
        "futures": futures,
        "confidence": confidence,
        "excess": excess,
        "planning": planning.model_dump(),
        "sensitivity": sensitivity,
        "courses": [[course.on.isoformat(), course.places] for course in courses],
        "rates": [list(astuple(rate)) for rate in rates],
        "seed": seed,
    }
    return post_job(store, user, "planning", parameters, key=key)


def planned(store: Store, user: User, job: Job) -> Mapping[str, Any]:
    """Read what a ``planning`` job has found.

    Returns
    -------
    mapping
        ``title``, ``says``, ``sections`` (each with ``title``, ``caption``, ``header``, ``rows``, and its chart as
        ``svg``, which work done by older versions does not have) and ``document``.

    Raises
    ------
    NotThere
        When it is of another kind, has no result, or its owner sees less now than when they asked.
    """
    require_as_seen(user, job)
    found = job_result(store, job) if job.kind == "planning" else None
    if found is None:
        raise NotThere("There is no such result.")
    return dict(found)
