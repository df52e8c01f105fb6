"""plan.csv, plan.json and plan.xlsx as bytes."""

import io
import json
import zipfile
from datetime import date

from python_calamine import CalamineWorkbook

from allocator.analysis.explain import explain
from allocator.domain.plan import Plan
from allocator.files.plan_files import json_bytes, plan_csv
from allocator.files.plan_reading import read_plan
from allocator.reporting.model import Column, Table
from allocator.reporting.plan_files import plan_files
from allocator.reporting.renderers.workbook import workbook
from tests.results import result
from tests.tiny import current, force, new, officer, plan

DAY = date(2026, 3, 31)
# What a spreadsheet would run, follow or reckon with if it were let.
FORMULAS = ["=1+1", "+44", "-5", "@SUM(A1)", "\t=1", "https://example.org", "007", "1e5"]


def rows(data: bytes, sheet: str) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_plan_csv_is_one_row_a_case_in_input_order():
    f = force(
        [officer("A"), officer("B")],
        [new("c4"), current("c3", "A"), current("c2", "A"), new("c1", needs=frozenset({"x"}))],
    )
    assert plan_csv(plan(f, c4="B", c2="B")) == (
        b"case_id,officer_id,action,from_officer_id\r\nc4,B,placed,\r\nc3,A,kept,A\r\nc2,B,moved,A\r\nc1,,unplaced,\r\n"
    )


def test_plan_csv_comes_back_as_it_went(tmp_path):
    ids = ["=1+1", "@x", "-5", "a,b", 'q"q', "007", "Zoë", "c d"]
    f = force([officer("=A"), officer("B")], [*(current(i, "=A") for i in ids), new("n")])
    made = Plan(f, ("B", *("=A" for _ in ids[1:]), None))
    path = tmp_path / "plan.csv"
    path.write_bytes(plan_csv(made))
    assert read_plan(path, f) == made


def test_json_is_utf_8_and_ends_its_line():
    data = json_bytes({"name": "Zoë"})
    assert data.endswith(b"}\n")
    assert "Zoë".encode() in data
    assert json.loads(data) == {"name": "Zoë"}


def test_nothing_in_a_workbook_is_a_formula_a_link_or_a_number_by_its_looks():
    table = Table((Column("=1+1", width=10),), tuple((text,) for text in FORMULAS), "p")
    data = workbook([table], DAY, "=2+2")
    found = parts(data)
    assert not any("<f>" in text or "<f " in text for name, text in found.items() if "worksheets" in name)
    assert not any("<hyperlink" in text for text in found.values())
    assert [row[0] for row in rows(data, "p")] == ["=2+2", "=1+1", *FORMULAS]
    assert all(isinstance(row[0], str) for row in rows(data, "p"))


def test_a_page_has_a_frozen_header_with_a_filter():
    sheet = parts(workbook([Table((Column("a", width=10), Column("b", width=20)), (("x", 1), ("y", 2)), "p")], DAY))[
        "xl/worksheets/sheet1.xml"
    ]
    assert '<pane xSplit="1" ySplit="1"' in sheet
    assert '<autoFilter ref="A1:B3"/>' in sheet
    assert '<col min="2" max="2" width="20.' in sheet


def test_figures_are_numbers_and_nothing_is_nothing():
    data = workbook(
        [Table((Column("a", width=10), Column("b", width=10), Column("c", width=10)), ((3, 20.5, None),), "p")], DAY
    )
    assert rows(data, "p")[1] == [3, 20.5, ""]


def test_a_text_longer_than_a_cell_is_cut_not_lost():
    (_, (text,)) = rows(workbook([Table((Column("a", width=10),), (("x" * 40_000,),), "p")], DAY), "p")
    assert text == "x" * 32_767


def test_an_empty_page_opens():
    assert rows(workbook([Table((Column("a", width=10),), (), "p")], DAY), "p") == [["a"]]


def report():
    # A starts with 3 of 1 and keeps 2; c1 goes to B; B takes =n; nobody may take n2 or c4.
    f = force(
        [officer("A"), officer("B"), officer("C", capacity=0)],
        [
            *(current(c, "A", risk="high") for c in ("c1", "c2", "c3")),
            current("c4", "A", excluded=frozenset({"A", "B"})),
            new("=n"),
            new("n2", needs=frozenset({"x"})),
        ],
        limits={"cases": 2},
    )
    return explain(result(plan(f, c1="B", c4=None, **{"=n": "B"})), "abc")


def test_the_sheets_of_a_plan():
    data = plan_files(report())["plan.xlsx"]
    names = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    assert names == ["summary", "officers", "moves", "new cases", "findings"]


def column(table: list[list[object]], title: str) -> list[object]:
    return [row[table[0].index(title)] for row in table[1:]]


def test_every_officer_has_a_row():
    table = rows(plan_files(report())["plan.xlsx"], "officers")
    assert column(table, "officer") == ["A", "B", "C"]
    assert column(table, "cases before") == [4, 0, 0]
    assert column(table, "cases after") == [3, 2, 0]
    assert column(table, "% of fair share after")[2] == "no capacity"
    assert "case-limit +1" in str(column(table, "remarks")[0])


def test_every_move_has_its_reason_and_what_nobody_takes_stands_with_them():
    table = rows(plan_files(report())["plan.xlsx"], "moves")
    assert column(table, "case") == ["c1", "c4"]
    assert column(table, "from") == ["A", "A"]
    assert column(table, "to") == ["B", "nobody"]
    assert column(table, "could have stayed") == ["yes", "no"]
    assert str(column(table, "why")[0]).startswith("If it stayed: A would hold 4 cases; the limit is 2")
    assert str(column(table, "why")[1]).endswith("It is still with A until a supervisor decides.")


def test_every_new_case_has_a_row():
    table = rows(plan_files(report())["plan.xlsx"], "new cases")
    assert column(table, "case") == ["=n", "n2"]
    assert column(table, "officer") == ["B", "nobody"]


def test_every_finding_has_a_row():
    made = report()
    table = rows(plan_files(made)["plan.xlsx"], "findings")
    assert len(table) - 1 == len(made.result.findings)
    assert column(table, "rule") == [finding.rule for finding in made.result.findings]
    assert all(column(table, "what it says"))


def test_the_summary_tells_goals_and_digest():
    table = rows(plan_files(report())["plan.xlsx"], "summary")
    assert table[0][0] == "tiny"
    assert {row[0] for row in table} >= {"unplaced", "excess", "disruption", "fairness"}
    assert ["digest of the input", "abc"] in [row[:2] for row in table]


def test_the_same_plan_gives_the_same_bytes():
    assert plan_files(report()) == plan_files(report())
