"""The HTML report of scenarios: goals, what was asked, and charts, every one with its table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allocator.analysis.try_scenarios import ScenarioPlan, WhatIf
from allocator.reporting.charts import bars_chart, spread_chart
from allocator.reporting.html import page
from allocator.reporting.sentences.scenarios import proof_sentences, stopped_sentence, tried_sentence


def whatif_html(answer: WhatIf, asked: int) -> bytes:
    """Compose the report.

    Parameters
    ----------
    answer : WhatIf
    asked : int
        Scenarios asked for.
    """
    force = answer.base.force
    stopped = stopped_sentence(answer, asked)
    header = ["plan", *(goal.name for goal in answer.base.result.goals), "moves", "officers affected"]
    return page(
        "whatif.html",
        force=force.name,
        cycle_date=force.cycle_date.isoformat(),
        warnings=[stopped] if stopped else [],
        proofs=proof_sentences(answer),
        goals={"header": header, "rows": [_goals(tried) for tried in answer.all]},
        scenarios=[_asked(tried) for tried in answer.tried],
        sections=sections_of(answer),
    )


def _goals(tried: ScenarioPlan) -> list[str]:
    values = [f"{goal.value:,}" + ("" if goal.proven else f" (at least {goal.bound:,})") for goal in tried.result.goals]
    return [tried.name, *values, f"{tried.optional_moves + tried.other_moves:,}", f"{len(tried.affected):,}"]


def _asked(tried: ScenarioPlan) -> dict[str, Any]:
    scenario = tried.scenario
    return {
        "name": tried.name,
        "comment": scenario.comment if scenario else "",
        "changes": scenario.says if scenario else (),
        "says": tried_sentence(tried),
        "affected": ", ".join(tried.affected),
        "unplaced": ", ".join(case.case_id for case in tried.result.plan.actions["unplaced"]),
    }


def sections_of(answer: WhatIf) -> Iterator[dict[str, Any]]:
    """Charts with the tables of the same figures.

    Parameters
    ----------
    answer : WhatIf

    Yields
    ------
    mapping
        ``title``, ``svg``, ``caption``, ``header``, ``rows``, and whether single ``officers`` are drawn.
    """
    excess = [(tried.name, tried.excess_by_division) for tried in answer.all]
    moves = [
        (tried.name, {"could have stayed": tried.optional_moves, "could not stay": tried.other_moves})
        for tried in answer.all
    ]
    moved = [(tried.name, tried.moves_by_division) for tried in answer.all]
    yield _bars("Excess by division", "cases above limits", excess)
    yield _bars("Moves", "current cases that go to another officer", moves)
    yield _bars("Moves by division", "current cases that go to another officer", moved)
    spreads = [(tried.name, tried.spread) for tried in answer.all if tried.spread is not None]
    yield {
        "title": "Spread of workload",
        "officers": True,
        "svg": spread_chart([(name, spread.shares) for name, spread in spreads]),
        "caption": "Workload in % of the fair share",
        "header": ["plan", "officers at work", "least", "middle", "most", "most less least"],
        "rows": [
            [name, str(len(s.shares)), f"{s.least}%", f"{s.middle}%", f"{s.most}%", str(s.most - s.least)]
            for name, s in spreads
        ],
    }


def _bars(title: str, axis: str, figures: list[tuple[str, dict[str, int]]]) -> dict[str, Any]:
    names = list(dict.fromkeys(name for _, counts in figures for name in counts))
    return {
        "title": title,
        "officers": False,
        "svg": bars_chart(title, axis, figures),
        "caption": f"{title}: {axis}",
        "header": ["plan", *names],
        "rows": [[plan, *(f"{counts.get(name, 0):,}" for name in names)] for plan, counts in figures],
    }
