"""The commands that keep cycles: a whole cycle, what each prints, and what is told when it cannot."""

import json
import signal
from datetime import date

import pytest

from allocator.files.writing import write_force
from tests.cycling import small, turn_calendar, with_case


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ALLOCATOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path / "home"


@pytest.fixture
def export(tmp_path):
    def written(name="f", of=None):
        write_force(of or small(), tmp_path / name)
        return tmp_path / name

    return written


def cycle(run, name, *arguments, by="Ann"):
    done = run("cycle", name, *arguments, "--as", by)
    assert done.code == 0, done.err
    return done.out


def test_a_whole_cycle(run, home, export):
    assert "is up to date" in run("db", "upgrade").out
    assert cycle(run, "import", export()) == "Cycle 1 of 2026-03-31, opened.\n"
    text = cycle(run, "propose")
    assert "Proved best" in text and "5 cases: 3 kept, 1 moved, 1 placed, 0 unplaced." in text
    planned = next(c for c in json.loads(cycle(run, "show", "--json"))["plan"]["cases"] if c["case_id"] == "c4")
    other = "B" if planned["officer_id"] == "A" else "A"
    text = cycle(run, "override", "c4", other, "--reason", "geography", "--note", "nearer", by="Bob")
    assert f"Case c4: {planned['officer_id']} → {other}." in text and "Price, all else as planned: " in text
    shown = cycle(run, "show")
    assert "Cycle 1 of 2026-03-31: proposed" in shown and "Decided by people" in shown and "(nearer)" in shown
    assert "submitted" in cycle(run, "submit")
    assert "proposed again" in cycle(run, "return", "--reason", "placement", by="Cat")
    cycle(run, "submit")
    refused = run("cycle", "approve", "--as", "bob")
    assert refused.code == 1 and "somebody else has to approve it. Nothing was changed." in refused.err
    assert "approved" in cycle(run, "approve", by="Cat")
    assert "3 cases stay, 1 move, 1 are placed, 0 have nobody" in cycle(run, "commit", by="Cat")
    done = run("deliver", "--as", "cron")
    assert done.code == 0 and "0 wait" in done.out
    assert "c1" in "".join(path.read_text() for path in home.rglob("*-handover.txt"))
    assert "from U to" in cycle(run, "history", "--case", "c1", "--purpose", "supervision")
    assert "cases of 50" in cycle(run, "history", "--officer", "A", "--purpose", "supervision")
    assert "the same plan for all 5 cases" in cycle(run, "replay", by="Dee")
    assert "Cycle 2 of 2026-04-28, opened." in cycle(run, "rollover")
    listed = run("cycle", "list")
    assert "committed" in listed.out and "imported" in listed.out
    assert "Cycle 2 is discarded." in cycle(run, "discard")
    assert "People who had been told" in cycle(run, "undo", "--cycle", "1", by="Cat")
    assert run("audit", "verify").out.startswith("The audit log verifies: ")


def test_newer_data_is_told_and_kept_from(run, home, export, tmp_path):
    run("db", "upgrade")
    cycle(run, "import", export())
    cycle(run, "propose")
    text = cycle(run, "import", export("g", with_case(small(), "c4", risk="high")))
    assert "case: 1 changed" in text and "c4" in text and "risk low → high" in text and "--keep" in text
    shown = cycle(run, "show")
    assert "Newer data" in shown and "Newer data has overtaken this plan." in shown and "case risk low → high" in shown
    refused = run("cycle", "submit", "--as", "Ann")
    assert refused.code == 1 and "It touches the placements of c4." in refused.err
    assert "4 placements were kept of the plan before;" in cycle(run, "propose", "--keep")
    assert "stale" in json.loads(cycle(run, "show", "--json"))
    assert cycle(run, "show", "--out", tmp_path / "out") and (tmp_path / "out" / "plan.xlsx").exists()


def test_reasons_of_reductions_are_for_the_divisions_supervisors(run, home, export, tmp_path, monkeypatch):
    turn_calendar(monkeypatch, small().cycle_date)
    run("db", "upgrade")
    (tmp_path / "reductions.csv").write_text(
        "officer,percent,reason,from,to\nA,40,sick leave,2026-03-01,2026-04-10\nS,100,parental_leave,2026-03-31,\n"
    )
    (tmp_path / "supervisors.csv").write_text("name,division\nDI North,North\n")
    assert "2 reductions are kept" in run("reductions", "import", tmp_path / "reductions.csv", "--as", "Ann").out
    assert "1 supervisor of 1 division." in run("supervisors", tmp_path / "supervisors.csv", "--as", "Ann").out
    assert "Reduced at the cycle date: A, S." in cycle(run, "import", export())
    mine = json.loads(run("reductions", "show", "--as", "di north", "--json").out)
    assert [(one["officer_id"], one["reason"], one["ends_in_cycles"]) for one in mine] == [
        ("A", "sick_leave", 1),
        ("S", None, None),
    ]
    assert "withheld" in run("reductions", "show", "--as", "Ann").out
    assert "sick" not in run("reductions", "show", "--as", "Ann").out
    shown = cycle(run, "show")
    assert "A: 40% until 2026-04-10, before the next cycle" in shown and "sick" not in shown
    everything = run("audit", "show", "--as", "Ann", "--json").out
    assert "sick" not in everything and "parental" not in everything


