"""What is no problem and yet should be told about an input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from allocator.domain.force import Officer
from allocator.errors import Notice, nearest
from allocator.files.columns import all_of
from allocator.files.sheet import Source
from allocator.files.tables import Entries


def notices(source: Source, officers: Entries[Officer], others: Sequence[Entries[Any]]) -> Iterator[Notice]:
    """Say what is to be told about an input that was read, its officers and its other tables.

    Yields
    ------
    Notice
    """
    tables: list[Entries[Any]] = [officers, *others]
    ignored = [f"{table.label}: {', '.join(table.header.ignored)}" for table in tables if table.header.ignored]
    if ignored:
        advice = (
            f"the column {near} of {table.label} should be called {name}."
            for table in tables
            for name in table.header.absent
            if (near := nearest(name, table.header.ignored, alike=0.75))
        )
        yield Notice(f"Columns that are neither read nor kept: {'; '.join(ignored)}.", tuple(advice))
    single = [officer.officer_id for officer in officers.records if officer.capacity == 1]
    if single:
        # A spreadsheet that shows 100% holds 1.
        yield Notice(f"Capacity is 1 percent for {all_of(single)}.", ("100 is meant.",))
    alike = [name for name in source.others if name.endswith(".toml") or nearest(name, ["force.toml"], alike=0.75)]
    if alike and not source.settings.exists():
        advised = f"{source.settings.name} is meant; without it, defaults apply."
        yield Notice(f"Not read: {', '.join(alike)}.", (advised,))
    elsewhere = source.settings.with_name("force.toml")
    if not source.settings.exists() and elsewhere.exists():
        yield Notice(f"{elsewhere.name} is not read: the settings of this workbook would be in {source.settings.name}.")
