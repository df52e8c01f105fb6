"""The header of a sheet: where each column stands, which are missing, which are not read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from allocator.domain.force import Row
from allocator.errors import Problem, nearest
from allocator.files.columns import all_of, columns
from allocator.files.sheet import Sheet, trim


@dataclass(slots=True)
class Header:
    """What the first filled row of a sheet says.

    Attributes
    ----------
    row : int
        Its row, as a spreadsheet counts.
    width : int
        How many cells it has.
    places : dict of str to int
        Place of each column that can be read.
    ignored : list of str
        Headers of the columns that are not read.
    absent : list of str
        Columns that may be missing, and are.
    """

    row: int = 0
    width: int = 0
    places: dict[str, int] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_header(
    model: type[Row], sheet: Sheet, needed: Collection[str] = (), called: Mapping[str, str] | None = None
) -> Header:
    """Read the header of a sheet; case, blanks and hyphens in it do not matter.

    Parameters
    ----------
    model : type
        The domain class of a row.
    needed : collection of str
        Columns that must be there although their cells may be empty.
    called : mapping
        What messages call columns that people know by another name.
    """
    header, called = Header(), called or {}
    wanted = {c.name: c.required or c.name in needed for c in columns(model)}
    first = next((i for i, row in enumerate(sheet.rows) if any(map(trim, row))), None)
    if first is None:
        least = all_of(called.get(name, name) for name, must in wanted.items() if must)
        expected = f"a header with at least the columns {least}"
        header.problems.append(Problem(sheet.label, expected, value="an empty table"))
        return header
    cells = [trim(cell) for cell in sheet.rows[first]]
    header.row, header.width = first + 1, len(cells)
    names = ["_".join(cell.lower().replace("-", " ").replace("_", " ").split()) for cell in cells]
    header.ignored = [cell for cell, name in zip(cells, names, strict=True) if name and name not in wanted]
    for name, must in wanted.items():
        count = names.count(name)
        if count == 1:
            header.places[name] = names.index(name)
        elif count > 1:
            expected = f"one column of this name, not {count}"
            header.problems.append(Problem(sheet.label, expected, first + 1, called.get(name, name)))
        elif must:
            near = nearest(name, header.ignored)
            advice = f"the column {near} should have this name." if near else None
            expected, column = "a column of this name", called.get(name, name)
            header.problems.append(Problem(sheet.label, expected, first + 1, column, maybe=advice))
        else:
            header.absent.append(name)
    empty = {place for place, cell in enumerate(cells) if not cell}
    rows = sheet.rows if empty else ()
    held = {place for row in rows for place, cell in enumerate(row) if cell and place in empty and trim(cell)}
    header.ignored += (f"column {place + 1} without a header" for place in sorted(held))
    return header
