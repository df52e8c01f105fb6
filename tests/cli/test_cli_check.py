"""``allocator check``."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from allocator.files.plan_files import plan_csv
from tests.tiny import plan


def test_as_it_stands(run, folder):
    done = run("check", folder, "--json")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert list(found) == ["goals", "broken", "findings"]
    # n1 and n2 are new and low risk: 1 each. A has 3 of 2.
    assert found["goals"][:3] == [
        {"name": "unplaced", "value": 2},
        {"name": "excess", "value": 1},
        {"name": "disruption", "value": 0},
    ]
    assert found["broken"] == []
    assert [finding["rule"] for finding in found["findings"]] == [
        "case-limit",
        "nobody-can",
        "over-limit",
        "specialist",
        "unplaced",
    ]


def test_a_plan_that_breaks_a_rule(run, folder, tmp_path):
    from allocator.files.reading import read_with_notices

    path = tmp_path / "mine.csv"
    path.write_bytes(plan_csv(plan(read_with_notices(folder).force, n2="B")))
    done = run("check", folder, "--plan", path)
    assert done.code == 0  # the check could be done
    assert "This plan breaks rules, once." in done.out
    assert "skills: B lacks a skill that case n2 needs." in done.out
    assert str(path) in done.out.replace("\n", "")


def test_the_report_of_what_stands(run, folder):
    done = run("check", folder)
    assert done.code == 0
    assert "No rule is broken." in done.out
    assert "case-limit: A would hold 3 cases; the limit is 2." in done.out


def test_a_plan_of_another_force(run, folder, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("case_id,officer_id\nc9,A\n")
    done = run("check", folder, "--plan", path, "--json")
    assert (done.code, done.out) == (2, "")
    assert "c9" in done.err


def test_no_force(run, tmp_path):
    done = run("check", tmp_path / "nowhere")
    assert (done.code, done.out) == (2, "")
    assert "nowhere" in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_a_full_output_is_said():
    force = Path(__file__).parents[2] / "scenarios" / "surrey-2022"
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "allocator", "check", str(force)], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1
    assert done.stderr == "The report cannot be shown: there is no space left where it goes.\n"
