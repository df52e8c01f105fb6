"""JSON of cycles, their changes and histories: plain data in the order in which people read it."""

from __future__ import annotations

from typing import Any

from allocator.analysis.effects import Effect
from allocator.cycles.difference import ForceDifference
from allocator.cycles.history import History, HistoryEntry
from allocator.cycles.staleness import Staleness
from allocator.db.log_reading import LogEntry
from allocator.db.people import ReductionView
from allocator.db.proposals import Override
from allocator.db.queries import CycleDetails, CycleSummary
from allocator.domain.result import Result
from allocator.reporting.document import finding_document, goal_document


def difference_document(difference: ForceDifference) -> list[dict[str, Any]]:
    """Compose the JSON of what one snapshot has other than another."""
    return [
        {"table": c.table, "id": c.name, "kind": c.kind, "column": c.column, "before": c.before, "after": c.after}
        for c in difference.changes
    ]


def proposal_document(cycle_id: int, state: str, result: Result) -> dict[str, Any]:
    """Compose the JSON of a plan that was just frozen."""
    return {
        "cycle": cycle_id,
        "state": state,
        "goals": [goal_document(goal) for goal in result.goals],
        "without_moves": [goal_document(goal) for goal in result.without_moves],
        "counts": {action: len(cases) for action, cases in result.plan.actions.items()},
        "seed": result.seed,
        "seconds": result.seconds,
        "stopped": result.stopped,
        "versions": dict(result.versions),
    }


def override_document(override: Override, effect: Effect | None = None) -> dict[str, Any]:
    """Compose the JSON of a placement that a person decided, with its price."""
    document: dict[str, Any] = {
        "case_id": override.case_id,
        "officer_id": override.officer_id,
        "instead_of": override.instead_of,
        "reason": override.reason,
        "note": override.note,
        "exemption": override.exemption,
        "rules": list(override.rules),
        "price": dict(override.effect),
        "by": override.by,
        "at": override.at.isoformat(),
    }
    if effect is not None:
        document["excesses"] = [
            {**finding_document(pair.finding), "before": pair.first, "after": pair.second} for pair in effect.excesses
        ]
    return document


def staleness_document(stale: Staleness) -> dict[str, Any]:
    """Compose the JSON of what has overtaken a plan, and which placements that touches."""
    return {
        "rules": None if stale.rules is None else dict(zip(("then", "now"), stale.rules, strict=True)),
        "differences": difference_document(stale.difference),
        "touched": [
            {
                "case_id": one.case_id,
                "officer_id": one.officer_id,
                "action": one.action,
                "case_changes": difference_document(ForceDifference(one.case_changes)),
                "officer_changes": difference_document(ForceDifference(one.officer_changes)),
                "barred_by": list(one.bars),
            }
            for one in stale.touched
        ],
    }


def cycle_document(shown: CycleDetails) -> dict[str, Any]:
    """Compose the JSON of a cycle as it stands."""
    cycle, proposal = shown.cycle, shown.proposal
    document: dict[str, Any] = {
        "cycle": cycle.id,
        "cycle_date": cycle.cycle_date.isoformat(),
        "state": cycle.state,
        "version": cycle.version,
        "follows": cycle.follows_id,
        "snapshot": cycle.snapshot_id,
        "digest": shown.digest,
        "events": [{"act": e.act, "by": e.actor, "at": e.at.isoformat()} for e in shown.events],
        "expiring": [
            {"officer_id": r.officer, "percent": r.percent, "to": r.ends and r.ends.isoformat(), "cycles": count}
            for count, r in shown.expiring
        ],
        "plan": None,
        "stale": None if shown.stale is None else staleness_document(shown.stale),
    }
    if proposal is not None:
        document["plan"] = {
            **proposal_document(cycle.id, cycle.state, proposal.result),
            "proposed_by": proposal.proposed_by,
            "proposed_at": proposal.proposed_at.isoformat(),
            "digest": proposal.digest,
            "kept": len(proposal.insist),
            "overrides": [override_document(override) for override in proposal.overrides],
            "findings": [finding_document(finding) for finding in proposal.checked.findings],
            "cases": [
                {
                    "case_id": case.case_id,
                    "officer_id": officer,
                    "action": proposal.plan.action(case),
                    "from_officer_id": case.officer,
                }
                for case, officer in proposal.plan
            ],
        }
    return document


def listed_document(listed: CycleSummary) -> dict[str, Any]:
    """Compose the JSON of one cycle in a list."""
    return {
        "cycle": listed.cycle.id,
        "cycle_date": listed.cycle.cycle_date.isoformat(),
        "state": listed.cycle.state,
        "follows": listed.cycle.follows_id,
        "officers": listed.officers,
        "cases": listed.cases,
        "goals": dict(listed.goals),
        "moved": listed.moved,
        "placed": listed.placed,
        "unplaced": listed.unplaced,
    }


def history_document(history: History) -> dict[str, Any]:
    """Compose the JSON of what is known of a case or an officer."""
    return {
        "name": history.name,
        "now": history.now,
        "since": None if history.since is None else history.since.isoformat(),
        "holds": history.holds,
        "entries": [_entry(entry) for entry in history.entries],
    }


def _entry(entry: HistoryEntry) -> dict[str, Any]:
    facts = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in entry.facts.items()}
    return {
        **facts,
        "cycle": entry.cycle_id,
        "cycle_date": entry.cycle_date.isoformat(),
        "state": entry.state,
        "kind": entry.kind,
    }


def entry_document(entry: LogEntry) -> dict[str, Any]:
    """Compose the JSON of an entry of the audit log."""
    return {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "by": entry.actor,
        "act": entry.act,
        "cycle": entry.cycle_id,
        "purpose": entry.purpose,
        "details": entry.details,
        "before": entry.before,
        "after": entry.after,
    }


def reduced_document(one: ReductionView) -> dict[str, Any]:
    """Compose the JSON of a reduction of capacity, as one person may see it."""
    reduction = one.reduction
    return {
        "officer_id": reduction.officer,
        "division": one.division,
        "percent": reduction.percent,
        "from": reduction.starts.isoformat(),
        "to": None if reduction.ends is None else reduction.ends.isoformat(),
        "reason": one.reason,
        "running": one.running,
        "ends_in_cycles": one.ends_in,
    }
