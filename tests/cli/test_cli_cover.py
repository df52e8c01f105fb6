"""``allocator cover`` and ``allocator why-cover``."""

import csv
import json
from datetime import date
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from allocator.files.writing import write_force
from tests.tiny import current, force, new, officer

FORCE = force(
    [
        officer("A", status="absent"),
        officer("B"),
        officer("C"),
        officer("D", mosovo="none"),
        officer("S", division="South"),
    ],
    [
        current("a1", "A", risk="very_high", excluded=frozenset({"A"})),
        current("a2", "A", covered_by="C", visit_due=date(2026, 1, 1)),
        current("a3", "A", level=3, former=frozenset({"B"})),
        current("a4", "A", needs=frozenset({"rare"})),
        current("b1", "B"),
        new("n1"),
    ],
)


@pytest.fixture
def away(tmp_path):
    write_force(FORCE, tmp_path / "away")
    return tmp_path / "away"


def test_the_report_says_who_covers_what_and_why(run, away):
    done = run("cover", away)
    assert (done.code, done.err) == (0, "")
    told = " ".join(done.out.split())
    assert "1 officer is away, with 4 cases to cover." in told
    assert "Nobody may cover the other 1." in told and "No case changes its officer." in told
    assert "one of 2 who may, covers it now" in told and "one of 2 who may, managed it before" in told
    assert "Nobody may cover case a4 of A: division bars 1, skills bars 3; no officer" not in told
    assert "Nobody may cover case a4 of A: division bars 1, skills bars 3." in told


def test_files_say_the_same_and_come_with_letters(run, away, tmp_path):
    done = run("cover", away, "--out", tmp_path / "out", "--json")
    document = json.loads(done.out)
    rows = list(csv.DictReader(StringIO((tmp_path / "out" / "cover.csv").read_text())))
    assert [row["case_id"] for row in rows] == ["a1", "a2", "a3", "a4"]
    assert {row["absent_officer_id"] for row in rows} == {"A"}
    assert [row["officer_id"] or None for row in rows] == [one["officer_id"] for one in document["covered"]]
    kept = json.loads((tmp_path / "out" / "cover.json").read_text())
    assert kept["covered"] == document["covered"] and kept["goals"] == document["goals"]
    book = CalamineWorkbook.from_filelike(BytesIO((tmp_path / "out" / "cover.xlsx").read_bytes()))
    assert book.sheet_names == ["summary", "cases", "officers", "findings"]
    assert [row[0] for row in book.get_sheet_by_name("cases").to_python()] == ["case", "a1", "a2", "a3", "a4"]
    covers = {row["officer_id"] for row in rows} - {""}
    letters = {path.name for path in (tmp_path / "out").glob("letter-*")}
    assert letters == {"letter-A-away.html", *(f"letter-{who}-cover.html" for who in covers)}
    absent = (tmp_path / "out" / "letter-A-away.html").read_text()
    assert "another officer" in absent and "nobody yet" in absent  # A is excluded from a1: not told who has it
    for row in rows:
        if row["officer_id"]:
            assert row["case_id"] in (tmp_path / "out" / f"letter-{row['officer_id']}-cover.html").read_text()


def test_letters_of_cover_that_no_longer_is_go_and_nobody_is_told_to_be_covered(run, tmp_path):
    kept = tmp_path / "out" / "letter-mine.html"
    kept.parent.mkdir()
    kept.write_text("mine")
    (tmp_path / "out" / "letter-Z-cover.html").write_text("of before")
    barred = {"needs": frozenset({"rare"}), "excluded": frozenset({"A"})}
    write_force(force([officer("A", status="absent"), officer("B")], [current("a1", "A", **barred)]), tmp_path / "f")
    assert run("cover", tmp_path / "f", "--out", tmp_path / "out").code == 0
    assert sorted(path.name for path in kept.parent.glob("letter-*")) == ["letter-A-away.html", "letter-mine.html"]
    told = (tmp_path / "out" / "letter-A-away.html").read_text()
    assert "nobody yet" in told and "another officer" not in told and "Nobody may cover your cases yet." in told


