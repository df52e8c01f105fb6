"""The JSON of a diagnosis."""

from __future__ import annotations

from typing import Any

from allocator.analysis.blocks import Member
from allocator.analysis.cures import Cure
from allocator.analysis.diagnose import Diagnosis
from allocator.reporting.document import finding_document, goal_document
from allocator.reporting.sentences.diagnosing import (
    blocked_case_sentence,
    blocked_excess_sentence,
    cure_sentence,
    head_sentence,
    member_sentence,
    stopped_sentence,
)


def diagnosis_document(diagnosis: Diagnosis) -> dict[str, Any]:
    """Compose the JSON of a diagnosis.

    Parameters
    ----------
    diagnosis : Diagnosis
    """
    force = diagnosis.force
    return {
        "force": force.name,
        "cycle_date": force.cycle_date.isoformat(),
        "goals": [goal_document(goal) for goal in diagnosis.result.goals],
        "unplaced": [
            {
                "case_id": blocked.case.case_id,
                "risk": blocked.case.risk,
                "members": [_member(member) for member in blocked.members],
                "cures": [_cure(cure) for cure in blocked.cures],
                "says": blocked_case_sentence(blocked),
            }
            for blocked in diagnosis.cases
        ],
        "excesses": [
            {
                **finding_document(blocked.finding),
                "members": [_member(member) for member in blocked.members],
                "proved": blocked.proved,
                "cures": [_cure(cure) for cure in blocked.cures],
                "says": blocked_excess_sentence(blocked),
            }
            for blocked in diagnosis.excesses
        ],
        "stopped": diagnosis.stopped,
        "says": " ".join(filter(None, (head_sentence(diagnosis), stopped_sentence(diagnosis)))),
    }


def _member(member: Member) -> dict[str, Any]:
    return {
        "rule": member.rule,
        "officer": member.officer,
        "premises": member.premises,
        **member.facts,
        "says": member_sentence(member),
    }


def _cure(cure: Cure) -> dict[str, Any]:
    own = cure.scenario.layers[-1]
    changes = [
        {"what": change.id, **change.model_dump(mode="json", by_alias=True, exclude_defaults=True)}
        for change in own.changes
    ]
    return {
        "policy": own.policy,
        "change": changes,
        "goal": cure.goal,
        "before": cure.before,
        "after": cure.after,
        "says": cure_sentence(cure),
    }
