"""The JSON of answers about one case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allocator.analysis.compare import GoalPair
from allocator.analysis.effects import Candidate, Effect
from allocator.analysis.recommend import Recommendation
from allocator.analysis.why import Why
from allocator.analysis.why_not import WhyNot
from allocator.reporting.comparison_document import comparison_document
from allocator.reporting.document import caseload_document, finding_document, goal_document
from allocator.reporting.sentences.asking import (
    effect_sentence,
    recommendation_sentences,
    relation_words,
    why_not_sentences,
    why_sentences,
)
from allocator.reporting.sentences.goals import IN_FILES


def recommendation_document(answer: Recommendation) -> dict[str, Any]:
    """Compose the JSON of a recommendation."""
    return {
        "case_id": answer.case.case_id,
        "officer": answer.case.officer,
        "pinned_by": list(answer.pins),
        "candidates": [_candidate(one) | _replanned(answer, one) for one in answer.candidates],
        "more": answer.more,
        "barred": [{"officer_id": officer.officer_id, "rules": list(rules)} for officer, rules in answer.barred],
        "stopped": answer.stopped,
        "says": list(recommendation_sentences(answer)),
    }


def why_not_document(answer: WhyNot, goals: Mapping[str, str] = IN_FILES) -> dict[str, Any]:
    """Compose the JSON of why not; its sentences call goals as ``goals`` has it."""
    names = ("best plan", "insisting")
    return {
        "case_id": answer.case.case_id,
        "officer_id": answer.officer.officer_id,
        "barred_by": list(answer.bars),
        "best": answer.best and [goal_document(goal) for goal in answer.best.goals],
        "insisting": answer.insisted and [goal_document(goal) for goal in answer.insisted.goals],
        "proven": answer.proven,
        "comparison": answer.comparison and comparison_document(answer.comparison, names),
        "says": list(why_not_sentences(answer, goals)),
    }


def why_document(answer: Why, goals: Mapping[str, str] = IN_FILES) -> dict[str, Any]:
    """Compose the JSON of why; its sentences call goals as ``goals`` has it."""
    price = answer.price
    return {
        "case_id": answer.case.case_id,
        "action": answer.action,
        "officer_id": answer.officer,
        "from_officer_id": answer.case.officer,
        "barred_by": list(answer.bars),
        "pinned_by": list(answer.pins),
        "months": answer.months,
        "cost": answer.cost,
        "if_it_stayed": answer.staying and _effect(answer.staying),
        "relations": [
            {
                "case_id": relation.case.case_id,
                "months": relation.months,
                "cost": relation.cost,
                **_effect(relation.effect),
                "says": relation_words(relation),
            }
            for relation in answer.relations
        ],
        "others": [_candidate(one) for one in answer.others],
        "barred": dict(answer.barred),
        "nobody_can": answer.nobody and finding_document(answer.nobody),
        "otherwise": price
        and {
            "stays": price.stays,
            "goals": _pairs(price.goals),
            "proven": price.result.proven,
            "officer_id": price.result.plan.officer_of[answer.case.case_id],
        },
        "best": [goal_document(goal) for goal in answer.best.goals],
        "behind": answer.behind and answer.behind.name,
        "broken": [finding_document(finding) for finding in answer.broken],
        "says": list(why_sentences(answer, goals)),
    }


def _candidate(one: Candidate) -> dict[str, Any]:
    return {
        "officer_id": one.officer.officer_id,
        "stays": one.stays,
        "former": one.knows,
        **_effect(one.effect),
        "before": caseload_document(one.before),
        "after": caseload_document(one.after),
        "says": effect_sentence(one),
    }


def _replanned(answer: Recommendation, one: Candidate) -> dict[str, Any]:
    found = answer.replanned.get(one.officer.officer_id)
    if found is None:
        return {}
    return {"replanned": {"goals": _pairs(found.goals), "proven": found.result.proven, "other_moves": found.others}}


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "goals": _pairs(effect.goals),
        "excesses": [
            {"before": pair.first, "after": pair.second, **finding_document(pair.finding)} for pair in effect.excesses
        ],
    }


def _pairs(pairs: Sequence[GoalPair]) -> list[dict[str, Any]]:
    return [
        {"name": pair.name, "before": pair.first, "after": pair.second, "change": pair.difference} for pair in pairs
    ]
