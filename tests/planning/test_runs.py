"""The same numbers whatever becomes of the run: workers, kills, Ctrl-C, resuming."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from allocator.compute import InProcessExecutor, LocalExecutor
from allocator.errors import AllocatorError, InputError
from allocator.files import write_force
from allocator.planning.future import Task, run_future
from allocator.planning.runs import Futures, Kept, Staffing, run_one
from allocator.planning.settings import Planning
from allocator.solver.allocate import allocate
from tests.cycling import small
from tests.processes import start, wait_until

HORIZON = 5
BUSY = Planning.model_validate(
    {
        "demand": {"arrivals": 60.0, "exits": 20.0},
        "supply": {"leave": 30.0, "absences": 20.0, "course_every": 2},
    }
)


def staffing():
    return Staffing("today", small(), small(), BUSY)


def run(count, *, workers=1, kept=None, horizon=HORIZON):
    with LocalExecutor(workers) as executor:
        return Futures(executor, kept or Kept(), seed=4, horizon=horizon).of(staffing(), range(count))


@pytest.fixture(scope="module")
def undisturbed():
    return run(6)


def test_a_future_is_planned_as_a_force_would_be():
    plans = []

    def decide(force):
        plans.append(allocate(force, workers=1))
        return plans[-1]

    found = run_future(staffing().task(4, 0, 3), decide)
    assert found == run_one(staffing().task(4, 0, 3))
    # The check has the last word on every plan, and what is counted is what it says.
    for cycle, result in enumerate(plans):
        assert result.proven
        excess = next(goal.value for goal in result.goals if goal.name == "excess")
        assert sum(row["excess"][cycle] for row in found["divisions"].values()) == excess
        assert sum(row["unplaced"][cycle] for row in found["divisions"].values()) == len(
            result.plan.actions["unplaced"]
        )


def test_a_force_with_nothing_left_to_chance_stays_as_it_is():
    still = Planning.model_validate(
        {
            "demand": {"growth": 0.0, "exits": 0.0, "arrivals": 0.0, "risk_up": 0.0, "risk_down": 0.0},
            "supply": {"leave": 0.0, "absences": 0.0, "course_every": 0},
        }
    )
    found = run_one(Task(small(), small(), still, 1, 0, 6))
    for row in found["divisions"].values():
        assert len(set(row["cases"])) == 1 and row["moves"][1:] == [0] * 5
    assert found["unproved"] == 0


def test_workers_do_not_change_the_numbers(undisturbed):
    assert run(6, workers=2) == undisturbed


def test_a_killed_worker_costs_nothing(undisturbed):
    with LocalExecutor(2) as executor:
        futures = Futures(executor, Kept(), seed=4, horizon=HORIZON)
        killed = []

        def kill(name, done, wanted):
            if not killed:
                killed.append(executor._workers[0].process.pid)
                os.kill(killed[0], signal.SIGKILL)

        futures._progress = kill
        assert futures.of(staffing(), range(6)) == undisturbed
        assert killed


def test_workers_that_die_of_every_task_are_not_hired_for_ever():
    with LocalExecutor(1) as executor, pytest.raises(AllocatorError, match="without a word"):
        list(executor.each(_die, [1]))


def _die(task):
    os._exit(1)


def test_what_was_kept_is_not_run_again_and_half_a_line_is_dropped(tmp_path, undisturbed):
    path = tmp_path / "futures.jsonl"
    with Kept(path) as kept:
        run(4, kept=kept)
    lines = path.read_bytes()
    path.write_bytes(lines[: len(lines) - 20])  # killed while it wrote the last one
    with LocalExecutor(1) as executor, Kept(path, resume=True) as kept:
        futures = Futures(executor, kept, seed=4, horizon=HORIZON)
        assert futures.of(staffing(), range(6)) == undisturbed
        assert futures.count == 6 and len(path.read_bytes().splitlines()) == 6
    with pytest.raises(InputError, match="resume"):
        Kept(path)
    with Kept(path, resume=True), pytest.raises(AllocatorError, match="Another run writes"):
        Kept(path, resume=True)
    whole = path.read_bytes()
    nobody = b'{"key":"x","found":{"future":0,"unproved":0,"ended":null,"divisions":{"North":{}}}}\n'
    for damaged in (
        b"not ours",
        b"\nnot ours\n",
        whole + b'{"key":"x","found":null}\n',
        nobody,
        b"[" * 100_000 + b"\n",
    ):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match="an earlier run"):
            Kept(path, resume=True)
        assert path.read_bytes() == damaged
    path.write_text("nonsense\n")
    with pytest.raises(InputError, match="row 1"):
        Kept(path, resume=True)


def test_other_assumptions_are_other_futures(tmp_path):
    one = staffing()
    keys = {
        one.key,
        Staffing("x", one.force, one.demand, Planning()).key,
        Staffing("x", one.force, one.demand, BUSY, courses=()).key,
        Staffing("x", one.force, one.demand, BUSY, until=(0, 1)).key,
    }
    later = Staffing("x", one.force.changed(cycle_date=one.force.cycle_date + timedelta(days=1)), one.demand, BUSY)
    keys.add(later.key)
    assert len(keys) == 5 and Staffing("y", one.force, one.demand, BUSY).key == one.key


def test_ctrl_c_keeps_what_has_ended_and_resuming_gives_the_same_answer(tmp_path):
    write_force(small(), tmp_path / "force")
    (tmp_path / "assume.toml").write_text("[demand]\narrivals = 60.0\n[supply]\nleave = 30.0\n")
    command = [
        sys.executable,
        "-m",
        "allocator",
        "forecast",
        str(tmp_path / "force"),
        "--horizon",
        "6",
        "--workers",
        "1",
    ]
    command += ["--assume", str(tmp_path / "assume.toml"), "--futures", "80", "--json"]
    whole = subprocess.run([*command, "--out", str(tmp_path / "whole")], capture_output=True, check=True)
    process = start([*command, "--out", str(tmp_path / "cut")], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    kept = tmp_path / "cut" / "futures.jsonl"
    wait_until(lambda: kept.exists() and kept.read_bytes().count(b"\n") >= 3, process)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate()
    cut = json.loads(out)
    assert process.returncode == 0 and cut["stopped"] and 3 <= cut["futures"] < 80
    again = subprocess.run([*command, "--out", str(tmp_path / "cut"), "--resume"], capture_output=True, check=True)
    assert json.loads(again.stdout) == json.loads(whole.stdout)


def test_a_plan_that_was_cut_short_ends_its_future(monkeypatch):
    import allocator.solver.allocate as solver

    whole = solver.allocate

    def cut_short(*args, **options):
        return replace(whole(*args, **options), stopped="interrupted")

    monkeypatch.setattr(solver, "allocate", cut_short)
    with Kept() as kept, pytest.raises(KeyboardInterrupt):
        Futures(InProcessExecutor(), kept, seed=4, horizon=3).of(staffing(), range(2))
