"""How many officers, and what to expect: asked on a page or through the interface, worked out as a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from allocator.access.accounts import User
from allocator.errors import InputError, Problem
from allocator.jobs.queue import Job, result_of, submit
from allocator.planner.future import alone
from allocator.planner.history import Rate
from allocator.planner.inputs import assumption_problems, from_history
from allocator.planner.settings import Planning
from allocator.service.standing import NotThere, present, require
from allocator.store.snapshots import save
from allocator.store.store import Store

QUESTIONS = ("forecast", "size")
MOST_FUTURES = 500
LONGEST = 65  # cycles


def assumed(store: Store, user: User, changes: Mapping[str, Any]) -> tuple[Planning, tuple[Rate, ...]]:
    """What is assumed: rates of the store's own cycles where there are enough, and over them what somebody changes.

    Parameters
    ----------
    store : Store
    user : User
    changes : mapping
        Nested tables as ``--assume`` takes them.

    Raises
    ------
    InputError
        With everything that is wrong about the changes.
    """
    planning, rates = from_history(store, Planning(), by=user.name)
    try:
        changed = Planning.model_validate(_over(planning.model_dump(), changes))
    except ValidationError as error:
        raise InputError(assumption_problems("assumptions", error)) from None
    return changed, rates


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(below)
    for key, value in above.items():
        old = both.get(key)
        both[key] = _over(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return both


def post_planning(
    store: Store,
    user: User,
    question: str,
    *,
    horizon: int = 26,
    futures: int = 16,
    confidence: float = 95.0,
    excess: int = 0,
    assumptions: Mapping[str, Any] | None = None,
    seed: int = 0,
    key: str | None = None,
) -> Job:
    """Ask what to expect, or how many officers are needed; of the divisions that are the person's business.

    Raises
    ------
    InputError
        With everything that is wrong about the question.
    """
    require(user, "solve")
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
        problems.append(Problem("question", "forecast or size", value=question[:40]))
    if problems:
        raise InputError(problems)
    planning, rates = assumed(store, user, assumptions or {})
    seen = present(store, user, "staffing", purpose="planning")
    force = seen.force if user.sight.divisions is None else alone(seen.force, user.sight.divisions)
    with store.writing() as writing:
        snapshot = save(writing.connection, force)
    parameters = {
        "question": question,
        "snapshot": snapshot,
        "horizon": horizon,
        "futures": futures,
        "confidence": confidence,
        "excess": excess,
        "planning": planning.model_dump(),
        "rates": [[r.division, r.key, r.count, r.value, r.low, r.high] for r in rates],
        "seed": seed,
    }
    return submit(store, user, "planning", parameters, key=key)


def planned(store: Store, job: Job) -> Mapping[str, Any]:
    """Read what a ``planning`` job has found.

    Returns
    -------
    mapping
        ``title``, ``says``, ``sections`` (each with ``title``, ``caption``, ``header``, ``rows``, and its ``chart`` as
        plain data) and ``document``.

    Raises
    ------
    NotThere
        When it is of another kind, or has no result.
    """
    found = result_of(store, job) if job.kind == "planning" else None
    if found is None:
        raise NotThere("There is no such result.")
    return dict(found)