def test_letters_of_ids_that_differ_by_capitals_alone_have_names_of_their_own(run, tmp_path):
    officers = [officer("A", status="absent"), officer("b", capacity=10), officer("B", capacity=10)]
    write_force(force(officers, [current(f"a{k}", "A") for k in range(8)]), tmp_path / "f")
    run("cover", tmp_path / "f", "--out", tmp_path / "out", "--quiet")
    names = [path.name.casefold() for path in (tmp_path / "out").glob("letter-*-cover.html")]
    assert len(names) == len(set(names)) == 2


def test_cover_goes_on_when_it_is_solved_again(run, away, tmp_path):
    run("cover", away, "--out", tmp_path / "out", "--quiet")
    found = {row["case_id"]: row["officer_id"] for row in csv.DictReader((tmp_path / "out" / "cover.csv").open())}
    cases = tuple(c.model_copy(update={"covered_by": found.get(c.case_id) or None}) for c in FORCE.cases)
    write_force(FORCE.replace(cases=cases), tmp_path / "again")
    again = json.loads(run("cover", tmp_path / "again", "--json").out)
    assert {one["case_id"]: one["officer_id"] or "" for one in again["covered"]} == found
    assert not [finding for finding in again["findings"] if finding["rule"] == "cover-changes"]


def test_a_plan_says_whose_each_case_is(run, away, tmp_path):
    rows = "".join(
        f"{c.case_id},{'B' if c.case_id == 'a2' else 'A' if c.case_id == 'n1' else c.officer}\n" for c in FORCE.cases
    )
    (tmp_path / "plan.csv").write_text(f"case_id,officer_id\n{rows}")
    document = json.loads(run("cover", away, "--plan", tmp_path / "plan.csv", "--json").out)
    assert [one["case_id"] for one in document["covered"]] == ["a1", "a3", "a4", "n1"]


def test_why_tells_the_price_of_everybody_else_and_who_may_not(run, away):
    answer = json.loads(run("why-cover", away, "--case", "a3", "--json").out)
    assert answer["officer_id"] == "B" and answer["former"]
    assert [(one["officer_id"], one["goals"][2]["change"]) for one in answer["others"]] == [("C", 12)]
    assert answer["barred"] == {"D": "trained", "S": "division"}
    assert "C: disruption +12" in run("why-cover", away, "--case", "a3").out


def test_one_can_insist(run, away):
    document = json.loads(run("cover", away, "--insist", "a3=C", "--json").out)
    assert {one["case_id"]: one["officer_id"] for one in document["covered"]}["a3"] == "C"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["cover", "--insist", "a3=D"], "somebody who may cover case a3: D is barred by trained"),
        (["cover", "--insist", "b1=B"], "a case whose officer is absent"),
        (["cover", "--insist", "a3=X"], "an officer of the force"),
        (["cover", "--insist", "a3"], "expected CASE=OFFICER"),
        (["cover", "--insist", "a3=B", "--insist", "a3=C"], "case a3 is there twice"),
        (["why-cover", "--case", "b1"], "a case whose officer is absent"),
        (["why-cover", "--case", "nothing"], "a case to cover"),
    ],
)
def test_what_is_wrong_is_said_plainly(run, away, arguments, says):
    done = run(arguments[0], away, *arguments[1:])
    assert done.code == 2 and says in done.err and "Traceback" not in done.err


def test_nobody_away(run, folder):
    done = run("cover", folder)
    assert done.code == 0 and "No case needs cover" in done.out and "strain" not in done.out


def test_a_coverer_who_is_not_there_is_refused(run, away):
    cases = away / "cases.csv"
    cases.write_text(cases.read_text().replace(",C,", ",Z,"))
    done = run("cover", away)
    assert done.code == 2 and "covered_by" in done.err and "Z" in done.err