def test_a_month_in_every_form(run, home, export, tmp_path):
    run("db", "upgrade")
    cycle(run, "import", export())
    cycle(run, "propose")
    cycle(run, "submit")
    cycle(run, "approve", by="Bob")
    cycle(run, "commit", by="Bob")
    text = run("report", "--month", "2026-03", "--as", "Ann", "--out", tmp_path / "out").out
    assert (
        "Performance data, March 2026" in text
        and "1 cycle was committed. Cases moved: 1; placed: 1; with nobody" in text
    )
    assert max(map(len, text.splitlines())) <= 80 + len(str(tmp_path))
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"report-2026-03.xlsx", "report-2026-03.html"}
    document = json.loads(run("report", "--month", "2026-03", "--as", "Ann", "--json").out)
    assert [d["moved"] for d in document["divisions"]] == [1, 0]
    missing = run("report", "--month", "2026-02", "--as", "Ann")
    assert missing.code == 2 and "a month with a committed cycle\n    Maybe one of 2026-03." in missing.err


def test_a_tampered_log_ends_with_three(run, home, export):
    run("db", "upgrade")
    cycle(run, "import", export())
    (home / "audit.head").write_text('{"count": 9, "mac": "x"}')
    done = run("audit", "verify")
    assert done.code == 3 and "Audit rows 2 to 9 were cut off at the end." in done.out


def test_a_purge_asks_first(run, home, export):
    run("db", "upgrade")
    cycle(run, "import", export())
    done = run("purge", "--before", "2026-01-01", "--as", "Ann")
    assert done.code == 1 and "Remove the case data of all cycles before 2026-01-01 for good?" in done.out
    assert "Purged: 0 cycles, 0 snapshots" in run("purge", "--before", "2026-01-01", "--as", "Ann", "--yes").out


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (
            ("cycle", "list"),
            1,
            "Maybe name another folder with --home; `allocator db upgrade` makes a new",
        ),
        (("cycle", "show"), 2, "Missing option '--as'"),
        (("cycle", "history", "--as", "A", "--purpose", "audit"), 2, "Give either --case or --officer."),
        (("cycle", "history", "--as", "A", "--case", "c"), 2, "Missing option '--purpose'"),
        (("cycle", "nonsense"), 2, "No such command"),
        (("report", "--month", "March", "--as", "A"), 2, "does not match the format"),
        (("db", "upgrade", "--database", "mysql://x/y"), 1, "expected the URL of an SQLite or PostgreSQL database"),
    ],
)
def test_wrong_calls_are_told(run, home, arguments, code, told):
    done = run(*arguments)
    assert done.code == code and told in done.err and "Traceback" not in done.err


def test_before_the_first_cycle_the_next_step_is_told(run, home):
    run("db", "upgrade")
    done = run("cycle", "show", "--as", "Ann")
    assert done.code == 2 and "Maybe run `allocator cycle import` first." in done.err
    assert "`allocator cycle import` opens the first" in run("cycle", "list").out


def test_buddies_and_courses(run, folder, home):
    assert "No officer who awaits the course lacks a buddy." in run("buddies", folder).out
    done = run("courses", folder, "--places", "1")
    assert done.code == 0 and "No other untrained officer can take a place." in done.out
    assert json.loads(run("courses", folder, "--json").out)["places"] == []
    assert json.loads(run("buddies", folder, "--json").out)["pairings"] == []


@pytest.mark.parametrize(("when", "said"), [("publish", "1"), ("print", "1"), ("before", "0")])
def test_ctrl_c_says_whether_it_was_done(run, home, export, monkeypatch, when, said):
    run("db", "upgrade")
    if when == "publish":
        monkeypatch.setattr("allocator.db.store.write_head", lambda *what: signal.raise_signal(signal.SIGINT))
    else:

        def stop(*what):
            raise KeyboardInterrupt

        where = "allocator.cli.cycle.data.show" if when == "print" else "allocator.app.imports.save"
        monkeypatch.setattr(where, stop)
    ended = run("cycle", "import", export(), "--as", "Ann")
    done = "Stopped, but not before this was done and logged: import.\n"
    assert (ended.code, ended.err.lstrip()) == (1, done if said == "1" else "Stopped before it was done.\n")
    monkeypatch.undo()
    found = run("cycle", "list", "--home", home)
    assert ("imported" in found.out) == (said == "1")


def test_numbers_and_dates_beyond_all_are_plain_errors(run, home, export):
    run("db", "upgrade")
    cycle(run, "import", export(of=small(cycle_date=date(9999, 12, 30))))
    huge = "9" * 20
    found = run("cycle", "show", "--cycle", huge, "--as", "Ann")
    assert found.code == 2 and "expected a cycle from 1 to 1" in found.err
    assert run("audit", "show", "--cycle", huge, "--as", "Ann").code == 2
    assert run("audit", "show", "--last", huge, "--as", "Ann").code == 0
    cycle(run, "propose")
    cycle(run, "submit")
    cycle(run, "approve", by="Bob")
    cycle(run, "commit")
    found = run("cycle", "rollover", "--as", "Ann")
    assert found.code == 1 and "would begin after 9999-12-31. Nothing was changed." in found.err


def test_a_placement_may_name_former_officers_and_due_dates(run, home, export):
    run("db", "upgrade")
    cycle(run, "import", export())
    new = ("--division", "North", "--risk", "low", "--level", "0", "--former", "B")
    new = (*new, "--forums", "marac", "--visit-due", "28/03/2026", "--excluded", "U", "--category", "1")
    told = cycle(run, "place", "n1", "B", "--reason", "knows-case", *new)
    assert "Case n1 is with B since 2026-03-31" in told and "They managed the case before." in told
