"""A tiny sound force, and ways to write it with one thing changed."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from allocator.errors import InputError, Problem
from allocator.files.reading import read_with_notices

# Two officers of one division, one a trained buddy of the other; a current case, a new one at premises.
SOUND = {
    "force.toml": 'name = "tiny"\ncycle_date = 2025-03-31\n',
    "officers.csv": (
        "officer_id,division,capacity,mosovo,skills,premises,status,buddy\n"
        "OM1,North,100,trained,da;iom,AP1,open,\n"
        "OM2,North,80,awaiting,,,open,OM1\n"
    ),
    "cases.csv": (
        "case_id,division,risk,category,level,setting,premises,release_on,needs,officer,since,points,locked,"
        "excluded\n"
        "C1,North,low,1,1,custody,,2025-06-01,da,OM1,2024-01-08,,yes,OM2\n"
        "C2,North,very_high,0,0,premises,AP1,,,,,7,no,\n"
    ),
    "premises.csv": "premises_id,division,expected_arrivals\nAP1,North,2\n",
}

Files = Mapping[str, str | bytes | None]


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Files], Path]:
    """Write the sound force with some files replaced (None: left out); gives its folder."""

    def write(changes: Files = {}) -> Path:  # noqa: B006 - never changed
        path = tmp_path / "tiny"
        path.mkdir(exist_ok=True)
        for name, text in {**SOUND, **changes}.items():
            if text is not None:
                (path / name).write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[[Mapping[str, list[list[Any]]]], Path]:
    """Write the sound force as a workbook with some sheets replaced (an empty list: left out)."""

    def write(changes: Mapping[str, list[list[Any]]] = {}) -> Path:
        path = tmp_path / "tiny.xlsx"
        sheets = {
            name[:-4]: [line.split(",") for line in text.splitlines()]
            for name, text in SOUND.items()
            if name.endswith(".csv")
        }
        with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
            for name, rows in {**sheets, **changes}.items():
                sheet = book.add_worksheet(name) if rows else None
                for number, cells in enumerate(rows):
                    sheet.write_row(number, 0, cells)
        path.with_suffix(".toml").write_text(SOUND["force.toml"])
        return path

    return write


@pytest.fixture
def problems_of() -> Callable[..., list[Problem]]:
    """Give the problems for which an input is refused."""

    def problems(path: Path, **options: Any) -> list[Problem]:
        with pytest.raises(InputError) as refused:
            read_with_notices(path, **options)
        return list(refused.value.problems)

    return problems
