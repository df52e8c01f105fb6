"""What a commit leaves behind: who manages whom, what was decided, and the figures of officers and divisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, delete, select

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.officers import OfficerChange
from allocator.db.cycles import Cycle
from allocator.db.proposals import Proposal
from allocator.db.snapshots import load, pack
from allocator.db.tables import caseloads, decisions, divisions, exemptions, holdings, insert_rows
from allocator.rules import LIMITS

_CASELOAD = frozenset(limit.id for limit in LIMITS if limit.to_officer)


def write_holdings(connection: Connection, wanted: Mapping[str, tuple[str, date]]) -> tuple[str, str]:
    """Write who manages whom: officer and beginning for each case_id. Only rows that differ are touched.

    Returns
    -------
    (before, after)
        Digests of all that is held.
    """
    held = read_holdings(connection)
    gone = [case_id for case_id in held if held[case_id] != wanted.get(case_id)]

    new = [
        {"case_id": case_id, "officer_id": officer_id, "since": since}
        for case_id, (officer_id, since) in wanted.items()
        if held.get(case_id) != (officer_id, since)
    ]
    for start in range(0, len(gone), 500):
        connection.execute(delete(holdings).where(holdings.c.case_id.in_(gone[start : start + 500])))
    insert_rows(connection, holdings, new)
    return holdings_digest(held), holdings_digest(wanted)


def read_holdings(connection: Connection) -> dict[str, tuple[str, date]]:
    """Officer and beginning of every relationship, as of the last commit or undo."""
    return {row.case_id: (row.officer_id, row.since) for row in connection.execute(select(holdings))}


def holdings_digest(held: Mapping[str, tuple[str, date]]) -> str:
    """SHA-256 of who manages whom, and since when."""
    return pack([[case_id, *map(str, held[case_id])] for case_id in sorted(held)])[0]


def keep_decisions(connection: Connection, cycle: Cycle, ledger: CachedLedger, why: Mapping[str, str]) -> None:
    """Keep what the plan does with each case that does not simply stay, and why."""
    rows: list[dict[str, Any]] = []
    for case, officer_id in ledger.plan:
        action = ledger.plan.action(case)
        if action != "kept" or case.case_id in why:  # a case that a person kept where it is has a row too
            had = case.officer is not None
            rows.append(
                {
                    "cycle_id": cycle.id,
                    "case_id": case.case_id,
                    "action": action,
                    "officer_id": officer_id,
                    "from_officer_id": case.officer,
                    "since": case.since,
                    "months": ledger.months(case) if had else None,
                    "why": why[case.case_id],
                }
            )
    insert_rows(connection, decisions, rows)


def kept_reasons(connection: Connection, cycle_id: int) -> dict[str, str]:
    """Codes of the reasons that a commit kept and told; empty before one."""
    query = select(decisions.c.case_id, decisions.c.why).where(decisions.c.cycle_id == cycle_id)
    return {row.case_id: row.why for row in connection.execute(query)}


def keep_exemptions(connection: Connection, cycle: Cycle, proposal: Proposal) -> None:
    """Keep the exemptions that people gave with this plan."""
    before = set(load(connection, proposal.snapshot_id).exemptions)
    rows = [
        {"cycle_id": cycle.id, **exemption.model_dump()}
        for exemption in proposal.plan.force.exemptions
        if exemption not in before and proposal.plan.officer_of[exemption.case_id] == exemption.officer_id
    ]
    insert_rows(connection, exemptions, rows)


def drop_exemptions(connection: Connection, cycle_id: int) -> None:
    """Remove the exemptions that people gave with the plan of a cycle."""
    connection.execute(delete(exemptions).where(exemptions.c.cycle_id == cycle_id))


def keep_caseloads(
    connection: Connection, cycle: Cycle, proposal: Proposal, changes: tuple[OfficerChange, ...]
) -> None:
    """Keep each officer's figures under the plan."""
    over: dict[str, int] = defaultdict(int)
    for finding in proposal.checked.findings:
        if finding.rule in _CASELOAD and finding.officer is not None:
            over[finding.officer] += finding.amount
    rows = [
        {
            "cycle_id": cycle.id,
            "officer_id": change.officer.officer_id,
            "division": change.officer.division,
            "status": change.officer.status,
            "capacity": change.officer.capacity,
            "cases_before": change.before.cases,
            "cases": change.after.cases,
            "case_limit": change.after.limit,
            "high_risk": change.after.high_risk,
            "high_risk_allowed": change.after.allowed,
            "points": change.after.points,
            "fair_percent": change.after.fair_percent,
            "received": change.received,
            "given_up": change.given_up,
            "over": over[change.officer.officer_id],
        }
        for change in changes
    ]
    insert_rows(connection, caseloads, rows)


def keep_divisions(connection: Connection, cycle: Cycle, ledger: CachedLedger) -> None:
    """Keep each division's figures under the plan."""
    force, plan = ledger.force, ledger.plan
    names = ("cases", "high_risk", "kept", "moved", "placed", "unplaced", "months_ended")
    figures: dict[str, dict[str, int]] = {o.division: dict.fromkeys(names, 0) for o in force.officers}
    for case in force.cases:
        of, action = figures.setdefault(force.home(case), dict.fromkeys(names, 0)), plan.action(case)
        of["cases"] += 1
        of["high_risk"] += force.high_risk(case)
        of[action] += 1
        of["months_ended"] += ledger.months(case) if action == "moved" else 0
    rows = [{"cycle_id": cycle.id, "division": division, **figures[division]} for division in sorted(figures)]
    insert_rows(connection, divisions, rows)


def decisions_digest(connection: Connection, cycle_id: int) -> str:
    """SHA-256 of what a commit decided."""
    return pack(_plain_rows(connection, decisions, cycle_id))[0]


def figures_digest(connection: Connection, cycle_id: int) -> str:
    """SHA-256 of the figures of officers and divisions that a commit left."""
    return pack([_plain_rows(connection, table, cycle_id) for table in (caseloads, divisions)])[0]


def _plain_rows(connection: Connection, table: Table, cycle_id: int) -> list[list[Any]]:
    rows = connection.execute(select(table).where(table.c.cycle_id == cycle_id))
    # Databases sort text each in its own way.
    return sorted(
        ([value.isoformat() if isinstance(value, date) else value for value in row] for row in rows),
        key=lambda row: str(row[1]),
    )
