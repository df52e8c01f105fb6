"""A sheet, read as the records of its table; everything wrong with it is listed in one pass."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import merge
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from allocator.domain.force import Case, Row, case_disagreements
from allocator.errors import Problem, Problems
from allocator.files.cells import Cells, Unread
from allocator.files.columns import columns, key
from allocator.files.header import Header, read_header
from allocator.files.sheet import Sheet, trim

R = TypeVar("R", bound=Row)


@dataclass(slots=True)
class Entries(Generic[R]):
    """What a sheet holds.

    Attributes
    ----------
    label : str
        How messages name the sheet.
    rows : list of int
        Row of each record, as a spreadsheet counts.
    texts : mapping of str to sequence of str
        Cells of each column as typed, aligned with ``rows``.
    records : list of Row
        Aligned with ``rows``. Where there are problems they serve only to look up what they refer to: a
        field that could not be read has its default, or an id that nothing refers to.
    ids : set of str or None
        Ids that exist; None where that cannot be told.
    """

    label: str
    header: Header = field(default_factory=Header)
    rows: list[int] = field(default_factory=list)
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    records: list[R] = field(default_factory=list)
    ids: set[str] | None = None
    problems: Problems = field(default_factory=Problems)


def read_table(
    model: type[R], sheet: Sheet, needed: Collection[str] = (), called: Mapping[str, str] | None = None
) -> Entries[R]:
    """Read a sheet.

    Parameters
    ----------
    model : type
        The domain class of a row.
    needed, called
        As in ``allocator.files.header.read_header``.
    """
    called = called or {}
    header = read_header(model, sheet, needed, called)
    entries: Entries[R] = Entries(sheet.label, header, problems=Problems(header.problems))
    places = header.places
    filled = _filled_rows(sheet, entries)
    entries.texts = {name: [cells[place] for cells in filled] for name, place in places.items()}
    values = {c.name: Cells(c) for c in columns(model) if c.name in places}
    read = {name: list(map(cells.__getitem__, entries.texts[name])) for name, cells in values.items()}
    unread = [name for name, cells in values.items() if any(isinstance(value, Unread) for value in cells.values())]
    # Row by row, since only the first problems are told.
    found = (_unread(entries, called.get(name, name), entries.texts[name], read[name]) for name in unread)
    entries.problems += merge(*found, key=lambda problem: problem.row or 0)
    if key(model) in read:
        entries.ids = {value for value in read[key(model)] if not isinstance(value, Unread)}
    entries.records = _records(model, read, entries)
    return entries


def _unread(entries: Entries[R], column: str, texts: Sequence[str], read: Sequence[Any]) -> Iterator[Problem]:
    """Cells of a column that could not be read."""
    for row, typed, value in zip(entries.rows, texts, read, strict=True):
        if isinstance(value, Unread):
            yield Problem(entries.label, value.expected, row, column, str(typed), value.maybe)


def _filled_rows(sheet: Sheet, entries: Entries[R]) -> list[list[str]]:
    """Rows that hold anything in a column that is read, each as wide as the header."""
    width = entries.header.width
    listed = sorted(entries.header.places.values())
    filled = []
    for number, cells in enumerate(sheet.rows[entries.header.row :], entries.header.row + 1):
        if len(cells) != width:
            beyond = [trim(cell) for cell in cells[width:] if trim(cell)]
            if beyond:
                expected = f"no more cells than the {width} of the header"
                advice = "a cell that holds a comma lacks its quotes."
                entries.problems.append(Problem(sheet.label, expected, number, None, ",".join(beyond), advice))
            cells = cells[:width] + [""] * (width - len(cells))
        if any(cells[place] and trim(cells[place]) for place in listed):
            filled.append(cells)
            entries.rows.append(number)
    return filled


def _records(model: type[R], read: Mapping[str, list[Any]], entries: Entries[R]) -> list[R]:
    records = [dict(zip(read, values, strict=True)) for values in zip(*read.values(), strict=True)]
    if not entries.problems:
        try:
            return cast("list[R]", _adapter(model).validate_python(records))
        except ValidationError as error:
            contradictions = error
    defaults = {c.name: c.default for c in columns(model) if c.name in entries.header.absent}
    partial: list[R] = []
    lacking: set[str] = set()
    for number, (row, record) in enumerate(zip(entries.rows, records, strict=True)):
        known = {name: value for name, value in record.items() if not isinstance(value, Unread)}
        for name, expected in case_disagreements({**defaults, **known}) if model is Case else ():
            if name in entries.texts:
                typed = str(entries.texts[name][number])
                entries.problems.append(Problem(entries.label, expected, row, name, typed))
            elif name not in lacking:
                lacking.add(name)
                expected = f"a column of this name; row {row} needs {expected}"
                entries.problems.append(Problem(entries.label, expected, entries.header.row, name))
        partial.append(cast("R", model.model_construct(**{key(model): f"\0{row}", **known})))
    if not entries.problems:
        raise contradictions  # the cells are sound, so only a contradiction can be listed above
    return partial


@lru_cache
def _adapter(model: type[Row]) -> TypeAdapter[Any]:
    return TypeAdapter(list[model])  # type: ignore[valid-type]
