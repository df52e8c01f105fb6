"""Rows of the lists that a force keeps beside its exports: reductions of capacity, and supervisors of divisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, delete, select

from allocator.cycles.reductions import Reduction
from allocator.db.tables import insert_rows, reductions, supervisors

_KEPT = ("percent", "status", "reason", "starts", "ends")


def numbered_reductions(connection: Connection) -> dict[int, Reduction]:
    """Reductions that the store keeps, by their numbers; by officer, then by their first day."""
    order = (reductions.c.officer_id, reductions.c.starts, reductions.c.id)
    found = {}
    for row in connection.execute(select(reductions).order_by(*order)):
        fields = {name: row._mapping[name] for name in _KEPT if row._mapping[name]}
        found[row.id] = Reduction(officer=row.officer_id, **fields)
    return found


def stored_reductions(connection: Connection) -> tuple[Reduction, ...]:
    """Reductions that the store keeps."""
    return tuple(numbered_reductions(connection).values())


def replace_reductions(connection: Connection, found: Iterable[Reduction]) -> None:
    """Keep these reductions and no others."""
    connection.execute(delete(reductions))
    add_reductions(connection, found)


def add_reductions(connection: Connection, found: Iterable[Reduction]) -> None:
    """Keep these reductions too."""
    rows = [{"officer_id": one.officer, **{name: getattr(one, name) for name in _KEPT}} for one in found]
    insert_rows(connection, reductions, rows)


def end_reduction(connection: Connection, number: int, last: date | None) -> None:
    """Let a reduction end with a day; None where it is to count on no day."""
    one = reductions.c.id == number
    if last is None:
        connection.execute(delete(reductions).where(one))
    else:
        connection.execute(reductions.update().where(one).values(ends=last))


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
