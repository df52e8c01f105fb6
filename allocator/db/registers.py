"""Rows of the lists that a force keeps beside its exports: reductions of capacity, and supervisors of divisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, select

from allocator.cycles.reductions import Reduction
from allocator.db.tables import insert_rows, reductions, supervisors


def stored_reductions(connection: Connection) -> tuple[Reduction, ...]:
    """Reductions of capacity that the store keeps."""
    order = (reductions.c.officer_id, reductions.c.starts, reductions.c.id)
    rows = connection.execute(select(reductions).order_by(*order))
    return tuple(
        Reduction(officer=row.officer_id, percent=row.percent, reason=row.reason, starts=row.starts, ends=row.ends)
        for row in rows
    )


def replace_reductions(connection: Connection, found: Iterable[Reduction]) -> None:
    """Keep these reductions and no others."""
    connection.execute(delete(reductions))
    rows = [
        {"officer_id": r.officer, "percent": r.percent, "reason": r.reason, "starts": r.starts, "ends": r.ends}
        for r in found
    ]
    insert_rows(connection, reductions, rows)


def supervisors_by_division(connection: Connection) -> dict[str, list[str]]:
    """Names of who supervises each division, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(supervisors).order_by(supervisors.c.name)):
        found[row.division].append(row.name)
    return found


def replace_supervisors(connection: Connection, rows: Sequence[Mapping[str, str]]) -> None:
    """Keep these supervisors and no others."""
    connection.execute(delete(supervisors))
    insert_rows(connection, supervisors, rows)
