"""Forces as they come: folders and workbooks, typed by people, all read as the same force."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from allocator.domain.force import Case, Force, Officer, Premises
from allocator.errors import Problem
from allocator.files.digest import digest
from allocator.files.reading import read_force, read_with_notices

Folder = Callable[..., Path]
Problems = Callable[..., list[Problem]]

TINY = Force(
    name="tiny",
    cycle_date=date(2025, 3, 31),
    officers=(
        Officer(
            officer_id="OM1",
            division="North",
            mosovo="trained",
            skills=frozenset({"da", "iom"}),
            premises=frozenset({"AP1"}),
        ),
        Officer(officer_id="OM2", division="North", capacity=80, mosovo="awaiting", buddy="OM1"),
    ),
    cases=(
        Case(
            case_id="C1",
            division="North",
            risk="low",
            category=1,
            level=1,
            setting="custody",
            release_on=date(2025, 6, 1),
            needs=frozenset({"da"}),
            officer="OM1",
            since=date(2024, 1, 8),
            locked=True,
            excluded=frozenset({"OM2"}),
        ),
        Case(case_id="C2", division="North", risk="very_high", setting="premises", premises="AP1", points=7),
    ),
    premises=(Premises(premises_id="AP1", division="North", expected_arrivals=2),),
)

# The same force as three other people would type it.
TYPED = {
    "officers.csv": (
        "\ufeffBuddy, Officer ID ,MOSOVO,DIVISION,capacity,Premises,Skills,status\r\n"
        ",OM1 ,Trained,\u00a0North,100%,AP1;,da ; iom;da,Open\r\n"
        "\r\n"
        "OM1,OM2,awaiting,North,80.0,,\r\n"
        ",,,,,,,\r\n"
    ),
    "cases.csv": (
        "case-id,Division,RISK,Category,Level,Setting,premises,Release on,needs,officer,since,points,LOCKED,"
        "excluded\n"
        ' C1,North,Low,1,1,Custody,,1/6/2025,"da",OM1,8 Jan 2024,,Y,"OM2;"\n'
        '\n"C2","North","Very High",,,PREMISES,AP1,,,,,7,,\n'
    ),
}


def test_a_folder_is_read(folder: Folder) -> None:
    reading = read_with_notices(folder())
    assert reading.force == TINY
    assert reading.notices == ()
    assert reading.digest == digest(TINY)
    assert read_force(str(folder())) == TINY


def test_the_same_force_typed_otherwise(folder: Folder) -> None:
    reading = read_with_notices(folder(TYPED))
    assert reading.force == TINY
    assert reading.notices == ()
    assert reading.digest == digest(TINY)


def test_a_workbook_is_read(workbook: Folder) -> None:
    reading = read_with_notices(workbook())
    assert (reading.force, reading.notices, reading.digest) == (TINY, (), digest(TINY))


def test_a_workbook_of_numbers_dates_and_empty_rows(workbook: Folder) -> None:
    path = workbook(
        {
            "officers": [
                [],
                [None, "officer_id", "division", "mosovo", "capacity"],
                [None, 101, "North", "trained", 80.0],
            ],
            "cases": [
                ["case_id", "division", "risk", "officer", "since", "locked", "points"],
                [7, "North", "High", 101, date(2024, 1, 8), True, 0],
                [],
                [8.0, "North", "High", "101", datetime(2024, 1, 8, 9, 30), False, None],
            ],
        }
    )
    force = read_force(path)
    assert force.officers == (Officer(officer_id="101", division="North", mosovo="trained", capacity=80),)
    since = date(2024, 1, 8)
    assert force.cases == (
        Case(case_id="7", division="North", risk="high", officer="101", since=since, locked=True, points=0),
        Case(case_id="8", division="North", risk="high", officer="101", since=since),
    )


def test_problems_of_a_workbook_are_named_by_sheet_and_row(workbook: Folder, problems_of: Problems) -> None:
    path = workbook(
        {
            "officers": [
                [],
                ["officer_id", "division", "mosovo", "capacity", "rate"],
                [],
                ["OM1", "North", "trained", 0.8, 0.5],
            ],
            "cases": [["case_id", "division", "risk", "release_on"], ["C1", "North", "low", 45000]],
            "premises": [],
        }
    )
    assert problems_of(path) == [
        Problem("tiny.xlsx, sheet officers", "a whole percent from 0 to 100", 4, "capacity", "0.8", "80 is meant."),
        Problem(
            "tiny.xlsx, sheet cases",
            "a date such as 2025-03-31 or 31/03/2025",
            2,
            "release_on",
            "45000",
            "the spreadsheet holds a date as a plain number here: format the column as a date.",
        ),
    ]


def test_formulas_without_a_value_are_no_empty_cells(workbook: Folder, problems_of: Problems) -> None:
    path = workbook(
        {
            "officers": [
                ["officer_id", "division", "mosovo", "capacity", "note"],
                ["OM1", "North", "trained", "=CAPACITY", "=NOTE"],
                ["OM2", "North", "trained", "=SUM", "=NOTE"],
                ["OM3", "North", "trained", "=GOOD", "=NOTE"],
            ],
            "cases": [["case_id", "division", "risk"]],
        }
    )
    # What spreadsheet programs write: a failed formula, one never calculated, one that gives 80.
    part = "xl/worksheets/sheet1.xml"
    rewrite(
        path,
        part,
        [
            (b"<f>CAPACITY</f><v>0</v>", b"<f>1/0</f><v>#DIV/0!</v>", b' t="e"'),
            (b"<f>SUM</f><v>0</v>", b"<f>40+40</f><v></v>", b""),
            (b"<f>GOOD</f><v>0</v>", b"<f>40+40</f><v>80</v>", b""),
            (b"<f>NOTE</f><v>0</v>", b"<f>1/0</f><v>#REF!</v>", b' t="e"'),  # in a column that is not read
        ],
    )
    assert problems_of(path) == [
        Problem(
            "tiny.xlsx, sheet officers",
            "a whole percent from 0 to 100",
            2,
            "capacity",
            "#DIV/0!",
            "the formula in the spreadsheet failed.",
        ),
        Problem(
            "tiny.xlsx, sheet officers",
            "a whole percent from 0 to 100",
            3,
            "capacity",
            "=40+40",
            "the formula was never calculated: open the workbook in a spreadsheet program, save it.",
        ),
    ]


def rewrite(path: Path, part: str, changes: list[tuple[bytes, bytes, bytes]]) -> None:
    """Replace formulas in a part of a workbook, and give their cells an attribute."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            for before, after, attribute in changes if name == part else ():
                assert before in data
                data = data.replace(b">" + before, attribute + b">" + after)
            new.writestr(name, data)


