"""Finding a force: a folder, or a workbook."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from allocator.errors import InputError, Problem, meant
from allocator.files.columns import TABLES
from allocator.files.delimited import read_folder
from allocator.files.sheet import Source
from allocator.files.workbook import read_workbook


def find_source(path: Path) -> Source:
    """Find the tables of a force: in a folder of CSV files, or in one ``.xlsx`` workbook.

    Raises
    ------
    InputError
        When there is nothing at the path that could be a force.
    """
    try:
        if path.is_dir():
            return read_folder(path, TABLES)
        if path.is_file() and path.suffix.lower() == ".xlsx":
            return read_workbook(path, TABLES)
        advice = _instead_of(path) if path.exists() else _near(path)
    except OSError as error:
        raise InputError([Problem(str(path), f"a force that can be read ({error.strerror})")]) from error
    found = "another file" if path.exists() else "nothing"
    raise InputError([Problem(str(path), "a folder of CSV files or an .xlsx workbook", value=found, maybe=advice)])


def _instead_of(path: Path) -> str | None:
    if path.stem.casefold() in TABLES or path.suffix.lower() == ".toml":
        return f"its folder {path.parent} is meant."
    return "save it as .xlsx." if path.suffix.lower() in (".xls", ".xlsm", ".xlsb", ".ods") else None


def _near(path: Path) -> str | None:
    with suppress(OSError):
        return meant(path.name, (other.name for other in path.parent.iterdir()))
    return None
