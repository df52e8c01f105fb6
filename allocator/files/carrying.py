"""Columns that an export does not have, taken from what is known already: the export wins wherever it says anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from allocator.domain.force import Case, Force, Officer, Row
from allocator.errors import Problem
from allocator.files.columns import TABLES, cell, key
from allocator.files.header import read_header
from allocator.files.sheet import Sheet, Source, trim


def carry_over(source: Source, known: Force) -> list[Problem]:
    """Fill the columns and the premises table that an export lacks from a force that is known.

    Parameters
    ----------
    source : Source
        What was found; changed in place.
    known : Force
        Rows are matched by id. Nothing is taken that refers to an officer or premises that is gone.

    Returns
    -------
    list of Problem
        Officers who are no longer there although cases are still with them.
    """
    if "premises" not in source.sheets:
        rows = [[cell(getattr(p, name)) for name in type(p).model_fields] for p in known.premises]
        if rows:
            source.sheets["premises"] = Sheet(source.labels["premises"], [list(TABLES["premises"].model_fields), *rows])
    officers = _ids(source.sheets.get("officers"), Officer)
    vanished = list(_gone(source, known, officers))
    premises = _ids(source.sheets.get("premises"), TABLES["premises"])
    for table, rows_known in (("officers", known.officer_by_id), ("cases", known.case_by_id)):
        sheet = source.sheets.get(table)
        if sheet is not None:
            source.sheets[table] = _fill(TABLES[table], sheet, dict(rows_known), officers, premises)
    return vanished


def _fill(
    model: type[Row], sheet: Sheet, known: dict[str, Row], officers: Collection[str], premises: Collection[str]
) -> Sheet:
    header = read_header(model, sheet)
    if header.problems or key(model) not in header.places:
        return sheet
    absent = header.absent
    rows = [list(row) for row in sheet.rows]
    for number, row in enumerate(rows):
        if number < header.row - 1:
            continue
        row += [""] * (header.width - len(row))
        if number == header.row - 1:
            row[header.width :] = absent
            continue
        cells = {name: trim(row[place]) for name, place in header.places.items()}
        old = known.get(cells[key(model)])
        taken = {name: "" for name in absent} if old is None else _take(old, absent, cells, officers, premises)
        if len(row) == header.width:  # a row that is too long is bad input, and is told as it stands
            row += taken.values()
    return Sheet(sheet.label, rows)


def _take(
    old: Row, absent: list[str], cells: dict[str, str], officers: Collection[str], premises: Collection[str]
) -> dict[str, str]:
    """Cells of the absent columns of one row."""
    taken = {name: cell(getattr(old, name)) for name in absent}
    of_officers = dict.fromkeys(("officer", "buddy", "excluded", "covered_by"), officers)
    for name, ids in (of_officers | {"premises": premises}).items():
        if name in taken:
            taken[name] = ";".join(item for item in taken[name].split(";") if item in ids)
    if isinstance(old, Case):
        _agree(old, taken, cells)
    return taken


def _agree(old: Case, taken: dict[str, str], cells: dict[str, str]) -> None:
    """Leave out of a case what would contradict the export."""
    officer = taken.get("officer", cells.get("officer", ""))
    if "since" in taken and officer != old.officer:
        taken["since"] = ""
    if "locked" in taken and not officer:
        taken["locked"] = "no"
    setting = taken.get("setting", cells.get("setting", "")).lower() or "community"
    if "premises" in taken and setting != "premises":
        taken["premises"] = ""
    if "setting" in taken:
        given = taken.get("premises", cells.get("premises", ""))
        if given:
            taken["setting"] = "premises"
        elif setting == "premises":
            taken["setting"] = "community"


def _gone(source: Source, known: Force, officers: Collection[str]) -> Iterator[Problem]:
    sheet = source.sheets.get("cases")
    if sheet is None or "officer" not in read_header(Case, sheet).absent or not officers:
        return
    present = _ids(sheet, Case)
    count = Counter(c.officer for c in known.cases if c.case_id in present and c.officer not in (None, *officers))
    for officer_id, cases in sorted(count.items(), key=str):
        expected = f"a row for {officer_id}, with whom {cases} of the cases are as of the last commit"
        yield Problem(source.labels["officers"], expected, column="officer_id", maybe="their status is leaving.")


def _ids(sheet: Sheet | None, model: type[Row]) -> set[str]:
    if sheet is None:
        return set()
    header = read_header(model, sheet)
    place = header.places.get(key(model))
    return set() if place is None else {trim(row[place]) for row in sheet.rows[header.row :] if len(row) > place}