def test_sheets_and_files_are_found_in_any_case(folder: Folder, workbook: Folder) -> None:
    path = folder()
    (path / "cases.csv").rename(path / "Cases.CSV")
    assert read_force(path) == TINY
    rows = [["case_id", "division", "risk"], ["C9", "North", "low"]]
    path = workbook({"cases": [], " Cases": rows})
    assert [case.case_id for case in read_force(path).cases] == ["C9"]


def test_tables_of_nothing_are_no_bad_input(folder: Folder) -> None:
    force = read_force(folder({"cases.csv": "case_id,division,risk\n", "officers.csv": "officer_id,division,mosovo\n"}))
    assert (force.officers, force.cases) == ((), ())


def test_premises_may_be_missing_when_nobody_names_any(folder: Folder) -> None:
    force = read_force(
        folder(
            {
                "premises.csv": None,
                "cases.csv": "case_id,division,risk\nC1,South,low\n",
                "officers.csv": "officer_id,division,mosovo\nOM1,North,none\n",
            }
        )
    )
    assert force.premises == ()


def test_who_knew_a_case_who_discusses_it_and_what_is_due(folder: Folder) -> None:
    # Former officers: one of the force twice, the present one, and one who has left; dates as people type them.
    reading = read_with_notices(
        folder(
            {
                "cases.csv": (
                    "case_id,division,risk,officer,since,Former,FORUMS,visit due,Review-Due\n"
                    "C1,North,low,OM1,2024-01-08, OM2 ;OM1;OM2;;OM9 ,marac; Matac;marac,31/3/2025,1 Apr 2025\n"
                    "C2,North,low,,,,,2025-03-30,30.3.2025\n"
                    "C3,North,low,,,OM9,;,,\n"
                )
            }
        )
    )
    assert reading.notices == ()
    one, two, three = reading.force.cases
    assert (one.former, one.forums) == ({"OM1", "OM2", "OM9"}, {"marac", "Matac"})
    assert (one.visit_due, one.review_due) == (date(2025, 3, 31), date(2025, 4, 1))
    assert (two.former, two.forums) == (frozenset(), frozenset())
    assert (two.visit_due, two.review_due) == (date(2025, 3, 30), date(2025, 3, 30))
    assert (three.former, three.forums, three.visit_due, three.review_due) == ({"OM9"}, frozenset(), None, None)


