"""What workers can do: each kind of job and question as one function of a task and what is at hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from allocator.app.actors import claimed
from allocator.app.job_results import kept_frontier, kept_result, kept_whatif, scenarios_of
from allocator.db.jobs import job_data
from allocator.db.snapshots import load
from allocator.db.store import Store
from allocator.domain.force import Force
from allocator.domain.plan import Plan
from allocator.domain.result import Progress
from allocator.reporting.documents import goal_document

if TYPE_CHECKING:
    from allocator.solver.pool import SolverPool

TELL_EVERY = 0.2  # seconds


@cache
def solver_pool() -> SolverPool:
    """A process beside this worker that solves: it is killed without loss when its time is up."""
    from allocator.solver.pool import SolverPool

    return SolverPool(1)


@dataclass(frozen=True, slots=True)
class JobTask:
    """What a worker is to do.

    Attributes
    ----------
    kind : str
        A job's kind, or that of a question.
    job_id : str or None
        None for a question.
    by : str
        Name of whoever asked.
    """

    kind: str
    parameters: Mapping[str, Any]
    job_id: str | None
    by: str

    @property
    def effort(self) -> dict[str, Any]:
        """Seed and time limit, as all that solves takes them."""
        return {"seed": self.parameters.get("seed", 0), "time_limit": self.parameters.get("time_limit")}


class JobContext:
    """What a task has at hand: forces that earlier tasks have read, and who is told progress as plain data."""

    def __init__(self, store: Store, forces: dict[str, Force], tell: Callable[[Mapping[str, Any]], None]) -> None:
        self.store, self._forces = store, forces
        self._tell, self._told = tell, 0.0

    @property
    def pool(self) -> SolverPool:
        """The process that solves."""
        return solver_pool()

    def force(self, task: JobTask) -> Force:
        """The force that a task is about: of its job, or a snapshot of the store."""
        name = task.parameters.get("snapshot")
        if name is None:
            with self.store.reading() as connection:
                return Force.model_validate(job_data(connection, str(task.job_id)), strict=False)
        if name not in self._forces:
            with self.store.reading() as connection:
                found = load(connection, name)
            self._forces[name] = found
            for old in list(self._forces)[:-3]:
                del self._forces[old]
        return self._forces[name]

    def progress(self, progress: Progress, name: str = "") -> None:
        """Tell where a run stands, not more often than anybody looks."""
        if time.monotonic() < self._told + TELL_EVERY:
            return
        self._told = time.monotonic()
        self._tell(
            {
                "plan": name,
                "goal": progress.goal,
                "parts_done": progress.parts_done,
                "parts": progress.parts,
                "goals": [goal_document(goal) for goal in progress.goals],
                "seconds": round(progress.seconds, 1),
            }
        )

    def futures(self, name: str, done: int, wanted: int) -> None:
        """Tell how many futures of a staffing are known."""
        self._tell({"plan": name, "futures": done, "wanted": wanted})

    def points(self, count: int, seconds: float) -> None:
        """Tell how many points of a frontier are known."""
        self._tell({"points": count, "seconds": round(seconds, 1)})


def _allocate(task: JobTask, context: JobContext) -> tuple[Any, str | None]:
    from allocator.solver.allocate import allocate

    result = allocate(context.force(task), progress=context.progress, pool=context.pool, **task.effort)
    return kept_result(result), result.stopped


def _whatif(task: JobTask, context: JobContext) -> tuple[Any, str | None]:
    from allocator.analysis.try_scenarios import try_scenarios

    answer = try_scenarios(
        context.force(task),
        scenarios_of(task.parameters["scenarios"]),
        progress=lambda name, progress: context.progress(progress, name),
        pool=context.pool,
        **task.effort,
    )
    return kept_whatif(answer), answer.stopped


def _frontier(task: JobTask, context: JobContext) -> tuple[Any, str | None]:
    from allocator.analysis.frontier import frontier

    found = frontier(
        context.force(task),
        first=task.parameters.get("first", 0),
        last=task.parameters.get("last"),
        progress=context.points,
        pool=context.pool,
        **task.effort,
    )
    return kept_frontier(found), found.stopped


def _planning(task: JobTask, context: JobContext) -> tuple[Any, str | None]:
    from allocator.compute import InProcessExecutor
    from allocator.planning.bound import Target
    from allocator.planning.forecast import forecast
    from allocator.planning.history import Rate
    from allocator.planning.runs import Futures, KeptFutures
    from allocator.planning.sensitivity import sensitivity
    from allocator.planning.settings import Planning
    from allocator.planning.sizing import size
    from allocator.planning.supply import Course
    from allocator.planning.training import plan_training
    from allocator.reporting.forecast import forecast_document, forecast_report
    from allocator.reporting.renderers.html import drawn_table
    from allocator.reporting.sizing import sizing_document, sizing_report
    from allocator.reporting.training import training_document, training_report

    asked, force = task.parameters, context.force(task)
    planning, rates = Planning.model_validate(asked["planning"]), tuple(Rate(*rate) for rate in asked["rates"])
    futures = Futures(
        InProcessExecutor(), KeptFutures(), seed=asked["seed"], horizon=asked["horizon"], progress=context.futures
    )
    if asked["question"] == "forecast":
        expected = forecast(force, planning, futures, asked["futures"])
        report, document = forecast_report(expected, rates), forecast_document(expected, rates)
        stopped = expected.stopped
    elif asked["question"] == "train":
        courses = [Course(date.fromisoformat(on), places) for on, places in asked["courses"]]
        training = plan_training(force, planning, courses, futures, asked["futures"])
        report, document = training_report(training, planning, rates), training_document(training, planning, rates)
        stopped = training.stopped
    else:
        target, most = Target(asked["excess"], asked["confidence"] / 100), asked["futures"]
        needed = size(force, planning, target, futures, most=most)
        varied = None
        if asked["sensitivity"] and not needed.stopped:
            varied = sensitivity(force, planning, target, futures, most)
            needed = replace(needed, stopped=varied is None)
        report = sizing_report(needed, planning, rates, varied)
        document, stopped = sizing_document(needed, planning, rates, varied), needed.stopped
    found = {
        "title": report.title,
        "says": list(report.sentences),
        "sections": [drawn_table(table) for table in report.tables],
        "document": document,
    }
    return found, "interrupted" if stopped else None


def _propose(task: JobTask, context: JobContext) -> tuple[Any, str | None]:
    from allocator.app.proposals import propose_plan

    proposed = propose_plan(
        context.store,
        claimed(task.by),
        cycle_id=task.parameters["cycle"],
        version=task.parameters.get("version"),
        keep=task.parameters.get("keep", False),
        progress=context.progress,
        pool=context.pool,
        **task.effort,
    )
    stopped = proposed.proposal.facts["stopped"]
    return {"cycle": proposed.cycle.id, "proposal": proposed.proposal.id}, stopped


def _why(task: JobTask, context: JobContext) -> tuple[Any, str | None]:
    from allocator.analysis.why import why
    from allocator.reporting.why import why_document

    force, officers = context.force(task), task.parameters.get("officers")
    plan = None if officers is None else Plan(force, tuple(officers))
    answer = why(force, task.parameters["case"], plan=plan, pool=context.pool)
    return why_document(task.parameters["hidden"].cut(answer), _goals(task)), None


def _why_not(task: JobTask, context: JobContext) -> tuple[Any, str | None]:
    from allocator.analysis.why_not import why_not
    from allocator.reporting.why_not import why_not_document

    force = context.force(task)
    answer = why_not(force, task.parameters["case"], task.parameters["officer"], pool=context.pool)
    return why_not_document(task.parameters["hidden"].cut(answer), _goals(task)), None


def _cover(task: JobTask, context: JobContext) -> tuple[Any, str | None]:
    from allocator.analysis.cover import explain_cover
    from allocator.solver.cover import solve_cover

    result = solve_cover(
        Plan.as_it_stands(context.force(task)), pool=context.pool, insist=task.parameters["insist"] or None
    )
    return task.parameters["hidden"].cut(explain_cover(result)), None


def _why_cover(task: JobTask, context: JobContext) -> tuple[Any, str | None]:
    from allocator.analysis.cover import why_cover
    from allocator.solver.cover import solve_cover

    result = solve_cover(
        Plan.as_it_stands(context.force(task)), pool=context.pool, insist=task.parameters["insist"] or None
    )
    return task.parameters["hidden"].cut(why_cover(result, task.parameters["case"], pool=context.pool)), None


def _goals(task: JobTask) -> Mapping[str, str]:
    """What the sentences of an answer call the goals: what pages do, where a page asks."""
    from allocator.reporting.goals import IN_FILES, ON_PAGES

    return ON_PAGES if task.parameters.get("on_page") else IN_FILES


def _import(task: JobTask, context: JobContext) -> tuple[Any, str | None]:
    from allocator.app.uploads import import_export

    return import_export(context.store, **task.parameters), None


WORK: Mapping[str, Callable[[JobTask, JobContext], tuple[Any, str | None]]] = {
    "allocate": _allocate,
    "whatif": _whatif,
    "frontier": _frontier,
    "propose": _propose,
    "planning": _planning,
    "why": _why,
    "why-not": _why_not,
    "cover": _cover,
    "why-cover": _why_cover,
    "import": _import,
}
