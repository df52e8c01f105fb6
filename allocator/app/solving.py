"""Problems that people post, questions they ask, and what they may see of the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from cachetools import TTLCache, cached

from allocator.analysis.report import Report, explain
from allocator.app.job_results import read_frontier, read_result, read_whatif, scenarios_of
from allocator.app.naming import require_seen
from allocator.app.views import ForceView, NotThere, load_view, require
from allocator.db.accounts import User
from allocator.db.cycles import find_cycle, require_state
from allocator.db.jobs import Job, find_own_job, job_data, job_result, submit_job
from allocator.db.snapshots import load, save
from allocator.db.store import Store
from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding
from allocator.domain.result import Result
from allocator.errors import InputError, Problem
from allocator.files.digest import digest

if TYPE_CHECKING:
    from allocator.analysis.frontier import Frontier
    from allocator.analysis.recommend import Recommendation
    from allocator.analysis.try_scenarios import WhatIf

MOST_SCENARIOS = 4
T = TypeVar("T")
_AT_HAND: TTLCache[str, Any] = TTLCache(maxsize=8, ttl=600)
_TURN = Lock()


@dataclass(frozen=True)
class Solved:
    """What an ``allocate`` job has found, as its owner sees it.

    Attributes
    ----------
    job : Job
    user : User
    report : Report
    """

    job: Job
    user: User
    report: Report

    @property
    def result(self) -> Result:
        """The plan with its proof."""
        return self.report.result

    def sees(self, case: Case) -> bool:
        """Whether a case is there for the person."""
        plan = self.result.plan
        return self.user.scope.sees(plan.force, case, plan.officer_of[case.case_id])

    def shows(self, finding: Finding) -> bool:
        """Whether a finding is about somebody whom the person sees."""
        force = self.result.force
        if finding.case is not None:
            return self.sees(force.case_by_id[finding.case])
        if finding.officer is not None:
            return self.user.scope.sees_officer(force.officer_by_id[finding.officer])
        return not self.user.scope.aggregates or finding.kind != "note"


def post_force(
    store: Store, user: User, force: Force, *, seed: int, time_limit: float | None, key: str | None = None
) -> Job:
    """Post a force to be planned."""
    require(user, "solve")
    parameters = {"seed": seed, "time_limit": time_limit}
    return submit_job(store, user, "allocate", parameters, data=force.model_dump(mode="json"), key=key)


def post_present(store: Store, user: User, *, seed: int, time_limit: float | None, key: str | None = None) -> Job:
    """Plan the force as it stands, without a cycle."""
    parameters = {"snapshot": _snapshot(store, user), "seed": seed, "time_limit": time_limit}
    return submit_job(store, user, "allocate", parameters, key=key)


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
    return submit_job(store, user, "whatif", parameters, key=key)


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
    return submit_job(store, user, "frontier", parameters, key=key)


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
    require(user, "plan")
    seen = load_view(store, user, "propose", cycle_id=cycle_id, purpose="allocation")
    with store.reading() as connection:
        require_state(connection, find_cycle(connection, seen.cycle.id, version), "propose")
    parameters = {"cycle": cycle_id, "keep": keep, "seed": seed, "time_limit": time_limit}
    return submit_job(store, user, "propose", parameters, key=key)


def find_problem(store: Store, user: User, job_id: str) -> Job:
    """Find a problem of one's own.

    Raises
    ------
    NotThere
        When there is none.
    """
    require(user, "own")
    try:
        return find_own_job(store, user, job_id)
    except InputError:
        raise NotThere("There is no such problem.") from None


def solved(store: Store, job: Job, user: User) -> Solved:
    """Read what an ``allocate`` job has found.

    Raises
    ------
    NotThere
        When it has found nothing yet.
    """
    return Solved(
        job, user, _found(store, job, user, lambda force, kept: explain(read_result(force, kept), digest(force)))
    )


def tried(store: Store, job: Job, user: User) -> WhatIf:
    """Read what a ``whatif`` job has found."""
    scenarios = scenarios_of(job.parameters["scenarios"])
    return _found(store, job, user, lambda force, kept: read_whatif(force, scenarios, kept))


def found_frontier(store: Store, job: Job, user: User) -> Frontier:
    """Read what a ``frontier`` job has found."""
    return _found(store, job, user, read_frontier)


def drawn_of(store: Store, job: Job) -> Mapping[str, Any]:
    """Read the charts of a ``whatif`` (``sections``) or ``frontier`` (``svg``) job.

    Work that was done by older versions has none.
    """
    kept = _kept(store, job)
    return {"sections": kept.get("sections", []), "svg": kept.get("svg", "")}


def recommended(seen: ForceView, case_id: str, new: Mapping[str, Any] | None = None) -> Recommendation:
    """Rank the officers for a case by the exact effect of giving it to them.

    Parameters
    ----------
    seen : Standing
    case_id : str
    new : mapping, optional
        Columns of a case that no export has yet.

    Raises
    ------
    NotThere
        When the case is not there for the person.
    """
    from allocator.analysis.recommend import recommend
    from allocator.db.placing import with_new_case

    require(seen.user, "ask")
    if new is not None:
        # Whether a hidden case has this id already is not told here; placing it would be refused.
        force, case_id = seen.force, case_id.strip()
        if not seen.sees_id(case_id):
            force = force.replace(cases=tuple(case for case in force.cases if case.case_id != case_id))
        return recommend(with_new_case(force, case_id, new), case_id)
    return recommend(seen.force, seen.case(case_id).case_id, effects=seen.view.as_it_stands)


def _snapshot(store: Store, user: User) -> str:
    """Keep the force as it stands, so that a job can plan it."""
    seen = load_view(store, user, "problem", purpose="allocation")
    with store.writing() as writing:
        return save(writing.connection, seen.force)


def _found(store: Store, job: Job, user: User, read: Callable[[Force, Any], T]) -> T:
    """What a job has found, read and checked once; each look is logged, and refused once the force is purged."""
    kept, force = _kept(store, job), None
    with store.writing() as writing:
        writing.log.append(user.name, "read", {"of": "problem", "problem": job.id}, purpose="allocation")
        if "snapshot" in job.parameters:
            force = load(writing.connection, job.parameters["snapshot"])
    with _TURN:
        found: T | None = _AT_HAND.get(job.id)
    if found is None:
        if force is None:
            with store.reading() as connection:
                force = Force.model_validate(job_data(connection, job.id), strict=False)
        found = read(force, kept)
        with _TURN:
            _AT_HAND[job.id] = found
    return found


def _kept(store: Store, job: Job) -> Any:
    if not job.has_result:
        raise NotThere("This problem has no result yet." if not job.ended else "This problem ended without a result.")
    return _unpacked(store, job)


@cached(TTLCache(maxsize=8, ttl=600), key=lambda store, job: job.id, lock=Lock())
def _unpacked(store: Store, job: Job) -> Any:
    return job_result(store, job)
