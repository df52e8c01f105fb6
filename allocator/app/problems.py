"""Problems that people post: queued as jobs, found, listed and stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allocator.app.actors import User, require
from allocator.app.acts import require_act, require_state
from allocator.app.job_results import scenarios_of
from allocator.app.naming import require_seen
from allocator.app.view_scope import ViewScope
from allocator.app.views import load_view
from allocator.db.cycles import find_cycle
from allocator.db.jobs import Job as Job
from allocator.db.jobs import JobKind, ask_to_stop, find_job, list_jobs, submit_job
from allocator.db.jobs import count_waiting as count_waiting
from allocator.db.jobs import oldest_waiting as oldest_waiting
from allocator.db.leases import end_leases as end_leases
from allocator.db.snapshots import keep, load
from allocator.db.store import Store
from allocator.db.vouching import require_logged_rows
from allocator.domain.force import Force
from allocator.errors import InputError, NotThere, Problem

MOST_SCENARIOS = 4  # beside each other
MOST_ARRIVING = 20_000  # cases, in all of them


def post_force(
    store: Store, user: User, force: Force, *, seed: int, time_limit: float | None, key: str | None = None
) -> Job:
    """Post a force to be planned."""
    require(user, "solve")
    parameters = {"seed": seed, "time_limit": time_limit}
    return post_job(store, user, "allocate", parameters, data=force.model_dump(mode="json"), key=key)


def post_present(store: Store, user: User, *, seed: int, time_limit: float | None, key: str | None = None) -> Job:
    """Plan the force as it stands, without a cycle."""
    require(user, "solve")
    parameters = {"snapshot": _snapshot(store, user), "seed": seed, "time_limit": time_limit}
    return post_job(store, user, "allocate", parameters, key=key)


def post_whatif(
    store: Store,
    user: User,
    documents: Sequence[Mapping[str, Any]],
    *,
    seed: int = 0,
    time_limit: float | None = None,
    key: str | None = None,
) -> Job:
    """Try up to four scenarios beside the force as it stands.

    Raises
    ------
    InputError
        With every problem of every scenario, before anything is computed.
    """
    require(user, "solve")
    if not 1 <= len(documents) <= MOST_SCENARIOS:
        raise InputError([Problem("scenarios", f"1 to {MOST_SCENARIOS} scenarios", value=str(len(documents)))])
    found = scenarios_of(documents)
    arriving = sum(change.arriving() for one in found for layer in one.layers for change in layer.changes)
    if arriving > MOST_ARRIVING:
        raise InputError([Problem("scenarios", f"at most {MOST_ARRIVING:,} new cases together", value=f"{arriving:,}")])
    snapshot = _snapshot(store, user)
    from allocator.analysis.try_scenarios import apply_scenarios

    with store.reading() as connection:
        force = load(connection, snapshot)
    require_seen(force, user.scope, found)
    apply_scenarios(force, found)
    parameters = {
        "snapshot": snapshot,
        "scenarios": [dict(document) for document in documents],
        "seed": seed,
        "time_limit": time_limit,
    }
    return post_job(store, user, "whatif", parameters, key=key)


def post_frontier(
    store: Store,
    user: User,
    *,
    first: int = 0,
    last: int | None = None,
    seed: int = 0,
    time_limit: float | None = None,
    key: str | None = None,
) -> Job:
    """Find how even workload can be made for how many moves.

    Raises
    ------
    InputError
        When the numbers of moves make no sense.
    """
    require(user, "solve")
    if first < 0 or (last is not None and last < first):
        raise InputError([Problem("moves", "from 0 upwards, the last not below the first", value=f"{first}..{last}")])
    parameters = {
        "snapshot": _snapshot(store, user),
        "first": first,
        "last": last,
        "seed": seed,
        "time_limit": time_limit,
    }
    return post_job(store, user, "frontier", parameters, key=key)


def post_proposal(
    store: Store,
    user: User,
    cycle_id: int,
    *,
    keep: bool = False,
    seed: int = 0,
    time_limit: float | None = None,
    version: int | None = None,
    key: str | None = None,
) -> Job:
    """Plan a cycle.

    Raises
    ------
    Conflict
        When its state does not allow it, or it was changed meanwhile.
    """
    require_act(user, "propose")
    seen = load_view(store, user, "propose", cycle_id=cycle_id, purpose="allocation")
    with store.reading() as connection:
        cycle = find_cycle(connection, seen.cycle.id, version)
        require_state(connection, cycle, "propose")
    # It is planned as it is now: a job that is done once cannot be done again later.
    parameters = {"cycle": cycle_id, "version": cycle.version, "keep": keep, "seed": seed, "time_limit": time_limit}
    return post_job(store, user, "propose", parameters, key=key)


def find_problem(store: Store, user: User, job_id: str) -> Job:
    """Find a problem of one's own.

    Raises
    ------
    NotThere
        When there is none.
    """
    require(user, "own")
    with store.reading() as connection:
        job = find_job(connection, job_id)
        require_logged_rows(connection, f"problems {job.id}")
    if job.owner_id != user.id:
        raise NotThere("There is no such problem.")
    return job


def own_problems(store: Store, user: User, *, offset: int = 0, limit: int = 50) -> tuple[tuple[Job, ...], int]:
    """List one's own problems, newest first, and how many there are in all."""
    require(user, "own")
    return list_jobs(store, user.id, offset=offset, limit=limit)


def stop_work(store: Store, user: User, job_id: str) -> Job:
    """Stop a problem of one's own early; the best plan so far is kept.

    Raises
    ------
    NotThere
        When there is none.
    """
    require(user, "solve")
    job = find_problem(store, user, job_id)
    return ask_to_stop(store, job, by=user.name)


def post_job(
    store: Store, user: User, kind: JobKind, parameters: Mapping[str, Any], *, data: Any = None, key: str | None = None
) -> Job:
    """Put a job of somebody at the end of the queue; asked again with the same key, the job is the same."""
    scope = user.scope
    seen = {
        "divisions": None if scope.divisions is None else sorted(scope.divisions),
        "officer_id": scope.officer_id,
        "aggregates": scope.aggregates,
    }
    return submit_job(store, user.id, kind, {**parameters, "seen": seen}, by=user.name, data=data, key=key)


def require_as_seen(user: User, job: Job) -> None:
    """Refuse what a job has found to whoever sees less now than when it was asked for.

    Earlier versions did not keep what its owner saw: it is taken for everything.

    Raises
    ------
    NotThere
    """
    seen = dict(job.parameters.get("seen", {}))
    if seen.get("divisions") is not None:
        seen["divisions"] = frozenset(seen["divisions"])
    if not ViewScope(**seen).within(user.scope):
        raise NotThere("This was found when you saw more of the force than now.", maybe="ask for it again.")


def _snapshot(store: Store, user: User) -> str:
    """Keep the force as it stands, so that a job can plan it."""
    seen = load_view(store, user, "problem", purpose="allocation")
    return keep(store, seen.force)
