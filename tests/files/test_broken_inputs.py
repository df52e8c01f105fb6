"""Broken inputs: each gets the full list of its problems, in one pass."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from allocator.domain.policy import Limits, Policy
from allocator.errors import InputError, Problem
from allocator.files.columns import one_of
from allocator.files.reading import read_with_notices

Folder = Callable[..., Path]
Problems = Callable[..., list[Problem]]

OFFICERS = "officer_id,division,capacity,mosovo,skills,premises,status,buddy\n"
CASES = "case_id,division,risk,category,level,setting,premises,release_on,needs,officer,since,points,locked,excluded\n"
KEYS_OF_LIMITS = one_of(Limits.model_fields)
DATE = "a date such as 2025-03-31 or 31/03/2025"
RISK = "low, medium, high or very_high"


def officers(*rows: str) -> dict[str, str]:
    return {"officers.csv": OFFICERS + "".join(f"{row}\n" for row in rows)}


def cases(*rows: str) -> dict[str, str]:
    return {"cases.csv": CASES + "".join(f"{row}\n" for row in rows)}


# The twelve of the issue

TWELVE: dict[str, tuple[Mapping[str, str | bytes | None], list[Problem]]] = {
    "missing column": (
        {"cases.csv": "Case,division,riks,officer,since\nC1,North,low,OM1,2024-01-08\n"},
        [
            Problem(
                "cases.csv",
                "a column of this name",
                1,
                "case_id",
                maybe="the column Case should have this name.",
            ),
            Problem(
                "cases.csv",
                "a column of this name",
                1,
                "risk",
                maybe="the column riks should have this name.",
            ),
        ],
    ),
    "unknown officer": (
        {
            **officers("OM1,North,,trained,,,,OM9"),
            **cases(
                "C1,North,low,,,,,,,om1,2024-01-08,,,",
                "C2,North,low,,,,,,,Smith,2024-01-08,,,OM1;OM7;Jones",
            ),
        },
        [
            Problem("officers.csv", "an id listed in officers", 2, "buddy", "OM9", "OM1 is meant."),
            Problem("cases.csv", "an id listed in officers", 2, "officer", "om1", "OM1 is meant."),
            Problem("cases.csv", "an id listed in officers", 3, "officer", "Smith"),
            Problem("cases.csv", "an id listed in officers", 3, "excluded", "Jones"),
            Problem("cases.csv", "an id listed in officers", 3, "excluded", "OM7", "OM1 is meant."),
        ],
    ),
    "duplicate": (
        {
            **officers("OM1,North,,trained,,,,", "OM1,South,,none,,,,"),
            **cases("C1,North,low,,,,,,,,,,,", "C2,North,low,,,,,,,,,,,", " C1 ,North,low,,,,,,,,,,,"),
            "premises.csv": "premises_id,division\nAP1,North\nAP1,North\n",
        },
        [
            Problem("officers.csv", "an id used once; row 2 has it too", 3, "officer_id", "OM1"),
            Problem("cases.csv", "an id used once; row 2 has it too", 4, "case_id", "C1"),
            Problem("premises.csv", "an id used once; row 2 has it too", 3, "premises_id", "AP1"),
        ],
    ),
    "capacity 0.8": (
        officers("OM1,North,0.8,trained,,AP1,,", "OM2,North,100,none,,,,OM1"),
        [Problem("officers.csv", "a whole percent from 0 to 100", 2, "capacity", "0.8", "80 is meant.")],
    ),
    "bad date": (
        cases(
            "C1,North,low,,,custody,,31/12/25,,OM1,2024-02-30,,,",
            "C2,North,low,,,,,,,OM1,12/25/2024,,,",
        ),
        [
            Problem("cases.csv", DATE, 2, "release_on", "31/12/25", "the year lacks two of its four digits."),
            Problem("cases.csv", DATE, 2, "since", "2024-02-30"),
            Problem("cases.csv", DATE, 3, "since", "12/25/2024", "2024-12-25 is meant: days come before months."),
        ],
    ),
    "since in the future": (
        cases("C1,North,low,,,,,,,OM1,31/03/2025,,,", "C2,North,low,,,,,,,OM1,1 Apr 2025 ,,,"),
        [Problem("cases.csv", "a date not after the cycle date 2025-03-31", 3, "since", "1 Apr 2025 ")],
    ),
    "premises without row": (
        {
            **officers("OM1,North,,trained,,AP1;AP2,,"),
            **cases("C1,North,low,,,premises,AP3,,,,,,,"),
        },
        [
            Problem("officers.csv", "an id listed in premises", 2, "premises", "AP2", "AP1 is meant."),
            Problem("cases.csv", "an id listed in premises", 2, "premises", "AP3", "AP1 is meant."),
        ],
    ),
    "locked new case": (
        cases("C1,North,low,,,,,,,,,,Yes,"),
        [Problem("cases.csv", "no, since a new case cannot be pinned where it is", 2, "locked", "Yes")],
    ),
    "unknown policy key": (
        {"force.toml": "cycle_date = 2025-03-31\n[policy.limits]\ncasess = 3\n[policy.limit]\n[limits]\ncases = 3\n"},
        [
            Problem(
                "force.toml",
                "name, cycle_date or policy",
                column="limits",
                value="{ cases = 3 }",
                maybe="policy.limits is meant.",
            ),
            Problem(
                "force.toml",
                f"a key of policy.limits: {KEYS_OF_LIMITS}",
                column="policy.limits.casess",
                maybe="cases is meant.",
            ),
            Problem(
                "force.toml",
                f"a key of policy: {one_of(Policy.model_fields)}",
                column="policy.limit",
                maybe="limits is meant.",
            ),
        ],
    ),
    "empty file": (
        {"officers.csv": "", "premises.csv": "\ufeff\r\n , ,\r\n"},
        [
            Problem(
                "officers.csv",
                "a header with at least the columns officer_id, division and mosovo",
                value="an empty table",
            ),
            Problem(
                "premises.csv",
                "a header with at least the columns premises_id and division",
                value="an empty table",
            ),
        ],
    ),
    "wrong encoding": (
        {
            "officers.csv": OFFICERS.encode() + "OM1,Nörth,,trained,,,,\n".encode("cp1252"),
            "cases.csv": (CASES + "C1,North,low,,,,,,,,,,,\n").encode("utf-16"),
            "premises.csv": 'premises_id,division,note\nAP1,North,"two\nlines"\nAP2,Zoë,\n'.encode("cp1252"),
        },
        [
            Problem(
                "officers.csv",
                "text in UTF-8",
                2,
                value="Windows-1252 or another old encoding (byte 0xf6)",
                maybe="save it again as CSV UTF-8.",
            ),
            Problem("cases.csv", "text in UTF-8", value="UTF-16", maybe="save it again as CSV UTF-8."),
            Problem(
                "premises.csv",
                "text in UTF-8",
                3,
                value="Windows-1252 or another old encoding (byte 0xeb)",
                maybe="save it again as CSV UTF-8.",
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", TWELVE)
def test_all_problems_of_a_broken_folder_are_listed(name: str, folder: Folder, problems_of: Problems) -> None:
    changes, expected = TWELVE[name]
    path = folder(changes)
    before = sorted(file.name for file in path.iterdir())
    assert problems_of(path) == expected
    assert sorted(file.name for file in path.iterdir()) == before


def test_a_workbook_with_a_missing_sheet(workbook: Folder, problems_of: Problems) -> None:
    assert problems_of(workbook({"officers": [], "officer": [["officer_id"]]})) == [
        Problem("tiny.xlsx, sheet officers", "a sheet of this name", maybe="officer should have this name.")
    ]


# Together, and one pass


def test_a_row_lists_all_its_bad_cells_and_what_contradicts(folder: Folder, problems_of: Problems) -> None:
    path = folder(
        {
            **officers("OM1,North,0.8,trained,,AP9,,", "OM2,,80,awaiting,,,gone,OM1"),
            **cases(
                "C1,North,,9,1,premises,,,,OM2,,,no,",  # what other cells ask for is missing
                "C2,North,low,0,0,community,AP1,,,,2024-01-08,-3,y,OM2",
            ),
        }
    )
    assert problems_of(path) == [
        Problem("officers.csv", "a whole percent from 0 to 100", 2, "capacity", "0.8", "80 is meant."),
        Problem("officers.csv", "an id listed in premises", 2, "premises", "AP9", "AP1 is meant."),
        Problem("officers.csv", "a text of at most 200 characters", 3, "division", ""),
        Problem("officers.csv", "open, closed, absent or leaving", 3, "status", "gone"),
        Problem("cases.csv", RISK, 2, "risk", ""),
        Problem("cases.csv", "a whole number from 0 to 4", 2, "category", "9"),
        Problem("cases.csv", "a premises_id, since setting is premises", 2, "premises", ""),
        Problem("cases.csv", "the date from which the current officer has managed the case", 2, "since", ""),
        Problem("cases.csv", "an empty cell, since setting is community", 3, "premises", "AP1"),
        Problem("cases.csv", "an empty cell, since the case has no current officer", 3, "since", "2024-01-08"),
        Problem("cases.csv", "a whole number from 0 to 1,000,000", 3, "points", "-3"),
        Problem("cases.csv", "no, since a new case cannot be pinned where it is", 3, "locked", "y"),
    ]


def test_a_cell_that_cannot_be_read_contradicts_nothing(folder: Folder, problems_of: Problems) -> None:
    path = folder(cases("C1,North,low,,,approved,AP1,,,OM1;OM2,2024-01-08,,yes,"))
    assert problems_of(path) == [
        Problem("cases.csv", "community, custody or premises", 2, "setting", "approved"),
        Problem("cases.csv", "an id of at most 200 characters, without ;", 2, "officer", "OM1;OM2"),
    ]


def test_two_empty_ids_are_not_called_the_same(folder: Folder, problems_of: Problems) -> None:
    assert problems_of(folder(cases(",North,low,,,,,,,,,,,", ",North,low,,,,,,,,,,,"))) == [
        Problem("cases.csv", "an id of at most 200 characters, without ;", 2, "case_id", ""),
        Problem("cases.csv", "an id of at most 200 characters, without ;", 3, "case_id", ""),
    ]


def test_problems_of_all_files_come_together(folder: Folder, problems_of: Problems) -> None:
    path = folder(
        {
            "force.toml": 'cycle_date = "31/03/2025"\n[policy.limits]\ncases = true\n',
            "officers.csv": None,
            **cases("C1,North,low,,,premises,AP7,,,OM1,2030-01-01,,,"),
        }
    )
    # No officer is called unknown without a table of officers, no date late without a cycle date.
    assert problems_of(path, policy_changes={"relationship": {"max_moves": -1}}) == [
        Problem("force.toml", "a date such as 2025-03-31", column="cycle_date", value='"31/03/2025"'),
        Problem("force.toml", "a whole number from 0 to 1,000,000", column="policy.limits.cases", value="true"),
        Problem(
            "policy_changes",
            "a whole number from 0 to 1,000,000",
            column="policy.relationship.max_moves",
            value="-1",
        ),
        Problem("officers.csv", "a file of this name"),
        Problem("cases.csv", "an id listed in premises", 2, "premises", "AP7", "AP1 is meant."),
    ]


# Files and headers


def test_rows_are_counted_as_a_spreadsheet_does(folder: Folder, problems_of: Problems) -> None:
    # Row 1 header, 2 empty, 3 of two lines, 4 only commas, 5 a note that is not read, 6 bad.
    text = 'case_id,division,risk,note\n\nC1,North,low,"two\nlines"\n,,,\n,,,total\nC2,North,,"a\r\nb"\n'
    assert problems_of(folder({"cases.csv": text})) == [Problem("cases.csv", RISK, 6, "risk", "")]


def test_a_missing_premises_file_is_one_problem_where_premises_are_named(folder: Folder, problems_of: Problems) -> None:
    assert problems_of(folder({"premises.csv": None})) == [
        Problem("premises.csv", "a file of this name, since officers.csv, row 2 names AP1")
    ]


def test_a_header_twice_and_a_row_too_long(folder: Folder, problems_of: Problems) -> None:
    text = "case_id,Division,risk,division\nC1,North,low,South\nC2,North,hi,South,,high,x\n"
    assert problems_of(folder({"cases.csv": text})) == [
        Problem("cases.csv", "one column of this name, not 2", 1, "division"),
        Problem(
            "cases.csv",
            "no more cells than the 4 of the header",
            3,
            value="high,x",
            maybe="a cell that holds a comma lacks its quotes.",
        ),
        Problem("cases.csv", RISK, 3, "risk", "hi", "high is meant."),
    ]


def test_a_column_that_only_some_rows_need_is_asked_for_once(folder: Folder, problems_of: Problems) -> None:
    text = "case_id,division,risk,officer\nC1,North,low,\nC2,North,low,OM1\nC3,North,low,OM2\n"
    assert problems_of(folder({"cases.csv": text})) == [
        Problem(
            "cases.csv",
            "a column of this name; row 3 needs the date from which the current officer has managed the case",
            1,
            "since",
        )
    ]


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_other_delimiters_are_named(mark: str, name: str, folder: Folder, problems_of: Problems) -> None:
    text = f"\ufeffpremises_id{mark}division\nAP1{mark}North\n"
    assert problems_of(folder({"premises.csv": text})) == [
        Problem(
            "premises.csv",
            "columns separated by commas",
            1,
            value=f"premises_id{mark}division",
            maybe=f"the file was saved with {name}: save it again as CSV (comma delimited).",
        )
    ]


def test_a_quote_that_never_closes_swallows_no_rows(folder: Folder, problems_of: Problems) -> None:
    text = 'case_id,division,risk\nC1,North,low\nC2,"North,low\nC3,North,low\n'
    assert problems_of(folder({"cases.csv": text})) == [
        Problem(
            "cases.csv",
            "cells separated by commas, each quote closed (unexpected end of data)",
            3,
            maybe='a cell that begins here with a quote (") does not end with one.',
        )
    ]


def test_a_workbook_named_csv(folder: Folder, workbook: Folder, problems_of: Problems) -> None:
    assert problems_of(folder({"cases.csv": workbook().read_bytes()})) == [
        Problem(
            "cases.csv",
            "text in UTF-8",
            value="a zip file",
            maybe="it is a workbook under another name: give it the ending .xlsx.",
        )
    ]


def test_a_folder_in_the_place_of_a_file(folder: Folder, problems_of: Problems) -> None:
    path = folder({"cases.csv": None})
    (path / "cases.csv").mkdir()
    assert problems_of(path) == [Problem("cases.csv", "a file that can be read (Is a directory)")]


def test_two_files_of_nearly_one_name(folder: Folder, problems_of: Problems) -> None:
    path = folder({"cases.csv": None})
    for name in ("Cases.csv", "CASES.CSV"):
        (path / name).write_text("case_id,division,risk\n")
    if len(list(path.glob("[cC]*"))) == 2:  # some file systems keep one
        found = "CASES.CSV and Cases.csv"
        assert problems_of(path) == [Problem("cases.csv", "one table of this name", value=found)]


# force.toml


def test_dates_that_are_no_dates_and_former_officers_who_are_nobody(folder: Folder, problems_of: Problems) -> None:
    # Every bad date of a table is told; that OM9 and Jones are unknown is no problem of former, as it is of excluded.
    path = folder(
        {
            "cases.csv": (
                "case_id,division,risk,visit_due,review_due,former,excluded\n"
                "C1,North,low,31/02/2025,,OM9;Jones,\n"
                "C2,North,low,soon,03/25/2025,Jones,Jones\n"
            )
        }
    )
    assert problems_of(path) == [
        Problem("cases.csv", DATE, 2, "visit_due", "31/02/2025"),
        Problem("cases.csv", "an id listed in officers", 3, "excluded", "Jones"),
        Problem("cases.csv", DATE, 3, "visit_due", "soon"),
        Problem("cases.csv", DATE, 3, "review_due", "03/25/2025", "2025-03-25 is meant: days come before months."),
    ]


@pytest.mark.parametrize(
    ("text", "row"),
    [("[policy.limits]\ncases = 3\n[policy.points\n", 3), ("a = 1\nname = ", 2), ("=\n\n", 1)],
)
def test_a_line_that_is_no_toml(text: str, row: int, folder: Folder, problems_of: Problems) -> None:
    [problem] = problems_of(folder({"force.toml": text}))  # what it says of the line is the parser's wording
    assert problem == Problem("force.toml", problem.expected, row, value=text.split("\n")[row - 1])
    assert problem.expected.startswith("TOML (")
    assert "line" not in problem.expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name = 3", Problem("force.toml", "a text of at most 200 characters", column="name", value="3")),
        (
            "cycle_date = 2025-03-31T09:00:00",
            Problem("force.toml", "a date such as 2025-03-31", column="cycle_date", value="2025-03-31 09:00:00"),
        ),
        ("policy = 3", Problem("force.toml", "a table", column="policy", value="3")),
        (
            "policy.limits = 3",
            Problem(
                "force.toml",
                f"a table (keys: {KEYS_OF_LIMITS})",
                column="policy.limits",
                value="3",
            ),
        ),
        (
            'policy.limits.cases = "50"',
            Problem("force.toml", "a whole number from 0 to 1,000,000", column="policy.limits.cases", value='"50"'),
        ),
        (
            "policy.limits.cases = 50.0",
            Problem("force.toml", "a whole number from 0 to 1,000,000", column="policy.limits.cases", value="50.0"),
        ),
        (
            "policy.limits.high_risk_percent = 101",
            Problem(
                "force.toml",
                "a whole percent from 0 to 100",
                column="policy.limits.high_risk_percent",
                value="101",
            ),
        ),
        (
            'policy.limits.high_risk = ["high", "Very High"]',
            Problem(
                "force.toml",
                RISK,
                column="policy.limits.high_risk",
                value='"Very High"',
                maybe="very_high is meant.",
            ),
        ),
        (
            'policy.limits.high_risk = "high"',
            Problem("force.toml", f"a list, each {RISK}", column="policy.limits.high_risk", value='"high"'),
        ),
        (
            "policy.training.buddy_required = 1",
            Problem("force.toml", "true or false", column="policy.training.buddy_required", value="1"),
        ),
        (
            "policy.training.levels = [2, 4]",
            Problem("force.toml", "a whole number from 0 to 3", column="policy.training.levels", value="4"),
        ),
        (
            'policy.training.risks = ["very high"]',
            Problem(
                "force.toml",
                RISK,
                column="policy.training.risks",
                value='"very high"',
                maybe="very_high is meant.",
            ),
        ),
        (
            "policy.training.risks = 4",
            Problem("force.toml", f"a list, each {RISK}", column="policy.training.risks", value="4"),
        ),
        (
            'policy.divisions.skills = "da"',
            Problem("force.toml", "a list, each a text, without ;", column="policy.divisions.skills", value='"da"'),
        ),
        (
            'policy.divisions.skills = ["da", 3]',
            Problem("force.toml", "a text, without ;", column="policy.divisions.skills", value="3"),
        ),
        (
            'policy.divisions.skills = ["da;iom"]',
            Problem("force.toml", "a text, without ;", column="policy.divisions.skills", value='"da;iom"'),
        ),
        (
            "policy.divisions.skill = []",
            Problem(
                "force.toml",
                "a key of policy.divisions: cross, away or skills",
                column="policy.divisions.skill",
                maybe="skills is meant.",
            ),
        ),
        (
            "policy.relationship.former = -1",
            Problem(
                "force.toml", "a whole number from 0 to 1,000,000", column="policy.relationship.former", value="-1"
            ),
        ),
        (
            "policy.relationship.former = true",
            Problem(
                "force.toml", "a whole number from 0 to 1,000,000", column="policy.relationship.former", value="true"
            ),
        ),
        (
            "policy.points.level.4 = 1",
            Problem("force.toml", "a key of policy.points.level: 0, 1, 2 or 3", column="policy.points.level.4"),
        ),
        (
            "policy.points.risk.hihg = 1",
            Problem(
                "force.toml",
                f"a key of policy.points.risk: {RISK}",
                column="policy.points.risk.hihg",
                maybe="high is meant.",
            ),
        ),
        (
            "policy.unplaced.low = 0",
            Problem("force.toml", "a whole number from 1 to 1,000,000", column="policy.unplaced.low", value="0"),
        ),
        (
            "policy.fairness.band_percent = 0",
            Problem(
                "force.toml",
                "a whole percent from 1 to 100",
                column="policy.fairness.band_percent",
                value="0",
            ),
        ),
    ],
)
def test_settings_that_are_wrong(text: str, problem: Problem, folder: Folder, problems_of: Problems) -> None:
    assert problems_of(folder({"force.toml": text})) == [problem]


# Paths and workbooks

FORCE = "a folder of CSV files or an .xlsx workbook"
OPEN = "an .xlsx workbook that can be opened"
DAMAGED = "it is damaged: open it in a spreadsheet program and save it again."
PROTECTED = "it has a password, or the old .xls format: save it as .xlsx without a password."


def test_a_path_that_does_not_exist(folder: Folder, problems_of: Problems) -> None:
    path = folder().with_name("tinny")
    assert problems_of(path) == [Problem(str(path), FORCE, value="nothing", maybe="tiny is meant.")]


def test_a_file_that_is_no_workbook(folder: Folder, problems_of: Problems) -> None:
    path = folder()
    assert problems_of(path / "cases.csv") == [
        Problem(str(path / "cases.csv"), FORCE, value="another file", maybe=f"its folder {path} is meant.")
    ]
    (path / "tiny.ods").write_bytes(b"")
    assert problems_of(path / "tiny.ods") == [
        Problem(str(path / "tiny.ods"), FORCE, value="another file", maybe="save it as .xlsx.")
    ]


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (b"", DAMAGED),
        (b"no workbook", DAMAGED),
        (b"PK\x03\x04 no workbook either", DAMAGED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), PROTECTED),
    ],
)
def test_a_workbook_that_cannot_be_opened(data: bytes, advice: str, tmp_path: Path, problems_of: Problems) -> None:
    (tmp_path / "tiny.xlsx").write_bytes(data)
    assert problems_of(tmp_path / "tiny.xlsx") == [Problem("tiny.xlsx", OPEN, maybe=advice)]


def test_every_shortened_workbook_is_called_damaged(workbook: Folder, problems_of: Problems) -> None:
    path = workbook()
    data = path.read_bytes()
    for end in range(0, len(data) - 1, 997):
        path.write_bytes(data[:end])
        assert problems_of(path) == [Problem("tiny.xlsx", OPEN, maybe=DAMAGED)]


@pytest.mark.parametrize(("row", "column"), [(1_048_575, 16_383), (700_000, 20), (150, 16_383 * 5)])
def test_a_cell_far_away_is_refused_before_the_sheet_is_laid_out(
    row: int, column: int, workbook: Folder, problems_of: Problems
) -> None:
    path = workbook()
    place = f"{'XFD' if column > 25 else 'U'}{row + 1}"
    stray = f'<row r="{row + 1}"><c r="{place}"><v>1</v></c></row>'
    if row == 150:  # cells that do not say where they are
        stray = f'<row r="90000">{"<c/>" * column}<c><v>1</v></c></row>'
    rewritten(path, "xl/worksheets/sheet2.xml", "</sheetData>", f"{stray}</sheetData>")
    (problem,) = problems_of(path)
    assert problem.file == "tiny.xlsx, sheet cases" and problem.expected.startswith("at most 10,000,000 cells")
    assert problem.maybe is not None and problem.maybe.startswith("a cell far below")


def test_styles_far_away_are_no_cells_and_a_sheet_may_be_long_or_wide(workbook: Folder) -> None:
    path = workbook()
    strays = '<row r="200000"><c r="A200000"><v></v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    rewritten(path, "xl/worksheets/sheet2.xml", "</sheetData>", f"{strays}</sheetData>")
    assert len(read_with_notices(path).force.cases) == 2


def rewritten(path: Path, part: str, old: str, new: str) -> None:
    """Change a part of a workbook."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)


