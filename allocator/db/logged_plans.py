"""A cycle and its plan as the log says: whoever answers for a plan, or makes it real, is refused a forged one."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from allocator.db.covering import plan_rows_digest
from allocator.db.cycles import Cycle
from allocator.db.proposals import Proposal, plan_digest
from allocator.db.store import Writing
from allocator.db.vouching import logged_entries, require_logged_rows
from allocator.errors import NOTHING_CHANGED, Conflict


def require_logged(connection: Connection, cycle: Cycle) -> None:
    """Refuse a cycle that was changed beside the log, and what decides besides what may be done to it.

    Raises
    ------
    Conflict
        When something is not what the newest entry about it says.
    """
    require_logged_cycle(connection, cycle)
    # Which cycle is open, what builds on which, and whose letters have gone out.
    require_logged_rows(connection, "cycles", "messages")


def require_logged_cycle(connection: Connection, cycle: Cycle) -> None:
    """Refuse a cycle whose row, data, exemptions, plan or overrides were changed beside the log.

    Raises
    ------
    Conflict
        When one of them is not what the newest entry about it says.
    """
    plan = cycle.proposal_id
    of_plan = () if plan is None else (f"proposals {plan}", f"overrides {plan}")
    own = (f"cycles {cycle.id}", f"snapshots {cycle.snapshot_id}", f"exemptions {cycle.id}")
    require_logged_rows(connection, *own, *of_plan)


def require_approved(writing: Writing, cycle: Cycle, proposal: Proposal) -> None:
    """Refuse a plan that is not the one that was approved: as it was frozen, with its facts and people's changes.

    Raises
    ------
    Conflict
        When it is another.
    """
    connection = writing.connection
    row = next((one for one in reversed(logged_entries(connection, "approve")) if one.cycle_id == cycle.id), None)
    details = {} if row is None or row.details is None else json.loads(row.details)
    # An earlier version logged who is with whom, and no more.
    same = row is not None and row.after == plan_digest(proposal.plan)
    if "plan" in details:
        now = {"id": proposal.id, "digest": plan_rows_digest(connection, writing.key, proposal.id)}
        same = same and details["plan"] == now
    if not same:
        raise _forged(cycle, "not the one that was approved")


def _forged(cycle: Cycle, what: str) -> Conflict:
    return Conflict(
        f"The plan of cycle {cycle.id} is {what}: somebody changed it beside the program.",
        outcome=NOTHING_CHANGED,
        maybe="plan the cycle again once whoever runs the service knows who did that: `allocator audit verify`.",
    )
