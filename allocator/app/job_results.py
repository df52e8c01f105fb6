"""What jobs find, as plain data that can be kept, and back again: checked once more whenever it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from allocator.analysis.scenario import Scenario, apply_scenario
from allocator.analysis.scenario_files import scenario_of
from allocator.checking import check
from allocator.domain.force import Force
from allocator.domain.plan import GoalValue, Plan
from allocator.domain.result import Result, rules_of
from allocator.errors import InputError, Problem
from allocator.reporting.documents import goal_document

if TYPE_CHECKING:
    from allocator.analysis.frontier import Frontier
    from allocator.analysis.try_scenarios import CoverOutcome, WhatIf


DEEPEST = 20  # a scenario is nested six deep at most


def kept_result(result: Result) -> dict[str, Any]:
    """Put a result as plain data, without its force."""
    return {
        "officers": list(result.plan.officers),
        "goals": [goal_document(goal) for goal in result.goals],
        "without_moves": [goal_document(goal) for goal in result.without_moves],
        "seed": result.seed,
        "seconds": round(result.seconds, 3),
        "versions": dict(result.versions),
        "stopped": result.stopped,
    }


def read_result(force: Force, kept: Mapping[str, Any]) -> Result:
    """Read a result back, as `kept_result` gave it, with the force that was planned."""
    plan = Plan(force, tuple(kept["officers"]))
    return Result(
        plan=plan,
        goals=_values(kept["goals"]),
        findings=check(plan).findings,
        without_moves=_values(kept["without_moves"]),
        seed=kept["seed"],
        seconds=kept["seconds"],
        versions={**kept["versions"], "rules": rules_of(kept["versions"])},
        stopped=kept["stopped"],
    )


def kept_whatif(answer: WhatIf) -> dict[str, Any]:
    """Put scenarios tried as plain data, with their charts."""
    from allocator.reporting.renderers.html import drawn_table
    from allocator.reporting.scenarios import whatif_tables

    return {
        # Whoever may not see single officers is shown no chart that draws them.
        "sections": [
            {**drawn_table(table), "officers": table.chart is not None and table.chart.kind == "spread"}
            for table in whatif_tables(answer)
        ],
        "plans": [kept_result(tried.result) for tried in answer.all],
        "covers": [_kept_cover(tried.cover) for tried in answer.all],
        "seconds": round(answer.seconds, 3),
        "stopped": answer.stopped,
    }


def _kept_cover(cover: CoverOutcome | None) -> dict[str, Any] | None:
    if cover is None:
        return None
    goals = [goal_document(goal) for goal in cover.goals]
    return {"uncovered": cover.uncovered, "officers": cover.officers, "goals": goals}


def _read_cover(kept: Mapping[str, Any] | None) -> CoverOutcome | None:
    from allocator.analysis.try_scenarios import CoverOutcome

    return None if kept is None else CoverOutcome(kept["uncovered"], kept["officers"], _values(kept["goals"]))


def read_whatif(force: Force, scenarios: Sequence[Scenario], kept: Mapping[str, Any]) -> WhatIf:
    """Read scenarios tried back."""
    from allocator.analysis.try_scenarios import WhatIf, describe_plan

    covers = kept.get("covers") or [None] * len(kept["plans"])  # earlier versions found none
    base = describe_plan(None, read_result(force, kept["plans"][0]), cover=_read_cover(covers[0]))
    tried = []
    for scenario, one, cover in zip(scenarios, kept["plans"][1:], covers[1:], strict=False):
        result = read_result(apply_scenario(force, scenario), one)
        tried.append(describe_plan(scenario, result, base.result.plan, _read_cover(cover)))
    return WhatIf(base, tuple(tried), kept["seconds"], kept["stopped"])


def kept_frontier(found: Frontier) -> dict[str, Any]:
    """Put a frontier as plain data, with its chart, whose points lead to their plans."""
    from allocator.reporting.frontier import frontier_chart
    from allocator.reporting.renderers.charts import draw

    return {
        "svg": draw(frontier_chart(found), "?point={}#plan") if found.points else "",
        "points": [
            {
                "moves": point.moves,
                "moved": point.moved,
                "goals": [goal_document(goal) for goal in point.goals],
                "officers": list(point.plan.officers),
            }
            for point in found.points
        ],
        "complete": found.complete,
        "seconds": round(found.seconds, 3),
        "stopped": found.stopped,
    }


def read_frontier(force: Force, kept: Mapping[str, Any]) -> Frontier:
    """Read a frontier back."""
    from allocator.analysis.frontier import Frontier
    from allocator.solver.frontier import Point

    points = tuple(
        Point(p["moves"], p["moved"], _values(p["goals"]), Plan(force, tuple(p["officers"]))) for p in kept["points"]
    )
    return Frontier(force, points, kept["complete"], kept["seconds"], kept["stopped"])


def scenarios_of(documents: Sequence[Mapping[str, Any]]) -> list[Scenario]:
    """Read scenarios from plain data, each labelled with its place.

    Raises
    ------
    InputError
        With every problem of all of them.
    """
    found, problems = list[Scenario](), list[Problem]()
    for k, document in enumerate(documents, 1):
        if _deeper(document, DEEPEST):
            problems.append(Problem(f"scenario {k}", "lists and tables that are not nested so deep"))
            continue
        try:
            found.append(scenario_of(document, f"scenario {k}"))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def _deeper(value: Any, deepest: int) -> bool:
    """Whether lists and tables are nested deeper than that."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return deepest < 0 or any(_deeper(one, deepest - 1) for one in inner)


def _values(goals: Sequence[Mapping[str, Any]]) -> tuple[GoalValue, ...]:
    return tuple(GoalValue(**goal) for goal in goals)