def test_problems_are_sentences_with_advice_on_lines_of_their_own(folder: Folder) -> None:
    path = folder(officers("OM1,North,0.8,trained,,AP1,,", "OM2,North,80,awaiting,,,,OM1"))
    with pytest.raises(InputError) as refused:
        read_with_notices(path)
    assert str(refused.value) == (
        "1 problem in the input:\n"
        "  officers.csv, row 2, capacity: '0.8' found, expected a whole percent from 0 to 100\n"
        "    Maybe 80 is meant."
    )


def test_the_first_problems_of_each_file_are_told_row_by_row_and_the_rest_counted(tmp_path):
    rows = "".join(f"o{k},,sideways\n" for k in range(2_000))
    (tmp_path / "officers.csv").write_text("officer_id,division,status\n" + rows)
    (tmp_path / "cases.csv").write_text("case_id,division,risk\nc1,North,purple\n")
    with pytest.raises(InputError) as told:
        read_with_notices(tmp_path)
    assert (told.value.more, len(told.value.problems)) == (3_001, 1_001)
    assert {problem.column for problem in told.value.problems[1:3]} == {"division", "status"}
    assert str(told.value).startswith("4,002 problems") and str(told.value).endswith("  and 3,001 more")


# Ten to the ninth times a text, if anybody put all in their places.
_MANY = "".join(f'<!ENTITY e{k} "{f"&e{k - 1};" * 10}">' for k in range(1, 10))
ENTITIES = {
    "of a file": '<!DOCTYPE t [<!ENTITY e SYSTEM "file://SECRET">]>',
    "of a server": '<!DOCTYPE t [<!ENTITY % d SYSTEM "http://127.0.0.1:9/x.dtd"> %d; <!ENTITY e "lollol">]>',
    "of many others": f'<!DOCTYPE t [<!ENTITY e0 "lollol">{_MANY}<!ENTITY e "&e9;">]>',
}


@pytest.mark.parametrize("kind", ENTITIES)
@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_brings_in_nothing_from_elsewhere(workbook, tmp_path, problems_of, kind, part):
    secret, path = tmp_path / "secret", workbook()
    secret.write_text("what nobody may read")
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    head, mark, rest = parts[part].partition(b"?>")
    # Every text of this part begins with the entity.
    for before in (b"<t>", b'name="', b"<v>"):
        rest = rest.replace(before, before + b"&e;")
    parts[part] = head + mark + ENTITIES[kind].replace("SECRET", str(secret)).encode() + rest
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    told = "".join(map(str, problems_of(path)))
    assert told and "what nobody" not in told and "lollol" not in told
