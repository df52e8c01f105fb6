"""plan.json, and the JSON of a check: the report in the contract's words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allocator.analysis.officers import OfficerChange
from allocator.analysis.reasons import Move
from allocator.analysis.report import NewCase, Report, UnplacedCase
from allocator.caseloads import Caseload
from allocator.checking import Checked
from allocator.domain.plan import Finding, GoalValue
from allocator.reporting.sentences.plans import finding_sentence, move_sentence, new_case_sentence, unplaced_sentence


def plan_document(report: Report, source: str | None = None) -> dict[str, Any]:
    """Compose ``plan.json``.

    Parameters
    ----------
    report : Report
    source : str, optional
        Where the force was read from, so that it can be found again.

    Returns
    -------
    dict
        Plain data that JSON can hold, keys in the order in which people read them.
    """
    result, force = report.result, report.force
    return {
        "force": force.name,
        "cycle_date": force.cycle_date.isoformat(),
        "digest": report.digest,
        "source": source,
        "seed": result.seed,
        "seconds": round(result.seconds, 3),
        "stopped": result.stopped,
        "versions": dict(result.versions),
        "goals": [goal_document(goal) for goal in result.goals],
        "without_moves": [goal_document(goal) for goal in result.without_moves],
        "officers": [_officer(change) for change in report.officers],
        "moves": [_move(move) for move in report.moves],
        "new_cases": [_new(new) for new in report.new_cases],
        "unplaced": [_unplaced(case) for case in report.unplaced],
        "findings": _findings(result.findings),
        "policy": force.policy.model_dump(mode="json"),
    }


def check_document(checked: Checked) -> dict[str, Any]:
    """Compose the JSON of a check: goals, broken rules and findings."""
    return {
        "goals": [{"name": name, "value": value} for name, value in checked.goals.items()],
        "broken": _findings(checked.broken),
        "findings": _findings(checked.findings),
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """Put a finding with its facts beside its own fields, and its sentence last."""
    return {
        "rule": finding.rule,
        "kind": finding.kind,
        "amount": finding.amount,
        "officer": finding.officer,
        "case": finding.case,
        "premises": finding.premises,
        **finding.facts,
        "says": finding_sentence(finding),
    }


def caseload_document(caseload: Caseload) -> dict[str, Any]:
    """Compose the JSON of a caseload."""
    return {
        "cases": caseload.cases,
        "limit": caseload.limit,
        "high_risk": caseload.high_risk,
        "allowed": caseload.allowed,
        "share": caseload.share,
        "points": caseload.points,
        "fair_percent": caseload.fair_percent,
    }


def goal_document(goal: GoalValue) -> dict[str, Any]:
    """Compose the JSON of a goal: value, bound and proof."""
    return {"name": goal.name, "value": goal.value, "bound": goal.bound, "proven": goal.proven}


def _findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [finding_document(finding) for finding in findings]


def _officer(change: OfficerChange) -> dict[str, Any]:
    officer = change.officer
    return {
        "officer_id": officer.officer_id,
        "division": officer.division,
        "status": officer.status,
        "capacity": officer.capacity,
        "before": caseload_document(change.before),
        "after": caseload_document(change.after),
        "received": change.received,
        "given_up": change.given_up,
    }


def _move(move: Move) -> dict[str, Any]:
    instead = move.instead
    return {
        "case_id": move.case.case_id,
        "from_officer_id": move.case.officer,
        "officer_id": move.officer,
        "months": move.months,
        "disruption": move.cost,
        "receivers": move.receivers,
        "former": move.case.known_to(move.officer),
        "barred_by": list(move.bars),
        "if_it_stayed": instead
        and {
            "goal": instead.goal,
            "planned": instead.planned,
            "instead": instead.instead,
            "excesses": [{**finding_document(growth.finding), "planned": growth.first} for growth in instead.growths],
        },
        "says": move_sentence(move),
    }


def _new(new: NewCase) -> dict[str, Any]:
    return {
        "case_id": new.case.case_id,
        "officer_id": new.officer.officer.officer_id,
        "receivers": new.receivers,
        "former": new.case.known_to(new.officer.officer.officer_id),
        "says": new_case_sentence(new),
    }


def _unplaced(unplaced: UnplacedCase) -> dict[str, Any]:
    return {
        "case_id": unplaced.case.case_id,
        "from_officer_id": unplaced.case.officer,
        "still_with": unplaced.still_with,
        "says": unplaced_sentence(unplaced),
    }