def test_a_workbook_with_due_dates_as_dates(workbook: Folder) -> None:
    rows: list[list[Any]] = [
        ["case_id", "division", "risk", "former", "forums", "visit_due", "review_due"],
        ["C1", "North", "low", "OM2;OM9", "marac", date(2025, 4, 1), datetime(2025, 3, 1, 9, 30)],
        ["C2", "North", "low", 101, None, None, None],
    ]
    one, two = read_force(workbook({"cases": rows})).cases
    assert (one.former, one.forums) == ({"OM2", "OM9"}, {"marac"})
    assert (one.visit_due, one.review_due) == (date(2025, 4, 1), date(2025, 3, 1))
    assert (two.former, two.visit_due) == ({"101"}, None)


def test_settings_of_risks_skills_and_former_officers(folder: Folder) -> None:
    path = folder(
        {
            "force.toml": "[policy.training]\nrisks = ['high', 'very_high']\n"
            "[policy.divisions]\nskills = ['da', 'iom']\n[policy.relationship]\nformer = 0\n"
        }
    )
    policy = read_force(path).policy
    assert policy.training.risks == ("high", "very_high")
    assert policy.divisions.skills == ("da", "iom")
    assert policy.relationship.former == 0


def test_settings_are_merged_key_by_key_and_lists_replace(folder: Folder) -> None:
    path = folder(
        {
            "force.toml": "\ufeff[policy.limits]\ncases = 40\nhigh_risk = ['very_high']\n"
            "[policy.points]\nrisk = { low = 2 }\nlevel.1 = 3\n"
        }
    )
    policy = read_force(path, policy_changes={"limits": {"cases": 45}, "relationship": {"max_moves": 0}}).policy
    assert (policy.limits.cases, policy.limits.intake) == (45, 10)
    assert policy.limits.high_risk == ("very_high",)
    assert policy.points.risk.model_dump() == {"low": 2, "medium": 2, "high": 4, "very_high": 12}
    assert policy.points.level == {"1": 3, "2": 6, "3": 12}
    assert policy.relationship.max_moves == 0


@pytest.mark.parametrize("text", [None, "", "# nothing set\r\n"])
def test_without_a_cycle_date_it_is_today(text: str | None, folder: Folder) -> None:
    days = {date.today(), read_force(folder({"force.toml": text})).cycle_date, date.today()}
    assert len(days) == 1 or min(days) < max(days) == date.today()  # midnight may pass meanwhile


