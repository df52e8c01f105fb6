"""Workers on this machine: what they tell arrives, whatever happens to them."""

import functools
import itertools
import math
import os
import random
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from allocator.compute import InProcessExecutor, LocalExecutor, WorkerLimits, WorkersLost
from allocator.errors import InputError, Problem
from tests.processes import start, wait_until

BIG = b"x" * 5_000_000  # far more than a pipe holds


def telling(task, tell):
    tell((task, BIG))
    time.sleep(600)


def answering(task, tell):
    return task, BIG


def dying_once(task, tell):
    mark, number = task
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.fixture
def pool():
    with LocalExecutor(2, fork=True) as workers:
        yield workers


def run(pool, work, tasks, seconds=600.0):
    return pool.run(work, tasks, time.time() + seconds, lambda states: None)


def ended(pool, work, tasks):
    """The last event of each task, by its position."""
    events = itertools.chain.from_iterable(pool.follow(work, tasks))
    return {event.task: event for event in events if event.kind != "progress"}


def test_large_answers_arrive(pool):
    assert run(pool, answering, [1, 2, 3]) == ([(1, BIG), (2, BIG), (3, BIG)], None)


def test_time_that_runs_out_keeps_what_was_told_and_the_next_run_starts_anew(pool):
    states, stopped = run(pool, telling, [1, 2], seconds=0.5)
    assert (states, stopped) == ([(1, BIG), (2, BIG)], "time limit")
    assert run(pool, answering, [3]) == ([(3, BIG)], None)


def test_ctrl_c_keeps_what_was_told_and_the_next_run_starts_anew(pool):
    def press(states):
        if all(states):
            os.kill(os.getpid(), signal.SIGINT)

    states, stopped = pool.run(telling, [1, 2], math.inf, press)
    assert (states, stopped) == ([(1, BIG), (2, BIG)], "interrupted")
    assert run(pool, answering, [3]) == ([(3, BIG)], None)


def test_a_worker_killed_once_is_replaced(pool, tmp_path):
    tasks = [(tmp_path / str(k), k) for k in range(3)]
    (tmp_path / "1").touch()
    (tmp_path / "2").touch()
    assert run(pool, dying_once, tasks) == ([0, 1, 2], None)


def killing(task, tell):
    """One kills itself; the other goes on when that has been noticed, and says in which process it did."""
    if task is None:
        os.kill(os.getpid(), signal.SIGKILL)
    tell(os.getpid())
    wait_until(task.exists)
    return os.getpid()


def test_a_killed_worker_costs_no_task_but_its_own(pool, tmp_path):
    first = None
    for events in pool.follow(killing, [tmp_path / "noticed", None]):
        for event in events:
            if event.kind == "progress":
                assert first is None  # begun once
                first = event.value
            elif event.kind == "lost":
                assert event.task == 1 and "signal 9" in event.value
                (tmp_path / "noticed").touch()
            else:
                assert (event.kind, event.task, event.value) == ("done", 0, first)


def slow_square(task, tell):
    tell(BIG[:200_000])
    time.sleep(0.005)
    return task * task


def test_kills_at_random_lose_no_task():
    draw = random.Random(20261129)
    over, kills = threading.Event(), []
    with LocalExecutor(3, fork=True, attempts=1_000) as pool:

        def kill():
            while not over.wait(draw.uniform(0.005, 0.05)):
                for worker in pool._workers[:1] if draw.random() < 0.5 else pool._workers[1:2]:
                    worker.process.kill()
                    kills.append(worker.process.pid)

        killer = threading.Thread(target=kill)
        killer.start()
        found = ended(pool, slow_square, range(300))
        over.set()
        killer.join()
    assert len(kills) > 5
    assert {task: event.value for task, event in found.items()} == {task: task * task for task in range(300)}


def test_an_idle_worker_that_was_killed_is_replaced_before_it_is_waited_for(pool):
    pool.ready()
    os.kill(pool._workers[0].process.pid, signal.SIGKILL)
    pool.ready()
    assert run(pool, answering, [1]) == ([(1, BIG)], None)


def dying(task, tell):
    if task == "dies":
        os._exit(7)
    return task


