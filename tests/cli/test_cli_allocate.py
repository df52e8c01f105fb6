"""``allocator allocate``: what it prints, what it writes, how it ends."""

import json
import subprocess
import sys

import pytest

from allocator.errors import AllocatorError
from allocator.files.digest import digest
from allocator.files.reading import read_with_notices
from tests.results import goals, result
from tests.tiny import plan

FILES = ["plan.csv", "plan.json", "plan.xlsx"]


@pytest.fixture
def found(monkeypatch):
    """Stand in for the solver: c1 goes to B, B takes n1, n2 has nobody. Gives what it was asked."""
    asked = {}

    def allocate(force, **options):
        asked.update(options, force=force)
        return result(plan(force, c1="B", n1="B"), **asked.pop("changes", {}))

    monkeypatch.setattr("allocator.solver.allocate.allocate", allocate)
    return asked


def test_with_the_real_solver(run, folder, tmp_path):
    done = run("allocate", folder, "--out", tmp_path / "out")
    assert done.code == 0
    assert "Proved best" in done.out
    written = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert [goal["proven"] for goal in written["goals"]] == [True] * 4
    # One case leaves A (3 of 2): 12 + 24 relationship-months. n2 has low risk.
    assert [goal["value"] for goal in written["goals"]][:3] == [1, 0, 36]
    assert [goal["value"] for goal in written["without_moves"]][:3] == [1, 1, 0]


def test_the_report(run, folder, found):
    done = run("allocate", folder)
    assert (done.code, done.err) == (0, "")
    for told in (
        "tiny, cycle of 2026-03-31",
        "Proved best",
        "5 cases: 2 kept, 1 moved, 1 placed, 1 unplaced.",
        "If it stayed: A would hold 3 cases; the limit is 2.",
        "Nobody may receive case n2",
        "Note: over-limit (1)",
    ):
        assert told in done.out
    assert "nobody-can" not in done.out


def test_no_line_is_wider_than_80_columns(run, folder, found, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, run("allocate", folder).out.splitlines())) <= 80


def test_without_out_nothing_is_written(run, folder, found, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    run("allocate", folder)
    assert sorted(tmp_path.rglob("*")) == before


def test_out_holds_the_three_files(run, folder, found, tmp_path):
    out = tmp_path / "deep" / "out"
    assert run("allocate", folder, "--out", out).code == 0
    assert sorted(path.name for path in out.iterdir()) == FILES


def test_json_is_the_document_alone(run, folder, found, tmp_path):
    done = run("allocate", folder, "--json", "--out", tmp_path / "out")
    assert json.loads(done.out)["digest"] == digest(read_with_notices(folder).force)
    assert done.out.encode() == (tmp_path / "out" / "plan.json").read_bytes()


def test_quiet_says_nothing(run, folder, found, tmp_path):
    assert run("allocate", folder, "--out", tmp_path / "out", "--quiet") == (0, "", "")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES


def test_quiet_tells_errors(run, folder, found):
    (folder / "cases.csv").unlink()
    done = run("allocate", folder, "--quiet")
    assert done.code == 2
    assert "cases.csv" in done.err


def test_quiet_says_nothing_of_unread_columns(run, folder, found):
    lines = (folder / "officers.csv").read_text().splitlines()
    named = [line + (",surname" if k == 0 else ",Doe") for k, line in enumerate(lines)]
    (folder / "officers.csv").write_text("\n".join(named))
    loud = run("allocate", folder, "--json")
    assert "surname" in loud.err
    assert "Doe" not in loud.err + loud.out
    assert run("allocate", folder, "--quiet") == (0, "", "")


def test_options_reach_the_solver(run, folder, found):
    run("allocate", folder, "--seed", 7, "--workers", 3, "--time-limit", 2.5, "--max-moves", 4, "--quiet")
    assert (found["seed"], found["pool"].workers.count, found["time_limit"]) == (7, 3, 2.5)
    assert found["force"].policy.relationship.max_moves == 4
    assert found["progress"] is None


def test_the_digest_is_of_the_policy_in_force(run, folder, found):
    plain, limited = (json.loads(run("allocate", folder, "--json", *more).out) for more in ([], ["--max-moves", 4]))
    assert limited["policy"]["relationship"]["max_moves"] == 4
    assert plain["digest"] != limited["digest"]


@pytest.mark.parametrize(
    ("conditions", "officers", "code", "said"),
    [
        (["unplaced"], {"c1": "B", "n1": "B"}, 3, "--fail-on unplaced: 1 case is unplaced.\n"),
        (["excess"], {"c1": "B", "n1": "B"}, 0, ""),
        (["excess"], {"n1": "B"}, 3, "--fail-on excess: limits are exceeded by 1 case.\n"),
        (["excess", "unplaced"], {"c1": "B", "n1": "B", "n2": "B"}, 3, "exceeded by 1 case.\n"),
        (["excess", "unplaced"], {"c1": "B", "n1": "B"}, 3, "--fail-on unplaced: 1 case is unplaced.\n"),
    ],
)
def test_fail_on(run, folder, tmp_path, monkeypatch, conditions, officers, code, said):
    monkeypatch.setattr("allocator.solver.allocate.allocate", lambda f, **_: result(plan(f, **officers)))
    asked = [part for name in conditions for part in ("--fail-on", name)]
    done = run("allocate", folder, "--quiet", "--out", tmp_path / "out", *asked)
    assert done.code == code
    assert done.err.endswith(said)
    assert (tmp_path / "out" / "plan.csv").exists()


def test_a_run_cut_short_is_a_plan_and_says_so(run, folder, found, tmp_path):
    found["changes"] = {"stopped": "interrupted", "goals": goals((1, 1), (0, 0), (36, 30), (9, 0))}
    done = run("allocate", folder, "--out", tmp_path / "out")
    assert done.code == 0
    assert "Cut short by Ctrl-C" in done.out
    assert "not proved best" in done.out
    written = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert written["stopped"] == "interrupted"


def test_an_input_error_lists_every_problem_and_writes_nothing(run, folder, found, tmp_path):
    text = (folder / "cases.csv").read_text().replace("low", "lowish")
    (folder / "cases.csv").write_text(text)
    done = run("allocate", folder, "--out", tmp_path / "out")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("5 problems in the input:")
    assert done.err.count("lowish") == 5
    assert not (tmp_path / "out").exists()
    assert "force" not in found


def test_what_cannot_be_written_is_still_shown(run, folder, found, tmp_path, monkeypatch):
    def refuse(directory, contents):
        raise AllocatorError("the disk is full.")

    monkeypatch.setattr("allocator.files.atomic.write_files", refuse)
    done = run("allocate", folder, "--out", tmp_path / "out")
    assert done.code == 1
    assert "Proved best" in done.out
    assert done.err == "the disk is full.\n"


def test_out_must_not_be_a_file(run, folder, found, tmp_path):
    (tmp_path / "out").write_text("mine")
    done = run("allocate", folder, "--out", tmp_path / "out")
    assert done.code == 2
    assert "force" not in found


@pytest.mark.parametrize(
    "wrong", [["--time-limit", "-1"], ["--workers", "0"], ["--fail-on", "rain"], ["--max-moves", "-1"], ["--nonsense"]]
)
def test_usage(run, folder, found, wrong):
    done = run("allocate", folder, *wrong)
    assert done.code == 2
    assert done.err.startswith("Usage: allocator allocate")


def test_an_empty_folder_name_is_a_usage_error():
    done = subprocess.run(
        [sys.executable, "-m", "allocator", "allocate", "anywhere", "--out", ""], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "--out: an empty text found" in done.stderr
