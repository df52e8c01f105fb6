"""A cycle and its plan as the log says: whoever answers for a plan, or makes it real, is refused a forged one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from allocator.db.audit import details_mac
from allocator.db.covering import plan_rows_digest, row_digest
from allocator.db.cycles import Cycle
from allocator.db.proposals import Proposal, plan_digest
from allocator.db.store import Writing
from allocator.db.tables import audit
from allocator.errors import NOTHING_CHANGED, Conflict


def require_logged(writing: Writing, cycle: Cycle) -> None:
    """Refuse a cycle whose row, data, plan or overrides were changed beside the log.

    Raises
    ------
    Conflict
        When one of them is not what the newest entry about it says.
    """
    plan = cycle.proposal_id
    wanted = {
        f"cycles {cycle.id}",
        f"snapshots {cycle.snapshot_id}",
        f"proposals {plan}",
        f"overrides {plan}",
    }
    for entry in _entries(writing, cycle.id):
        for group in wanted & entry.get("rows", {}).keys():
            if row_digest(writing.connection, writing.key, group) != entry["rows"][group][1]:
                raise _forged(cycle, "not what the log says")
            wanted.remove(group)
        if not wanted:
            break


def require_approved(writing: Writing, cycle: Cycle, proposal: Proposal) -> None:
    """Refuse a plan that is not the one that was approved: as it was frozen, with its facts and people's changes.

    Raises
    ------
    Conflict
        When it is another.
    """
    connection = writing.connection
    query = select(audit).where(audit.c.cycle_id == cycle.id, audit.c.act == "approve").order_by(audit.c.seq.desc())
    row = connection.execute(query.limit(1)).first()
    details = {} if row is None or row.details is None else json.loads(row.details)
    # An earlier version logged who is with whom, and no more.
    same = row is not None and row.after == plan_digest(proposal.plan)
    if "plan" in details:
        now = {"id": proposal.id, "digest": plan_rows_digest(connection, writing.key, proposal.id)}
        same = same and details["plan"] == now
    if not same:
        raise _forged(cycle, "not the one that was approved")


def _entries(writing: Writing, cycle_id: int) -> Iterator[dict[str, Any]]:
    """Details of what was done to a cycle, newest first."""
    query = select(audit.c.seq, audit.c.details, audit.c.details_mac).where(
        audit.c.cycle_id == cycle_id, audit.c.details.is_not(None)
    )
    for row in writing.connection.execute(query.order_by(audit.c.seq.desc())):
        if details_mac(writing.key, row.seq, row.details) == row.details_mac:
            yield json.loads(row.details)


def _forged(cycle: Cycle, what: str) -> Conflict:
    return Conflict(
        f"The plan of cycle {cycle.id} is {what}: somebody changed it beside the program.",
        outcome=NOTHING_CHANGED,
        maybe="plan the cycle again once whoever runs the service knows who did that: `allocator audit verify`.",
    )
