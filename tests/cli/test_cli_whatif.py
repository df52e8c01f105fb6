"""``allocator whatif``: what it prints, what it writes, how it ends."""

import json

import pytest

from allocator.files import write_force
from tests.results import goals, result
from tests.tiny import current, force, officer, plan

LEAVES = 'name = "B leaves"\ncomment = "B goes."\n[[change]]\nwhat = "officer-leaves"\nofficer = "B"\n'
TRAINS = '[[change]]\nwhat = "officer-trains"\nofficer = "B"\n'
LIMIT = '# fewer\nname = "limit 3"\n[policy.limits]\ncases = 3\n'


@pytest.fixture
def scenarios(tmp_path):
    paths = [tmp_path / "leaves.toml", tmp_path / "limit.toml"]
    for path, text in zip(paths, (LEAVES, LIMIT), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


@pytest.fixture
def found(monkeypatch):
    """Stand in for the solver: everything stays as it is. Gives what it was asked, a run each."""
    asked = []

    def allocate(force, **options):
        asked.append({"force": force, **options})
        return result(plan(force))

    monkeypatch.setattr("allocator.analysis.try_scenarios.allocate", allocate)
    return asked


def test_with_the_real_solver(run, folder, scenarios, tmp_path):
    out = tmp_path / "out"
    done = run("whatif", folder, *scenarios, "--out", out, "--json")
    assert (done.code, done.err) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == [
        "plan-base.csv",
        "plan-leaves.csv",
        "plan-limit.csv",
        "whatif.html",
        "whatif.json",
    ]
    assert done.out.encode() == (out / "whatif.json").read_bytes()
    base, leaves, limit = json.loads(done.out)["plans"]
    # Nobody may have n2. A starts with 3 of 2, so one goes to B (12 + 24 relationship-months), who gets n1 too.
    # Without B, A has four of two and gets n1 over a limit (frozen): 3. With a limit of 3 nobody is above it.
    assert [goal["value"] for goal in base["goals"]][:3] == [1, 0, 36]
    assert [goal["value"] for goal in leaves["goals"]][:3] == [1, 3, 0]
    assert [goal["value"] for goal in limit["goals"]][:3] == [1, 0, 0]
    assert all(goal["proven"] for tried in (base, leaves, limit) for goal in tried["goals"])
    assert "n1,A,placed," in (out / "plan-leaves.csv").read_text(encoding="utf-8")
    assert "n1,B,placed," in (out / "plan-base.csv").read_text(encoding="utf-8")
    page = (out / "whatif.html").read_text(encoding="utf-8")
    assert "B leaves" in page and "<svg" in page and 'src="http' not in page


def test_the_tables(run, folder, scenarios, found):
    done = run("whatif", folder, *scenarios)
    assert (done.code, done.err) == (0, "")
    for told in (
        "tiny, cycle of 2026-03-31",
        "Every plan is proved best for its force.",
        "Goals, in strict order, and moves",
        "without the change",
        "limit 3",
        "  B goes.",
        "  - B leaves and gives up every case.",
        "  - limits.cases is 3.",
    ):
        assert told in done.out
    assert "Written to" not in done.out


def test_no_line_is_wider_than_80_columns_with_many_scenarios(run, folder, tmp_path, found, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    paths = [tmp_path / f"s{k}.toml" for k in range(12)]
    for k, path in enumerate(paths):
        path.write_text(f'name = "A scenario with a name of some length, number {k}"\n{LIMIT[8:].split(chr(10), 1)[1]}')
    lines = run("whatif", folder, *paths).out.splitlines()
    assert max(map(len, lines)) <= 80
    assert sum("length, number" in line or "number" in line for line in lines) >= 12


def test_divisions_that_need_more_room_are_told_below(run, scenarios, found, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    divisions = [f"Division {k}" for k in range(9)]
    officers = [officer(f"O{k}", division=name) for k, name in enumerate([*divisions, "North"])]
    cases = [current(f"c{k}", "O4", division="Division 4") for k in range(5)]
    wide = force([*officers, officer("B")], cases, limits={"cases": 4})
    write_force(wide, tmp_path / "wide")
    done = run("whatif", tmp_path / "wide", *scenarios)
    # O4 holds five: one above four as it is and when B leaves, two above three.
    assert done.out.count("xcess: 1 in Division 4.") == 2 and "Excess: 2 in Division 4." in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_options_reach_every_solve_through_one_standby(run, folder, scenarios, found):
    assert run("whatif", folder, *scenarios, "--seed", 7, "--time-limit", 2.5).code == 0
    assert [(asked["seed"], asked["time_limit"]) for asked in found] == [(7, 2.5)] * 3
    assert len({id(asked["pool"]) for asked in found}) == 1
    assert found[2]["force"].policy.limits.cases == 3


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("leaves.toml", LEAVES.replace('"B"', '"b"'), ["leaves.toml, line 5, officer: 'b' found", "Maybe B is meant."]),
        ("leaves.toml", LEAVES.replace("r-leaves", "r-leave"), ["leaves.toml, line 4, what:", "Maybe officer-leaves"]),
        ("leaves.toml", LEAVES + "officr = 3\n", ["leaves.toml, line 6, officr:", "Maybe officer is meant."]),
        ("leaves.toml", LEAVES + TRAINS, ["leaves.toml, line 6, what:", "no other change of B, who is gone by line 3"]),
        ("leaves.toml", "name = \n", ["leaves.toml, line 1: 'name = ' found, expected TOML"]),
        ("base.toml", LIMIT, ["'base.toml' found, expected a file of another name"]),
        ("limit.toml", None, ["limit.toml, 2 times", "expected files of different names"]),
        ("leavs.toml", None, ["leavs.toml: expected a scenario file", "Maybe leaves.toml is meant."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_solved_or_written(
    run, folder, scenarios, found, tmp_path, name, text, words
):
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = run("whatif", folder, tmp_path / name, scenarios[1], "--out", tmp_path / "out")
    assert (done.code, done.out, found) == (2, "", [])
    assert not (tmp_path / "out").exists()
    for word in words:
        assert word in done.err
    assert "Traceback" not in done.err


def test_problems_of_every_file_and_of_the_force_are_told_together(run, folder, scenarios, found, tmp_path):
    scenarios[0].write_text("colour = 1\n", encoding="utf-8")
    (folder / "cases.csv").write_text((folder / "cases.csv").read_text().replace("low", "lowish"))
    done = run("whatif", folder, *scenarios, tmp_path / "nothing.toml")
    assert done.code == 2
    assert all(words in done.err for words in ("leaves.toml, line 1, colour", "nothing.toml", "cases.csv"))


def test_a_run_cut_short_keeps_its_plans_and_says_so(run, folder, scenarios, tmp_path, monkeypatch):
    def allocate(force, **_):
        stopped = {"stopped": "interrupted", "goals": goals((1, 1), (3, 2), (0, 0), (9, 0))}
        return result(plan(force), **(stopped if force.officer_by_id["B"].status == "leaving" else {}))

    monkeypatch.setattr("allocator.analysis.try_scenarios.allocate", allocate)
    done = run("whatif", folder, *scenarios, "--out", tmp_path / "out")
    assert done.code == 0
    flat = " ".join(done.out.split())
    assert "Cut short by Ctrl-C: 1 of 2 scenarios was not planned, and the last plan may not be the best." in flat
    assert "B leaves: not proved best; excess is 3" in flat
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["plan-base.csv", "plan-leaves.csv", "whatif.html", "whatif.json"]


def test_without_a_scenario(run, folder):
    done = run("whatif", folder)
    assert done.code == 2 and "SCENARIO.TOML" in done.err
