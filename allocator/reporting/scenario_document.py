"""The JSON of scenarios tried."""

from __future__ import annotations

from typing import Any

from allocator.analysis.try_scenarios import WITHOUT, ScenarioPlan, WhatIf
from allocator.reporting.comparison_document import comparison_document
from allocator.reporting.document import finding_document, goal_document
from allocator.reporting.sentences.scenarios import tried_sentence


def whatif_document(answer: WhatIf) -> dict[str, Any]:
    """Compose the JSON of scenarios beside the force as it is.

    Parameters
    ----------
    answer : WhatIf
    """
    force = answer.base.force
    return {
        "force": force.name,
        "cycle_date": force.cycle_date.isoformat(),
        "seconds": round(answer.seconds, 3),
        "stopped": answer.stopped,
        "plans": [_tried(tried) for tried in answer.all],
    }


def _tried(tried: ScenarioPlan) -> dict[str, Any]:
    spread, plan = tried.spread, tried.result.plan
    return {
        "name": tried.name,
        "comment": "" if tried.scenario is None else tried.scenario.comment,
        "changes": [] if tried.scenario is None else list(tried.scenario.says),
        "goals": [goal_document(goal) for goal in tried.result.goals],
        "cases": {action: len(cases) for action, cases in plan.actions.items()},
        "optional_moves": tried.optional_moves,
        "other_moves": tried.other_moves,
        "moves_by_division": tried.moves_by_division,
        "excess_by_division": tried.excess_by_division,
        "affected": list(tried.affected),
        "spread": spread
        and {
            "least": spread.least,
            "middle": spread.middle,
            "most": spread.most,
            "most_less_least": spread.most_less_least,
            "officers": dict(spread.shares),
        },
        "unplaced": [case.case_id for case in plan.actions["unplaced"]],
        "findings": [finding_document(finding) for finding in tried.result.findings if finding.kind == "excess"],
        "against_base": tried.comparison and comparison_document(tried.comparison, (WITHOUT, tried.name)),
        "says": tried_sentence(tried),
    }
