"""No cell that is written is a formula to a spreadsheet, and each is read as it was."""

import ast
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import allocator
from allocator.domain.force import Case, Force, Officer
from allocator.domain.plan import Plan
from allocator.files.plan_files import plan_csv
from allocator.files.plan_reading import read_plan
from allocator.files.reading import read_force
from allocator.files.safe_cells import guard_cell, unguard_cell
from allocator.files.writing import csv_text, write_force
from tests.files.test_round_trip import ids

UNSAFE = ("write", "write_row", "write_column", "write_formula", "write_url", "write_rich_string")  # of a sheet
BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
MARKS = ["'", '"', "''", "'=", '"=', "=", "+", "-", "@", "\uff1d", "'\"", ",", "\\"]
odd_ids = st.builds("{}{}".format, st.lists(st.sampled_from(MARKS), max_size=3).map("".join), ids).filter(
    lambda name: not name.startswith("#")
)
texts = st.one_of(st.text(), st.builds("{}{}".format, st.sampled_from([*MARKS, *BEGINS]), st.text()))


@given(texts)
def test_any_text_comes_back_and_none_is_a_formula(text: str) -> None:
    assert unguard_cell(guard_cell(text)) == text
    assert not guard_cell(text).startswith(BEGINS)


@given(st.lists(st.lists(texts, min_size=1, max_size=4), max_size=4))
def test_no_cell_of_a_csv_file_is_a_formula(rows: list[list[str]]) -> None:
    cells = [cell for row in csv.reader(io.StringIO(csv_text(rows), newline="")) for cell in row]
    assert [unguard_cell(cell) for cell in cells] == [text for row in rows for text in row]
    assert not any(cell.startswith(BEGINS) for cell in cells)


def test_a_text_that_is_no_formula_is_written_as_it_is() -> None:
    for text in ("C1", "'s-Hertogenbosch", "''", "1-2", "a=b", ""):
        assert guard_cell(text) == text == unguard_cell(text)
    assert guard_cell("-5") == "'-5" and guard_cell("'=a") == "''=a" and unguard_cell("''=a") == "'=a"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_plans_and_forces_of_any_ids_come_back(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    officers = data.draw(st.lists(odd_ids, min_size=1, max_size=3, unique=True))
    cases = data.draw(st.lists(odd_ids, min_size=1, max_size=4, unique=True))
    force = Force(
        officers=tuple(Officer(officer_id=name, division="=North", mosovo="none") for name in officers),
        cases=tuple(Case(case_id=name, division="=North", risk="low") for name in cases),
    )
    chosen = st.sampled_from([None, *officers])
    plan = Plan(force, tuple(data.draw(chosen) for _ in cases))
    folder = tmp_path_factory.mktemp("cells")
    (folder / "plan.csv").write_bytes(plan_csv(plan))
    assert read_plan(folder / "plan.csv", force).officers == plan.officers
    for name in ("force", "force.xlsx"):
        write_force(force, folder / name)
        read = read_force(folder / name)
        assert (read.officers, read.cases) == (force.officers, force.cases)
    for path in (folder / "plan.csv", *sorted((folder / "force").glob("*.csv"))):
        with path.open(encoding="utf-8", newline="") as file:
            assert not any(cell.startswith(BEGINS) for row in csv.reader(file) for cell in row)


def test_cells_are_written_in_one_place_each() -> None:
    """Whoever else wrote CSV or workbooks could forget what spreadsheets take for formulas."""
    found = set()
    for path in Path(allocator.__file__).parent.rglob("*.py"):
        for node in (n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Attribute)):
            of = ast.unparse(node.value)
            if (of == "csv" and node.attr in ("writer", "DictWriter")) or ("sheet" in of and node.attr in UNSAFE):
                found.add((node.attr, path.name))
    assert found == {("writer", "writing.py")}
