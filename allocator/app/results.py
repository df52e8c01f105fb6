"""What problems have found, as far as their owner may see it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from cachetools import TTLCache, cached

from allocator.analysis.explain import Explanation, explain
from allocator.app.actors import User, require
from allocator.app.job_results import read_frontier, read_result, read_whatif, scenarios_of
from allocator.app.placements import require_new, with_new_case, with_other_id
from allocator.app.problems import find_problem, require_as_seen
from allocator.app.staffing import planned
from allocator.app.view_scope import ViewScope
from allocator.app.views import ForceView, PlanView
from allocator.app.visibility import hidden_in
from allocator.db.jobs import Job, job_data, job_result
from allocator.db.snapshots import load
from allocator.db.store import Store
from allocator.domain.force import Force
from allocator.domain.plan import Plan
from allocator.domain.result import Result
from allocator.errors import NotThere
from allocator.files.digest import digest
from allocator.reporting.documents import finding_documents, goal_documents, placement_document
from allocator.reporting.frontier import frontier_document
from allocator.reporting.plan_files import plan_document
from allocator.reporting.recommend import recommendation_document
from allocator.reporting.scenarios import whatif_document

if TYPE_CHECKING:
    from allocator.analysis.frontier import Frontier
    from allocator.analysis.recommend import Recommendation
    from allocator.analysis.try_scenarios import WhatIf

T = TypeVar("T")


@dataclass(frozen=True)
class Solved(PlanView):
    """What an ``allocate`` job has found, as its owner sees it."""

    job: Job
    user: User
    report: Explanation

    @cached_property
    def scope(self) -> ViewScope:
        """What its owner sees: of a force that they sent, every division and every case."""
        own = "snapshot" not in self.job.parameters
        return ViewScope(aggregates=self.user.scope.aggregates) if own else self.user.scope

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.result.plan

    @property
    def result(self) -> Result:
        """The plan with its proof."""
        return self.report.result

    @property
    def document(self) -> dict[str, Any]:
        """The JSON of the plan."""
        return {
            **plan_document(self.hidden.cut(self.report)),
            "cases": [placement_document(self.plan, case) for case in self.cases],
        }

    @property
    def analysis(self) -> dict[str, Any]:
        """The JSON of goals, bounds and findings."""
        result = self.result
        return {
            "goals": goal_documents(result.goals),
            "without_moves": goal_documents(result.without_moves),
            "proven": result.proven,
            "stopped": result.stopped,
            "counts": {action: len(cases) for action, cases in result.plan.actions.items()},
            "findings": finding_documents(self.hidden.cut(result.findings)),
        }

    def recommendation(self, case_id: str) -> Any:
        """The JSON of who would be best for a case, all else as it stands.

        Raises
        ------
        NotThere
            When the case is not there for the person.
        """
        from allocator.analysis.recommend import recommend

        force = self.result.force
        answer = recommend(force, self.case(case_id).case_id)
        return recommendation_document(self.hidden.cut(answer))


def solved(store: Store, user: User, job_id: str) -> Solved:
    """Read what an ``allocate`` job of one's own has found.

    Raises
    ------
    NotThere
        When there is none, it is of another kind, or it has found nothing yet.
    """
    job = find_problem(store, user, job_id)
    if job.kind != "allocate":
        raise NotThere(f"A problem of kind {job.kind} has no plan of its own.")

    def read(force: Force, kept: Any) -> Explanation:
        return explain(read_result(force, kept), digest(force))

    return Solved(job, user, _found(store, job, user, read))


def result_document(store: Store, user: User, job: Job) -> Any:
    """The JSON of what a job has found: a plan, plans of scenarios, a frontier, or what to expect.

    Raises
    ------
    NotThere
        When it has found nothing yet.
    """
    match job.kind:
        case "whatif":
            return whatif_document(visible_whatif(store, job, user))
        case "frontier":
            return frontier_document(found_frontier(store, job, user))
        case "planning":
            return planned(store, user, job)["document"]
        case "propose":
            return {"cycle": job.parameters["cycle"], "plan": f"/v1/cycles/{job.parameters['cycle']}/plan"}
        case "allocate":
            return solved(store, user, job.id).document


def visible_whatif(store: Store, job: Job, user: User) -> WhatIf:
    """Read what a ``whatif`` job has found, as far as its owner may see it."""
    scenarios = scenarios_of(job.parameters["scenarios"])
    answer = _found(store, job, user, lambda force, kept: read_whatif(force, scenarios, kept))
    return hidden_in([one.result.plan for one in answer.all], user.scope).cut(answer)


def found_frontier(store: Store, job: Job, user: User) -> Frontier:
    """Read what a ``frontier`` job has found."""
    return _found(store, job, user, read_frontier)


def drawn_of(store: Store, job: Job, user: User) -> Mapping[str, Any]:
    """Read the charts of a ``whatif`` (``sections``) or ``frontier`` (``svg``) job.

    Work that was done by older versions has none.
    """
    kept = _kept(store, job, user)
    return {"sections": kept.get("sections", []), "svg": kept.get("svg", "")}


def recommended(seen: ForceView, case_id: str, new: Mapping[str, Any] | None = None) -> Recommendation:
    """Rank the officers for a case, or a new one that no export has yet, by the exact effect of giving it to them.

    Raises
    ------
    NotThere
        When the case is not there for the person.
    """
    from allocator.analysis.recommend import recommend

    require(seen.user, "ask")
    force, unseen = seen.force, seen.hidden
    if new is None:
        answer = recommend(force, seen.case(case_id).case_id, effects=seen.view.as_it_stands)
    else:
        case_id = case_id.strip()
        require_new(seen, new)
        if case_id in unseen.cases:
            # That a hidden case has this id is not told: it counts with its officer under another.
            other = secrets.token_hex(16)
            force = with_other_id(force, case_id, other)
            unseen = replace(unseen, cases=unseen.cases - {case_id} | {other})
        answer = recommend(with_new_case(force, case_id, new), case_id)
    return unseen.cut(answer)


def recommendation(seen: ForceView, case_id: str) -> Any:
    """The JSON of `recommended`."""
    return recommendation_document(recommended(seen, case_id))


def _found(store: Store, job: Job, user: User, read: Callable[[Force, Any], T]) -> T:
    """What a job has found, read and checked once; each look is logged, and refused once the force is purged."""
    kept, force = _kept(store, job, user), None
    with store.writing() as writing:
        writing.log.append(user.name, "read", {"of": "problem", "problem": job.id}, purpose="allocation")
        if "snapshot" in job.parameters:
            force = load(writing.connection, job.parameters["snapshot"])
    found: T = _read(store, job, force, kept, read)
    return found


@cached(TTLCache(maxsize=8, ttl=600), key=lambda store, job, *of: job.id, lock=Lock())
def _read(store: Store, job: Job, force: Force | None, kept: Any, read: Callable[[Force, Any], Any]) -> Any:
    if force is None:
        with store.reading() as connection:
            force = Force.model_validate(job_data(connection, job.id), strict=False)
    return read(force, kept)


def _kept(store: Store, job: Job, user: User) -> Any:
    require_as_seen(user, job)
    if not job.has_result:
        raise NotThere("This problem has no result yet." if not job.ended else "This problem ended without a result.")
    return _unpacked(store, job)


@cached(TTLCache(maxsize=8, ttl=600), key=lambda store, job: job.id, lock=Lock())
def _unpacked(store: Store, job: Job) -> Any:
    return job_result(store, job)
