"""What newer data of a cycle has other than the data before, kept row by row."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from allocator.cycles.difference import ForceDifference
from allocator.db.tables import changes, insert_rows

MOST_TEXT = 500  # letters of a cell that is kept


def keep_difference(connection: Connection, cycle_id: int, found: ForceDifference) -> None:
    """Keep what newer data of a cycle has other than the data before."""
    query = select(func.max(changes.c.import_number)).where(changes.c.cycle_id == cycle_id)
    number = (connection.execute(query).scalar_one() or 0) + 1
    rows = [
        {
            "cycle_id": cycle_id,
            "import_number": number,
            "subject": change.table,
            "name": change.name,
            "kind": change.kind,
            "column": change.column,
            "before": None if change.before is None else change.before[:MOST_TEXT],
            "after": None if change.after is None else change.after[:MOST_TEXT],
        }
        for change in found.changes
    ]
    insert_rows(connection, changes, rows)