@pytest.mark.parametrize("typed", ["2025-02-17", '"2025-02-17"'])
def test_the_cycle_date_may_be_a_date_or_its_text(typed: str, folder: Folder) -> None:
    assert read_force(folder({"force.toml": f"cycle_date = {typed}"})).cycle_date == date(2025, 2, 17)


def test_columns_that_are_not_read_are_named_in_one_notice(folder: Folder) -> None:
    reading = read_with_notices(
        folder(
            {
                "officers.csv": "officer_id,division,mosovo,Surname,premises\nOM1,North,trained,Smith,AP1\n",
                "cases.csv": (
                    ',case_id,division,risk,exluded,notes,Date of birth,\n0,C1,North,low,OM1,"a,\nb",1/1/70,\n'
                ),
            }
        )
    )
    assert tuple(map(str, reading.notices)) == (
        "Columns that are neither read nor kept: officers.csv: Surname; "
        "cases.csv: exluded, notes, Date of birth, column 1 without a header.\n"
        "    Maybe the column exluded of cases.csv should be called excluded.",
    )


def test_a_capacity_of_one_percent_is_told(workbook: Folder) -> None:
    rows: list[list[Any]] = [["officer_id", "division", "mosovo", "capacity"], ["OM1", "North", "none", 1.0]]
    path = workbook({"officers": rows, "cases": [["case_id", "division", "risk"]]})
    told = tuple(map(str, read_with_notices(path).notices))
    assert told == ("Capacity is 1 percent for OM1.\n    Maybe 100 is meant.",)


def test_settings_under_another_name_are_told(workbook: Folder) -> None:
    path = workbook()
    path.with_suffix(".toml").rename(path.with_name("force.toml"))
    told = "force.toml is not read: the settings of this workbook would be in tiny.toml."
    assert tuple(map(str, read_with_notices(path).notices)) == (told,)


# The digest


def test_the_digest_is_of_columns_rows_and_policy() -> None:
    # By hand, for a force of one officer: every cell in its one written form, keys of the policy sorted.
    force = Force(officers=(Officer(officer_id="Zoë", division='"', mosovo="none"),), cases=())
    policy = json.dumps(force.policy.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    officers, cases, premises = (
        json.dumps(list(model.model_fields), separators=(",", ":")) for model in (Officer, Case, Premises)
    )
    assert officers.startswith('["officer_id","division","capacity","mosovo","skills","premises","status","buddy"')
    more = ',""' * (len(Officer.model_fields) - 8)  # columns that are empty unless given
    row = f'["Zoë","\\"","100","none","","","open",""{more}]'
    text = f'{{"officers":[{officers},{row}],"cases":[{cases}],"premises":[{premises}],"policy":{policy}}}'
    assert digest(force) == hashlib.sha256(text.encode()).hexdigest()


def test_the_digest_tells_forces_apart() -> None:
    points = TINY.replace(cases=(TINY.cases[0], TINY.cases[1].model_copy(update={"points": 0})))
    none = TINY.replace(cases=(TINY.cases[0], TINY.cases[1].model_copy(update={"points": None})))
    swapped = TINY.replace(cases=TINY.cases[::-1])
    policy = TINY.replace(policy=TINY.policy.merge({"relationship": {"max_moves": 0}}))
    assert len({digest(force) for force in (TINY, points, none, swapped, policy)}) == 5
    fields: list[dict[str, Any]] = [
        {"former": frozenset({"OM1"})},
        {"former": frozenset({"OM2"})},
        {"forums": frozenset({"marac"})},
        {"visit_due": date(2025, 4, 1)},
        {"review_due": date(2025, 4, 1)},
    ]
    changed = [TINY.replace(cases=(TINY.cases[0].model_copy(update=update), TINY.cases[1])) for update in fields]
    assert len({digest(force) for force in (TINY, *changed)}) == 6


def test_name_and_cycle_date_are_no_part_of_the_digest() -> None:
    assert digest(TINY.replace(name="other", cycle_date=date(2025, 4, 1))) == digest(TINY)
