"""What one snapshot of a force has other than another: who joined, who left, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from allocator.domain.force import Case, Force, Officer, Premises, Row
from allocator.files.columns import cell, key
from allocator.files.policies import flat

Kind = Literal["joined", "left", "changed"]
Table = Literal["officers", "cases", "premises", "policy"]


@dataclass(frozen=True, slots=True)
class Change:
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

    table: Table
    name: str
    kind: Kind
    column: str | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class Difference:
    """All differences of two snapshots, by table, and by id within."""

    changes: tuple[Change, ...]

    def of(self, table: Table, kind: Kind | None = None) -> tuple[Change, ...]:
        """Differences of one table."""
        return tuple(c for c in self.changes if c.table == table and kind in (None, c.kind))

    def named(self, table: Table) -> dict[str, list[Change]]:
        """Differences of each row of a table that has any."""
        found: dict[str, list[Change]] = {}
        for change in self.of(table):
            found.setdefault(change.name, []).append(change)
        return found

    def __bool__(self) -> bool:
        return bool(self.changes)


def difference(old: Force, new: Force) -> Difference:
    """Compare two snapshots.

    Parameters
    ----------
    old, new : Force

    Returns
    -------
    Difference
        Order of rows, name and cycle date are not compared.
    """
    return Difference(
        (
            *_rows("officers", Officer, old.officers, new.officers),
            *_rows("cases", Case, old.cases, new.cases),
            *_rows("premises", Premises, old.premises, new.premises),
            *_policy(old, new),
        )
    )


def _rows(table: Table, model: type[Row], old: Iterable[Row], new: Iterable[Row]) -> Iterator[Change]:
    name = key(model)
    before = {getattr(row, name): row for row in old}
    after = {getattr(row, name): row for row in new}
    for row_id in sorted(before.keys() | after.keys()):
        if row_id not in before:
            yield Change(table, row_id, "joined")
        elif row_id not in after:
            yield Change(table, row_id, "left")
        elif before[row_id] != after[row_id]:
            for column in model.model_fields:
                was, now = getattr(before[row_id], column), getattr(after[row_id], column)
                if was != now:
                    yield Change(table, row_id, "changed", column, cell(was), cell(now))


def _policy(old: Force, new: Force) -> Iterator[Change]:
    before, after = flat(old.policy), flat(new.policy)
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield Change("policy", name, "changed", None, before.get(name), after.get(name))
