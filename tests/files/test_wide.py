"""Tables of no force: too wide, texts and lists too long, or small in the file and large in memory."""

from __future__ import annotations

import zipfile

import pytest

from allocator.errors import InputError
from allocator.files import workbook as reader
from allocator.files.reading import read_force

LONG, MANY = "x" * 201, ";".join(f"A{k}" for k in range(1_001))


def refused(path):
    with pytest.raises(InputError) as error:
        read_force(path)
    return error.value.problems


@pytest.mark.parametrize("table", ["officers", "cases", "premises"])
def test_more_columns_than_any_table_has_are_one_problem_of_the_header(folder, workbook, table):
    names = [f"c{k}" for k in range(1_001)]
    (problem,) = [one for one in refused(folder({f"{table}.csv": "\n" + ",".join(names) + "\n"})) if one.row]
    assert (problem.file, problem.row, problem.expected) == (f"{table}.csv", 2, "at most 1,000 columns")
    found = [str(one) for one in refused(workbook({table: [names]})) if "columns" in one.expected]
    assert found == [f"tiny.xlsx, sheet {table}, row 1: '1,001 columns' found, expected at most 1,000 columns"]


def test_short_rows_below_a_wide_header_count_as_wide(folder):
    text = "officer_id,division,mosovo" + "," * 900 + "\n" + "A,North,none\n" * 20_000
    assert any("10,000,000 cells" in one.expected for one in refused(folder({"officers.csv": text})))


@pytest.mark.parametrize(
    ("column", "value"),
    [("case_id", LONG), ("division", LONG), ("officer", LONG), ("former", LONG), ("former", MANY), ("forums", MANY)],
)
def test_long_texts_and_lists_are_told_by_row_and_column(folder, workbook, column, value):
    row = {"case_id": "c1", "division": "North", "risk": "low"} | {column: value}
    found = refused(folder({"cases.csv": ",".join(row) + "\n" + ",".join(row.values()) + "\n"}))
    found += refused(workbook({"cases": [list(row), list(row.values())]}))
    told = [one for one in found if one.column == column]
    assert len(told) == 2 and all(one.row == 2 and one.value == value[:100] + "…" for one in told)
    most = "1,000 items" if column in ("former", "forums") else "200 characters"
    assert all(f"at most {most}" in one.expected for one in told)


SHEET = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"


def sharing(path, text, rows, cell):
    """A workbook whose cells hold one text that stands in it once."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        for name in ("officers", "cases"):
            book.add_worksheet(name).write_string(0, 0, "officer_id")
    cells = "".join(f'<row r="{k}">{cell.format(k)}</row>' for k in range(2, rows + 2))
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    shared = f"<sst {SHEET}><si><t>officer_id</t></si><si><r><t>{text[:9]}</t></r><r><t>{text[9:]}</t></r></si></sst>"
    parts["xl/sharedStrings.xml"] = shared.encode()
    sheet = f"<worksheet {SHEET}><sheetData>{cells}</sheetData></worksheet>"
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A{}" t="s"><v>1</v></c>',
        "<c t='s' r='A{}' ><v>01</v></c>",
        '<c r="A{}" t="s"><v xml:space="preserve">1</v></c>',
        '<c r="A{}" t="s"><v>&#49;</v></c>',
        '<c r="A{}" t="s"><v>+1</v></c>',
        '<c r="A{}" t="s"><f>1</f><v><![CDATA[1]]></v></c>',
    ],
)
def test_a_text_that_many_cells_share_is_counted_for_each(tmp_path, monkeypatch, cell):
    monkeypatch.setattr(reader, "MOST_TEXTS", 100_000)
    (problem, *_) = refused(sharing(tmp_path / "f.xlsx", "x" * 1_001, 100, cell))
    assert problem.expected == "at most 100,000 characters in all cells" and problem.value == "100,100 characters"


def test_a_text_longer_than_any_cell_may_hold_is_refused_before_it_is_laid_out(tmp_path):
    (problem, *_) = refused(sharing(tmp_path / "f.xlsx", "x" * 40_000, 2_000, '<c r="A{}" t="s"><v>1</v></c>'))
    assert problem.expected == "texts of at most 32,767 characters" and problem.value == "one of 40,000 characters"


def test_numbers_are_no_shared_texts(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "MOST_TEXTS", 100_000)
    found = refused(sharing(tmp_path / "f.xlsx", "x" * 1_001, 100, '<c r="A{}"><v>1</v></c>'))
    assert not [one for one in found if "characters in all cells" in one.expected]
