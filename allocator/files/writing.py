"""A force, written as a folder of CSV or as a workbook; read again it is the same force."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from allocator.domain.force import Force
from allocator.domain.policy import Policy
from allocator.errors import AllocatorError, InputError, Problem
from allocator.files.atomic import write_files
from allocator.files.cells import FAILED
from allocator.files.columns import TABLES, columns
from allocator.files.digest import table_of
from allocator.files.safe_cells import guard_cell
from allocator.files.sheet import trim
from allocator.files.toml import toml_key, toml_text

LONGEST = 32_767  # letters that a cell of a workbook can hold


def write_force(force: Force, path: Path | str) -> None:
    """Write a force so that reading it gives an equal one.

    Parameters
    ----------
    path : Path or str
        A folder, made where needed; or a workbook when the name ends in ``.xlsx``, with its ``.toml`` beside
        it. Files that are there are replaced, all or none.

    Raises
    ------
    InputError
        When a text of the force is one that a cell cannot hold, such as one that begins with a blank.
    AllocatorError
        When the files cannot be written.
    """
    path = Path(path)
    tables = {name: table_of(model, getattr(force, name)) for name, model in TABLES.items()}
    workbook = path.suffix.lower() == ".xlsx"
    problems = [problem for name in tables for problem in _unwritable(name, tables[name], workbook)]
    if problems:
        raise InputError(problems)
    settings = settings_text(force).encode()
    if workbook:
        files = {path.name: _workbook(tables), path.with_suffix(".toml").name: settings}
        write_files(path.parent, files)
    else:
        files = {f"{name}.csv": csv_text(rows).encode() for name, rows in tables.items()}
        write_files(path, {**files, "force.toml": settings})


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Write rows as CSV, lines ended as RFC 4180 has it; no cell is a formula, and one of None is empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows(["" if cell is None else guard_cell(str(cell)) for cell in row] for row in rows)
    return text.getvalue()


def settings_text(force: Force) -> str:
    """Write the name, the cycle date and what the policy changes of its defaults, as ``force.toml``."""
    lines = [f"name = {toml_text(force.name)}", f"cycle_date = {toml_text(force.cycle_date)}"]
    standard = Policy().model_dump()
    for table, settings in force.policy.model_dump().items():
        changed = dict(_changes(standard[table], settings))
        if changed:
            lines += ["", f"[policy.{table}]"]
            lines += [f"{toml_key(key)} = {toml_text(value)}" for key, value in changed.items()]
    return "\n".join(lines) + "\n"


def _changes(standard: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        if isinstance(value, Mapping):
            if inside := dict(_changes(standard[key], value)):
                yield key, inside
        elif key not in standard or value != standard[key]:
            yield key, value
    for key in standard.keys() - settings.keys():
        yield key, 0  # points of a level: an absent one adds nothing, and the default would come back


def _unwritable(name: str, rows: list[list[str]], workbook: bool) -> Iterator[Problem]:
    """Texts that would come back as others, or not at all."""
    longest = LONGEST if workbook else csv.field_size_limit()
    for row, cells in enumerate(rows[1:], 2):
        for field, text in zip(columns(TABLES[name]), cells, strict=True):
            items = text.split(";") if field.kind == "list" else [text]
            if any(item != trim(item) for item in items):
                expected = "no blanks around it"
            elif text in FAILED:
                expected = "a text that no failed formula shows"
            elif not _UNSAFE.isdisjoint(text):
                expected = "no characters that files cannot hold"
            elif len(text) > longest:
                expected = f"no more than {longest:,} letters in a cell"
            else:
                continue
            yield Problem(name, expected, row, field.name, text[:100])


_UNSAFE = {"\0", "\ufffe", "\uffff"}


def _workbook(tables: Mapping[str, list[list[str]]]) -> bytes:
    import xlsxwriter  # only whoever writes a workbook waits for it

    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # the same force gives the same bytes
        bold = book.add_format({"bold": True})
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            whole = [field.kind == "whole" for field in columns(TABLES[name])]
            for row, cells in enumerate(rows):
                for column, text in enumerate(cells):
                    if row and whole[column] and text:
                        written = sheet.write_number(row, column, int(text))
                    else:  # as text, whatever it looks like: no formula, no link
                        written = sheet.write_string(row, column, text, None if row else bold)
                    if written:
                        raise AllocatorError(f"A sheet has no room for {len(rows):,} rows of {name}.")
    return data.getvalue()
