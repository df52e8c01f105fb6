"""Plans: ours and hand-made ones, read with every problem at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from allocator.domain.force import Case, Force, Officer
from allocator.errors import InputError, Problem
from allocator.files.plan_reading import read_plan

FORCE = Force(
    officers=tuple(Officer(officer_id=o, division="North", mosovo="trained") for o in ("OM1", "OM2")),
    cases=tuple(Case(case_id=c, division="North", risk="low") for c in ("C1", "C2", "C3")),
)

Write = Callable[[str], Path]


@pytest.fixture
def plan(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        (tmp_path / "plan.csv").write_text(text, encoding="utf-8", newline="")
        return tmp_path / "plan.csv"

    return write


def refused(path: Path) -> list[Problem]:
    with pytest.raises(InputError) as error:
        read_plan(path, FORCE)
    return list(error.value.problems)


def test_our_own_plan_is_read(plan: Write) -> None:
    text = "case_id,officer_id,action,from_officer_id\r\nC1,OM2,placed,\r\nC2,,unplaced,\r\nC3,OM1,placed,\r\n"
    read = read_plan(plan(text), FORCE)
    assert read.force is FORCE
    assert read.officers == ("OM2", None, "OM1")


def test_a_plan_made_by_hand_has_its_rows_in_any_order(plan: Write) -> None:
    text = "\ufeffOfficer ID,why,Case ID\n\n OM1 ,near,C3\n,,C2\nOM2,,C1\n,?,\n"
    assert read_plan(str(plan(text)), FORCE).officers == ("OM2", None, "OM1")


def test_every_problem_of_a_plan_is_listed(plan: Write) -> None:
    text = "case_id,officer_id\nC1,OM9\nC1,OM1\nX,OM1\n,OM1\nC2,OM1;OM2\n"
    assert refused(plan(text)) == [
        Problem("plan.csv", "a row for case C3", column="case_id"),
        Problem("plan.csv", "an officer of the force", 2, "officer_id", "OM9", "OM2 is meant."),
        Problem("plan.csv", "each case once; row 2 has it too", 3, "case_id", "C1"),
        Problem("plan.csv", "a case of the force", 4, "case_id", "X"),
        Problem("plan.csv", "an id of at most 200 characters, without ;", 5, "case_id", ""),
        Problem("plan.csv", "an id of at most 200 characters, without ;", 6, "officer_id", "OM1;OM2"),
    ]


def test_both_columns_are_needed(plan: Write) -> None:
    assert refused(plan("case_id,officer\nC1,OM1\nC2,\n")) == [
        Problem("plan.csv", "a row for case C3", column="case_id"),
        Problem(
            "plan.csv",
            "a column of this name",
            1,
            "officer_id",
            maybe="the column officer should have this name.",
        ),
    ]
    assert refused(plan("who,officer_id\nC1,OM1\n")) == [Problem("plan.csv", "a column of this name", 1, "case_id")]


def test_what_is_no_csv_file_is_refused(plan: Write, tmp_path: Path) -> None:
    assert refused(tmp_path / "none.csv") == [
        Problem("none.csv", "a file that can be read (No such file or directory)")
    ]
    assert refused(tmp_path) == [
        Problem(str(tmp_path), "a plan as a CSV file", maybe=f"{tmp_path / 'plan.csv'} is meant.")
    ]
    assert refused(tmp_path / "plan.xlsx") == [
        Problem(str(tmp_path / "plan.xlsx"), "a plan as a CSV file", maybe=f"{tmp_path / 'plan.csv'} is meant.")
    ]
    assert refused(plan("")) == [
        Problem("plan.csv", "a header with at least the columns case_id and officer_id", value="an empty table")
    ]