def test_whoever_dies_of_every_try_is_told_last():
    with LocalExecutor(1, fork=True) as pool:
        given = pool.each(functools.partial(dying, tell=None), ["dies", 1, 2])
        assert [next(given), next(given)] == [(1, 1), (2, 2)]
        with pytest.raises(WorkersLost, match=r"without a word 2 times in a row \(exit code 7\)"):
            next(given)


def test_workers_that_never_get_ready_are_given_up():
    with LocalExecutor(1, functools.partial(os._exit, 1), fork=True) as pool:
        with pytest.raises(WorkersLost):
            pool.ready()
        assert run(pool, answering, [1]) == ([None], "a worker was killed")


def stopping(task, tell):
    try:
        tell("begun")
        time.sleep(600)
    except KeyboardInterrupt:
        if task == "deaf":
            time.sleep(600)
        if task == "nothing":
            raise
    return "the best so far"


@pytest.mark.parametrize(
    ("task", "grace", "kind", "value"),
    [("keeps", 600, "done", "the best so far"), ("nothing", 600, "stopped", None), ("deaf", 0.2, "lost", "signal 9")],
)
def test_a_task_is_asked_to_stop_and_killed_when_it_does_not(task, grace, kind, value):
    with LocalExecutor(1, fork=True, attempts=1) as pool:
        for events in pool.follow(stopping, [task]):
            for event in events:
                if event.kind == "progress":
                    pool.stop(grace)
                else:
                    assert (event.kind, event.value) == (kind, value)
        assert run(pool, answering, [1]) == ([(1, BIG)], None)  # and the next is not asked


def signalled(task, tell):
    os.kill(os.getpid(), signal.SIGINT)
    return "went on"


def test_ctrl_c_is_not_for_workers(pool):
    assert run(pool, signalled, [1]) == (["went on"], None)


def failing(task, tell):
    if task == "large":
        return bytearray(2**31)
    if task == "unsendable":
        return lambda: None
    if task == "own":
        raise Unsendable("a", "b")
    raise InputError([Problem("cases.csv", "an id", 3)])


class Unsendable(Exception):
    def __init__(self, one, two):
        super().__init__(one)
        self.two = lambda: two


def test_what_was_raised_is_raised_again():
    with LocalExecutor(1, fork=True, limits=WorkerLimits(memory=2_000)) as pool:
        found = ended(pool, failing, ["large", "unsendable", "own", "wrong"])
        assert {event.kind for event in found.values()} == {"failed"}
        assert isinstance(found[0].value, MemoryError)
        assert "Unsendable in a worker" in str(found[2].value)
        assert found[3].value.problems == (Problem("cases.csv", "an id", 3),)
        with pytest.raises(InputError):
            run(pool, failing, ["wrong"])


CALLER = """
import os, time
from allocator.compute import LocalExecutor
from tests.compute.test_local import with_a_worker_of_its_own

with LocalExecutor(2, fork=True) as pool:
    for events in pool.follow(with_a_worker_of_its_own, [1, 2]):
        for event in events:
            print(*event.value, flush=True)
"""


def with_a_worker_of_its_own(task, tell):
    with LocalExecutor(1, fork=True) as pool:
        pool.ready()
        tell((os.getpid(), pool._workers[0].process.pid))
        time.sleep(600)


def test_workers_end_with_their_caller():
    caller = start([sys.executable, "-c", CALLER], stdout=subprocess.PIPE, text=True)
    pids = [int(pid) for _ in range(2) for pid in caller.stdout.readline().split()]
    workers = [psutil.Process(pid) for pid in pids]
    assert len(workers) == 4
    caller.kill()
    caller.wait()
    wait_until(lambda: not any(w.is_running() and w.status() != psutil.STATUS_ZOMBIE for w in workers))


def test_whoever_forgets_to_close_is_not_kept_waiting():
    code = "from allocator.compute import LocalExecutor; pool = LocalExecutor(2, fork=True); pool.ready()"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_work_in_this_process_is_told_in_the_same_way():
    assert run(InProcessExecutor(), answering, [1, 2]) == ([(1, BIG), (2, BIG)], None)
    assert list(InProcessExecutor().each(abs, [-1, -2])) == [(0, 1), (1, 2)]
    with pytest.raises(InputError):
        run(InProcessExecutor(), failing, ["wrong"])
