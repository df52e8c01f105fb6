"""The commands that answer: what they print, as text and as JSON, and what they say about a wrong call."""

import json

import pytest

from allocator.files.writing import write_force
from tests.cli.conftest import FORCE
from tests.tiny import force, new, officer

ANSWERS = {
    "recommend": ("--case", "n1"),
    "why": ("--case", "c1"),
    "why-not": ("--case", "n1", "--officer", "A"),
    "frontier": (),
    "diagnose": (),
}


@pytest.mark.parametrize("command", ANSWERS)
def test_each_answers_in_text_and_as_json(run, folder, command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    done = run(command, folder, *ANSWERS[command])
    assert (done.code, done.err) == (0, "")
    assert done.out and max(map(len, done.out.splitlines())) <= 80
    document = json.loads(run(command, folder, *ANSWERS[command], "--json").out)
    assert document["says"]


@pytest.mark.parametrize("command", ("recommend", "why", "why-not"))
def test_unknown_ids_are_named_with_what_is_meant(run, folder, command):
    arguments = ["--case", "c1O"] + (["--officer", "Z"] if command == "why-not" else [])
    done = run(command, folder, *arguments)
    assert (done.code, done.out) == (2, "")
    assert "--case: 'c1O' found, expected a case of the force\n    Maybe c1 is meant." in done.err
    assert ("--officer: 'Z' found" in done.err) == (command == "why-not")


def test_who_is_recommended(run, folder):
    # B has room; with A, who starts with 3 of 2, the new case is one more above the limit, and A is frozen.
    text = run("recommend", folder, "--case", "n1", "--top", "1").out
    assert "B is best: unplaced -1" in text and "1 more may have it" in text
    first, second = json.loads(run("recommend", folder, "--case", "n1", "--json").out)["candidates"]
    assert (first["officer_id"], second["officer_id"]) == ("B", "A")
    assert {excess["rule"]: excess["after"] for excess in second["excesses"]} == {"case-limit": 2, "frozen": 1}


def test_the_rest_planned_anew(run, folder):
    document = json.loads(run("recommend", folder, "--case", "n1", "--replan", "--json").out)
    assert [one["replanned"]["proven"] for one in document["candidates"]] == [True, True]


def test_who_may_not(run, folder):
    text = run("recommend", folder, "--case", "n2").out
    assert "Nobody may have it." in text and "skills: A, B" in text
    assert "A lacks a skill that case n2 needs." in run("why-not", folder, "--case", "n2", "--officer", "A").out
    assert "Nobody may receive case n2" in run("why", folder, "--case", "n2").out


def test_a_plan_of_ones_own_is_explained(run, folder, tmp_path):
    (tmp_path / "plan.csv").write_text("case_id,officer_id\nc1,A\nc2,A\nc3,A\nn1,B\nn2,\n")
    done = run("why", folder, "--case", "c1", "--plan", tmp_path / "plan.csv")
    assert done.code == 0 and "excess is 1, and the best plan has 0" in done.out


def test_what_blocks_and_cures(run, folder):
    text = run("diagnose", folder).out
    assert "Nobody may receive case n2" in text and "A acquires the skill x" in text


def test_a_scenario_is_diagnosed(run, folder, tmp_path):
    (tmp_path / "s.toml").write_text("[policy.limits]\ncases = 1\n")
    assert "Limit of cases 2 instead of 1" in run("diagnose", folder, "--scenario", tmp_path / "s.toml").out


def test_the_frontier_is_written_with_points(run, folder, tmp_path):
    out = tmp_path / "out"
    done = run("frontier", folder, "--out", out, "--point", 0, "--point", 99)
    assert done.code == 0
    assert sorted(path.name for path in out.iterdir()) == [
        *("frontier.csv", "frontier.html", "frontier.json", "frontier.svg", "plan-0.csv", "plan-99.csv")
    ]
    rows = (out / "frontier.csv").read_text().splitlines()
    # Without moves A is one above the limit.
    assert rows[:2] == ["moves_allowed,moves_made,unplaced,excess,fairness,disruption,proved", rows[1]]
    assert rows[1].startswith("0,0,1,1,") and rows[2].startswith("1,1,1,0,")
    assert "<svg" in (out / "frontier.svg").read_text()


@pytest.mark.parametrize("moves", ["3..1", "x", "", "-1", "1..2..3"])
def test_a_wrong_range(run, folder, moves):
    done = run("frontier", folder, f"--moves={moves}")
    assert done.code == 2 and "expected a range such as 0..12" in done.err


def test_a_point_that_is_not_there_writes_nothing(run, folder, tmp_path):
    done = run("frontier", folder, "--moves", "0..0", "--point", 5, "--out", tmp_path / "out")
    assert done.code == 2 and "expected a number of moves from 0 to 0" in done.err
    assert not (tmp_path / "out").exists()
    assert run("frontier", folder, "--point", 0).code == 2


@pytest.fixture
def plans(run, folder, tmp_path):
    """Two plans: ours, and one in which c1 stays with A by hand."""
    run("allocate", folder, "--out", tmp_path / "ours", "--quiet")
    text = (tmp_path / "ours" / "plan.csv").read_text()
    rows = [row.split(",")[:2] for row in text.split()[1:]]
    by_hand = "\n".join(f"{case},{'A' if case[0] == 'c' else officer_id}" for case, officer_id in rows)
    (tmp_path / "hand.csv").write_text(f"case_id,officer_id\n{by_hand}\n")
    return tmp_path / "ours", tmp_path / "hand.csv"


def test_two_plans_are_compared_and_their_force_is_found(run, plans):
    done = run("compare", *plans)
    assert (done.code, done.err) == (0, "")
    assert "1 case has another officer. A is better than B: excess 0 instead of 1" in done.out
    document = json.loads(run("compare", *plans, "--json").out)
    assert [pair["difference"] for pair in document["goals"]][:3] == [0, 1, -36]


def test_a_force_that_changed_since_is_refused(run, plans, folder):
    write_force(FORCE.replace(cases=FORCE.cases[:-1]), folder)
    done = run("compare", *plans)
    assert done.code == 2 and "it has changed since" in done.err and "Maybe name the force" in done.err


def test_plans_without_a_force_or_of_another_one(run, plans, tmp_path):
    _, hand = plans
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "a.csv").write_bytes(hand.read_bytes())
    done = run("compare", alone / "a.csv", alone / "a.csv")
    assert done.code == 2 and "Maybe name the force with --force FORCE." in done.err
    write_force(force([officer("X")], [new(f"x{k}") for k in range(30)]), tmp_path / "other")
    lines = ["case_id,officer_id", *(f"y{k},X" for k in range(30))]
    stranger = alone / "b.csv"
    stranger.write_text("\n".join(lines) + "\n")
    for arguments in (("compare", stranger, stranger, "--force"), ("why", "--case", "x1", "--plan", stranger)):
        done = run(*arguments, tmp_path / "other")
        assert (done.code, done.out) == (2, "")
        assert "30 of 30 cases unknown" in done.err and "another force" in done.err
