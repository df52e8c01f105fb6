"""Workers on this machine: what they tell arrives, whatever happens to them."""

import os
import signal
import time

import pytest

from allocator.compute import LocalExecutor

BIG = b"x" * 5_000_000  # far more than a pipe holds


def telling(task, tell):
    tell((task, BIG))
    time.sleep(30)


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


def run(pool, work, tasks, seconds=60.0):
    return pool.run(work, tasks, time.time() + seconds, lambda states: None)


def test_large_answers_arrive(pool):
    assert run(pool, answering, [1, 2, 3]) == ([(1, BIG), (2, BIG), (3, BIG)], None)


def test_time_that_runs_out_keeps_what_was_told_and_the_next_run_starts_anew(pool):
    states, stopped = run(pool, telling, [1, 2], seconds=0.5)
    assert (states, stopped) == ([(1, BIG), (2, BIG)], "time limit")
    assert run(pool, answering, [3]) == ([(3, BIG)], None)


def test_a_worker_killed_once_is_replaced(pool, tmp_path):
    tasks = [(tmp_path / str(k), k) for k in range(3)]
    (tmp_path / "1").touch()
    (tmp_path / "2").touch()
    assert run(pool, dying_once, tasks) == ([0, 1, 2], None)


def test_an_idle_worker_that_was_killed_is_replaced_before_it_is_waited_for(pool):
    pool.ready()
    os.kill(pool._workers[0].process.pid, signal.SIGKILL)
    pool.ready()
    assert run(pool, answering, [1]) == ([(1, BIG)], None)


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with LocalExecutor(1, fork=True) as workers:
        run(workers, answering, [1])
    assert list(tmp_path.iterdir()) == []
