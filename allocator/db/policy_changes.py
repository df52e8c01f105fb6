"""Changes of the policy that are made in the service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from allocator.db.service_tables import policy_changes
from allocator.db.tables import as_record


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """One setting that was changed: dotted key, value, why, by whom, when."""

    id: int
    key: str
    value: Any
    note: str
    by: str
    at: datetime


def settings_version(connection: Connection) -> int:
    """How many changes there have been: what was seen is still so while this stays."""
    row = connection.execute(select(policy_changes.c.id).order_by(policy_changes.c.id.desc()).limit(1)).first()
    return 0 if row is None else int(row.id)


def insert_policy_change(connection: Connection, key: str, value: Any, note: str, by: str, at: datetime) -> None:
    """Keep a change."""
    row = {"key": key, "value": value, "note": note, "by": by, "at": at}
    connection.execute(policy_changes.insert().values(row))


def policy_history(connection: Connection) -> tuple[PolicyChange, ...]:
    """Every change of the policy, newest first."""
    rows = connection.execute(select(policy_changes).order_by(policy_changes.c.id.desc()))
    return tuple(as_record(PolicyChange, row) for row in rows)
