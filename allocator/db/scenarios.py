"""Rows of scenarios that people keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from allocator.db.service_tables import scenarios
from allocator.db.tables import count_rows, insert_row


def insert_scenario(connection: Connection, values: Mapping[str, Any]) -> int:
    """Keep a row; its number."""
    return insert_row(connection, scenarios, values)


def count_scenarios(connection: Connection, owner_id: int) -> int:
    """How many somebody keeps."""
    return count_rows(connection, scenarios, scenarios.c.owner_id == owner_id)


def update_scenario(connection: Connection, scenario_id: int, values: Mapping[str, Any]) -> None:
    """Change a row."""
    connection.execute(update(scenarios).where(scenarios.c.id == scenario_id).values(values))


def delete_scenario(connection: Connection, scenario_id: int) -> None:
    """Remove a row."""
    connection.execute(delete(scenarios).where(scenarios.c.id == scenario_id))


def find_scenario_row(connection: Connection, scenario_id: int) -> Row[Any] | None:
    """A row by its number; None where there is none."""
    return connection.execute(select(scenarios).where(scenarios.c.id == scenario_id)).first()


def list_scenario_rows(connection: Connection) -> Sequence[Row[Any]]:
    """All rows, newest change first."""
    return connection.execute(select(scenarios).order_by(scenarios.c.changed_at.desc(), scenarios.c.id)).all()
