"""What documents have in common: findings, caseloads and goals as JSON can hold them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from allocator.analysis.compare import GoalPair
from allocator.caseloads import Caseload
from allocator.domain.force import Case
from allocator.domain.plan import Finding, GoalValue, Plan
from allocator.reporting.words import finding_sentence


def picked(of: object, *names: str) -> dict[str, Any]:
    """Some of what an object holds, by name."""
    return {name: getattr(of, name) for name in names}


def finding_document(finding: Finding) -> dict[str, Any]:
    """Put a finding with its facts beside its own fields, and its sentence last."""
    own = picked(finding, "rule", "kind", "amount", "officer", "case", "premises")
    return {**own, **finding.facts, "says": finding_sentence(finding)}


def finding_documents(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Put findings one by one."""
    return [finding_document(finding) for finding in findings]


def placement_document(plan: Plan, case: Case) -> dict[str, Any]:
    """Compose the JSON of where a plan has a case."""
    return {
        "case_id": case.case_id,
        "officer_id": plan.officer_of[case.case_id],
        "action": plan.action(case),
        "from_officer_id": case.officer,
    }


def caseload_document(caseload: Caseload) -> dict[str, Any]:
    """Compose the JSON of a caseload."""
    return picked(caseload, "cases", "limit", "high_risk", "allowed", "share", "points", "fair_percent")


def goal_document(goal: GoalValue) -> dict[str, Any]:
    """Compose the JSON of a goal: value, bound and proof."""
    return picked(goal, "name", "value", "bound", "proven")


def goal_documents(goals: Iterable[GoalValue]) -> list[dict[str, Any]]:
    """Compose the JSON of goals, in strict order."""
    return [goal_document(goal) for goal in goals]


def change_documents(pairs: Sequence[GoalPair]) -> list[dict[str, Any]]:
    """Compose the JSON of what changes of each goal."""
    return [
        {"name": pair.name, "before": pair.first, "after": pair.second, "change": pair.difference} for pair in pairs
    ]
