"""A folder of CSV files, as rows of text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from allocator.errors import InputError, Problem
from allocator.files.safe_cells import unguard_cell
from allocator.files.sheet import Sheet, Source, by_name, require_shape, require_size


def read_folder(folder: Path, tables: Iterable[str]) -> Source:
    """Read the tables of a folder, each a CSV file of its name."""
    labels = {table: f"{table}.csv" for table in tables}
    names = sorted(file.name for file in folder.iterdir())
    source = Source(folder / _settings_name(names), labels, "a file of this name")
    source.others = [name for name in names if name.casefold() not in labels.values()]
    for table, label in labels.items():
        try:
            name = by_name(names, label, label)
            if name is not None:
                source.sheets[table] = read_csv(folder / name, label)
        except InputError as error:
            source.problems += error.problems
            source.sheets[table] = None
    return source


def _settings_name(names: list[str]) -> str:
    """The file of the settings, its name in any case as for the tables."""
    fitting = [name for name in names if name.casefold() == "force.toml"]
    return fitting[0] if len(fitting) == 1 else "force.toml"


def read_csv(path: Path, label: str) -> Sheet:
    """Read a CSV file, which messages name by a label: UTF-8, cells separated by commas.

    Raises
    ------
    InputError
        When the file cannot be read as such at all.
    """
    text = read_text(path, label)
    lines = max(text.count("\n"), text.count("\r"))
    require_size(label, lines, lines + text.count(","))
    rows: list[list[str]] = []
    try:
        for row in _cells(text):
            rows.append(row)
    except csv.Error as error:
        raise InputError(
            [
                Problem(
                    label,
                    f"cells separated by commas, each quote closed ({error})",
                    len(rows) + 1,
                    maybe='a cell that begins here with a quote (") does not end with one.',
                )
            ]
        ) from error
    require_shape(label, rows)
    header = next((row for row in rows if any(row)), [])
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0]:
            advice = f"the file was saved with {name}: save it again as CSV (comma delimited)."
            raise InputError(
                [Problem(label, "columns separated by commas", rows.index(header) + 1, None, header[0], advice)]
            )
    return Sheet(label, rows)


def read_text(path: Path, label: str) -> str:
    """Read a UTF-8 text file, with or without a byte-order mark.

    Raises
    ------
    InputError
        When the file cannot be opened, or is in another encoding.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe would be waited for without end
        raise InputError([Problem(label, "a file", value="something else")])
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError([Problem(label, f"a file that can be read ({error.strerror})")]) from error
    if data.startswith(b"PK\x03\x04"):
        advice = "it is a workbook under another name: give it the ending .xlsx."
        raise InputError([Problem(label, "text in UTF-8", value="a zip file", maybe=advice)])
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:4].count(b"\0") == 2:
        raise InputError([Problem(label, "text in UTF-8", value="UTF-16", maybe=_SAVE_AS)])
    if b"\0" in data:
        row = data[: data.index(b"\0")].count(b"\n") + 1
        raise InputError([Problem(label, "text without NUL bytes", row, value="a NUL byte")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The byte's row, as a spreadsheet counts: what stands before it is sound.
        row = len(list(_cells(data[: error.start].decode("utf-8-sig") + "x", strict=False)))
        found = f"Windows-1252 or another old encoding (byte {data[error.start]:#04x})"
        raise InputError([Problem(label, "text in UTF-8", row, None, found, _SAVE_AS)]) from error


_SAVE_AS = "save it again as CSV UTF-8."


def _cells(text: str, strict: bool = True) -> Iterable[list[str]]:
    # Strict, because a quote that is never closed would otherwise swallow the rest of the file unseen.
    rows = csv.reader(io.StringIO(text, newline=""), strict=strict, skipinitialspace=True)
    return map(_unguarded, rows) if "'" in text else rows


def _unguarded(row: list[str]) -> list[str]:
    return [unguard_cell(cell) for cell in row]
