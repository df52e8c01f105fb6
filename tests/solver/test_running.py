"""Runs that are cut short, disturbed or repeated."""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from allocator import allocate, check
from allocator.compute import LocalExecutor
from allocator.rules.columns import Columns
from allocator.solver import goals, prover
from allocator.solver.greedy import greedy_plan
from allocator.solver.parts import choices, split_into_parts
from allocator.synth import draw_divisions
from tests.tiny import current, force, new, officer

CROSS = {"cross": True}


@pytest.fixture(scope="module")
def big():
    """One part of 80 officers, which takes several seconds to prove."""
    drawn = draw_divisions(1)
    return drawn.replace(policy=drawn.policy.merge({"divisions": CROSS}))


def assert_valid(result):
    checked = check(result.plan)
    assert not checked.broken
    assert checked.goals == {goal.name: goal.value for goal in result.goals}
    assert all(0 <= goal.bound <= goal.value for goal in (*result.goals, *result.without_moves))
    proven = [goal.proven for goal in result.goals]
    assert proven == sorted(proven, reverse=True)  # after an unproved goal nothing is called proved


def children():
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(os.getpid())], capture_output=True, text=True)
    return [int(pid) for pid in listed.stdout.split() if Path(f"/proc/{pid}/status").exists()]


def test_progress_names_the_goal_at_hand_and_counts_parts_with_nothing_to_do_as_done():
    steps = []
    # South has nobody to decide about; North has one case and two who may have it.
    officers = [officer("A"), officer("B"), officer("S", division="South")]
    allocate(force(officers, [new(f"c{n}", points=n) for n in range(1, 9)]), progress=steps.append)
    assert {step.parts for step in steps} == {2}
    assert {step.parts_done for step in steps} <= {1, 2}
    assert steps[-1].parts_done == 2
    for step in steps:
        assert step.goal == next((goal.name for goal in step.goals if not goal.proven), "fairness")


def when_working(act):
    """Call ``act`` once a worker has told of a first step."""

    def progress(state):
        if state.goals[1].proven and not done:
            done.append(True)
            threading.Timer(0.1, act).start()

    done: list[bool] = []
    return progress


def test_no_time_at_all_still_gives_a_plan(big):
    result = allocate(big, time_limit=0)
    assert_valid(result)
    assert result.stopped == "time limit"
    assert not result.proven


def test_a_time_limit_gives_the_best_plan_so_far(big):
    result = allocate(big, time_limit=1)
    assert_valid(result)
    assert result.stopped == "time limit"


def test_ctrl_c_gives_the_best_plan_so_far(big):
    result = allocate(big, progress=when_working(lambda: os.kill(os.getpid(), signal.SIGINT)))
    assert_valid(result)
    assert result.stopped == "interrupted"


@pytest.mark.skipif(sys.platform != "linux", reason="finds workers through /proc")
def test_a_killed_worker_is_replaced():
    drawn = draw_divisions(2)
    killed = []

    def kill():
        killed.extend(children()[:1])
        os.kill(killed[0], signal.SIGKILL)

    result = allocate(drawn, progress=when_working(kill))
    assert killed
    assert_valid(result)
    assert result.stopped is None
    assert result.proven
    assert result.plan.officers == allocate(drawn).plan.officers


def forever(task, tell):
    tell(task)
    os.kill(os.getpid(), signal.SIGKILL)


def test_work_whose_worker_dies_every_time_keeps_what_it_told():
    with LocalExecutor(2, fork=True) as pool:
        states, stopped = pool.run(forever, ["a", "b"], time.time() + 60, lambda states: None)
    assert states == ["a", "b"]
    assert stopped == "a worker was killed"


def test_workers_and_hash_seed_do_not_change_the_plan():
    surrey = Path(__file__).parents[2] / "scenarios" / "surrey-2022"
    plans = set()
    for workers, seed in (("1", "0"), ("2", "1"), ("3", "2")):
        code = (
            "import sys; from allocator import allocate, read_force;"
            "print(allocate(read_force(sys.argv[1]), workers=int(sys.argv[2])).plan.officers)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(surrey), workers],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        plans.add(done.stdout)
    assert len(plans) == 1


@pytest.mark.parametrize("seed", [4, 8, 10])
def test_the_clock_does_not_choose_the_plan(seed, monkeypatch):
    # Among what CP-SAT meets on its way with these is a plan as good as the one it ends with.
    drawn = draw_divisions(seed, divisions=1, premises=1, closed=0, absent=0, fill=None)
    open_to = choices(Columns(drawn))
    cut = open_to.part(split_into_parts(open_to)[0])
    ends = []
    for seconds in (0, 3600):  # that pass between two looks at the clock
        clock = itertools.count(step=seconds)
        monkeypatch.setattr(prover, "time", SimpleNamespace(time=lambda clock=clock: next(clock)))
        told = []
        end = goals.PartSolver(cut, greedy_plan(cut), report=told.append).run()
        assert end.proved
        # Whoever has only heard of it, because it was cut short then, has that plan too.
        assert {tuple(state.plan) for state in told if state.proved} == {tuple(end.plan)}
        ends.append(end)
    assert ends[0].values == ends[1].values
    assert tuple(ends[0].plan) == tuple(ends[1].plan)


@pytest.mark.parametrize(
    "empty",
    [
        force([], []),
        force([officer("A")], []),
        force([], [new("c")]),
        force([officer("A", status="leaving")], [current("c", "A")]),
    ],
    ids=["nothing", "no cases", "no officers", "only one leaving"],
)
def test_nothing_to_decide(empty):
    result = allocate(empty)
    assert_valid(result)
    assert result.proven
    assert result.plan.actions["unplaced"] == empty.cases


@pytest.mark.parametrize("wrong", [{"workers": -1}, {"time_limit": -1}, {"time_limit": float("nan")}, {"seed": -1}])
def test_arguments_out_of_range_are_named(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"^{name}: "):
        allocate(force([], []), **wrong)


def test_crossing_starts_from_the_best_plan_without_crossing(big):
    alone = big.replace(policy=big.policy.merge({"divisions": {"cross": False}}))
    nobody_crosses = allocate(alone)
    told = []
    allocate(big, progress=lambda step: told.append(tuple(goal.value for goal in step.goals)), time_limit=60)
    # No plan of one division has a worse value by crossing being allowed; fairness alone is counted otherwise then.
    assert tuple(goal.value for goal in nobody_crosses.goals)[:3] >= told[-1][:3]
