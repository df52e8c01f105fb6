"""What one snapshot of a force has other than another: who joined, who left, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from allocator.domain.force import Case, Force, Officer, Premises, Row
from allocator.files.columns import cell, key
from allocator.files.policies import flatten_policy

Kind = Literal["joined", "left", "changed"]
TableName = Literal["officers", "cases", "premises", "policy"]


@dataclass(frozen=True, slots=True)
class RowChange:
    """One difference.

    Attributes
    ----------
    table : {"officers", "cases", "premises", "policy"}
    name : str
        Id of the row; dotted key of the policy.
    kind : {"joined", "left", "changed"}
    column : str or None
        What changed; None for a row that joined or left.
    before, after : str or None
        As a cell holds it.
    """

    table: TableName
    name: str
    kind: Kind
    column: str | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class ForceDifference:
    """All differences of two snapshots, by table, and by id within."""

    changes: tuple[RowChange, ...]

    def of(self, table: TableName, kind: Kind | None = None) -> tuple[RowChange, ...]:
        """Differences of one table."""
        return tuple(c for c in self.changes if c.table == table and kind in (None, c.kind))

    def named(self, table: TableName) -> dict[str, list[RowChange]]:
        """Differences of each row of a table that has any."""
        found: dict[str, list[RowChange]] = {}
        for change in self.of(table):
            found.setdefault(change.name, []).append(change)
        return found

    def __bool__(self) -> bool:
        return bool(self.changes)


def compare_snapshots(old: Force, new: Force) -> ForceDifference:
    """Compare two snapshots; order of rows, name and cycle date are not compared."""
    return ForceDifference(
        (
            *_rows("officers", Officer, old.officers, new.officers),
            *_rows("cases", Case, old.cases, new.cases),
            *_rows("premises", Premises, old.premises, new.premises),
            *_policy(old, new),
        )
    )


def _rows(table: TableName, model: type[Row], old: Iterable[Row], new: Iterable[Row]) -> Iterator[RowChange]:
    name = key(model)
    before = {getattr(row, name): row for row in old}
    after = {getattr(row, name): row for row in new}
    for row_id in sorted(before.keys() | after.keys()):
        if row_id not in before:
            yield RowChange(table, row_id, "joined")
        elif row_id not in after:
            yield RowChange(table, row_id, "left")
        elif before[row_id] != after[row_id]:
            for column in model.model_fields:
                was, now = getattr(before[row_id], column), getattr(after[row_id], column)
                if was != now:
                    yield RowChange(table, row_id, "changed", column, cell(was), cell(now))


def _policy(old: Force, new: Force) -> Iterator[RowChange]:
    before, after = flatten_policy(old.policy), flatten_policy(new.policy)
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield RowChange("policy", name, "changed", None, before.get(name), after.get(name))
