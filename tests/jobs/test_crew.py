"""Real worker processes: jobs that end, stop, fail, are killed, and outlive a server."""

from __future__ import annotations

import functools
import time

import psutil
import pytest

from allocator.access.accounts import add_user
from allocator.jobs import crew as module
from allocator.jobs.crew import Crew, Failed
from allocator.jobs.queue import ask_to_stop, claim, job_of, result_of, submit
from allocator.jobs.results import read_result
from allocator.jobs.work import Task
from allocator.jobs.worker import Place
from allocator.store.snapshots import save
from allocator.store.store import Conflict, Store
from allocator.synth import draw
from tests.cycling import small


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    """A store with a crew of one solver, shared: workers take seconds to hire."""
    home = tmp_path_factory.mktemp("crew") / "home"
    with Store(home) as store:
        store.upgrade()
        user = add_user(store, "Ann", "supervisor", by="root", password="correct horse battery")
        crew = Crew(store, Place(str(home), None, 0), solvers=1, longest=60)
        crew.start()
        yield store, crew, user
        crew.close()


def until(store, user, job_id, *states, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        job = job_of(store, user, job_id)
        if job.state in states:
            return job
        time.sleep(0.05)
    raise AssertionError(f"still {job.state}")


@functools.cache
def hard():
    """A force that takes one worker some twenty seconds."""
    return draw("metropolitan", 0, "cross")


def workers():
    return [p for p in psutil.Process().children() if "spawn_main" in " ".join(p.cmdline())]


def plain(force):
    return force.model_dump(mode="json")


def test_a_posted_force_is_planned_and_its_result_reads_back(hall):
    store, crew, user = hall
    job = submit(store, user, "allocate", {"seed": 3}, data=plain(small()))
    crew.call()
    done = until(store, user, job.id, "done")
    result = read_result(small(), result_of(store, done))
    assert result.proven and result.seed == 3 and result.plan.officer_of["c1"] in ("A", "B")


def test_the_same_key_is_the_same_job_and_another_request_with_it_is_refused(hall):
    store, crew, user = hall
    one = submit(store, user, "allocate", {"seed": 4}, data=plain(small()), key="k1")
    again = submit(store, user, "allocate", {"seed": 4}, data=plain(small()), key="k1")
    assert one.id == again.id
    with pytest.raises(Conflict, match="another request"):
        submit(store, user, "allocate", {"seed": 5}, data=plain(small()), key="k1")
    crew.call()
    until(store, user, one.id, "done")


def test_a_job_that_is_stopped_keeps_its_best_plan(hall):
    store, crew, user = hall
    force = hard()
    job = submit(store, user, "allocate", {}, data=plain(force))
    crew.call()
    until(store, user, job.id, "running")
    while job.id not in crew.seen.progress:
        time.sleep(0.05)
    assert {"goal", "goals", "parts"} <= crew.seen.progress[job.id].keys()
    ask_to_stop(store, job, by="Ann")
    stopped = until(store, user, job.id, "stopped", seconds=module.GRACE + 10)
    result = read_result(force, result_of(store, stopped))
    assert result.stopped == "interrupted" and len(result.goals) == 4


def test_a_killed_worker_costs_a_try_and_two_fail_the_job(hall):
    store, crew, user = hall
    job = submit(store, user, "allocate", {}, data=plain(hard()))
    crew.call()
    for _ in range(2):
        while job.id not in crew.seen.progress:
            time.sleep(0.05)
        for process in workers():
            process.kill()
        while job.id in crew.seen.progress:
            time.sleep(0.02)
    failed = until(store, user, job.id, "failed")
    assert failed.attempts == 2 and "twice" in failed.error["says"]


def test_a_wrong_scenario_fails_with_its_problems(hall):
    store, crew, user = hall
    with store.writing() as writing:
        snapshot = save(writing.connection, small())
    scenarios = [{"name": "x", "change": [{"what": "officer-leaves", "officer": "nobody"}]}]
    job = submit(store, user, "whatif", {"snapshot": snapshot, "scenarios": scenarios})
    crew.call()
    failed = until(store, user, job.id, "failed")
    assert failed.error["kind"] == "input" and failed.error["problems"][0]["value"] == "nobody"


def test_questions_are_answered_beside_the_queue(hall):
    store, crew, _ = hall
    with store.writing() as writing:
        snapshot = save(writing.connection, small())
    answer = crew.ask(Task("why", {"snapshot": snapshot, "case": "c1"}, None, "Ann"))
    assert answer["action"] == "moved" and answer["says"]
    with pytest.raises(Failed) as told:
        crew.ask(Task("why", {"snapshot": snapshot, "case": "c99"}, None, "Ann"))
    assert told.value.error["kind"] == "input"


def test_what_a_killed_server_left_running_is_run_by_the_next(tmp_path):
    with Store(tmp_path / "home") as store:
        store.upgrade()
        user = add_user(store, "Ann", "supervisor", by="root", password="correct horse battery")
        job = submit(store, user, "allocate", {}, data=plain(small()))
        assert claim(store).id == job.id and claim(store) is None
        crew = Crew(store, Place(str(tmp_path / "home"), None, 0), solvers=1, longest=60)
        crew.start()
        try:
            assert until(store, user, job.id, "done").attempts == 2
        finally:
            crew.close()


def test_a_server_that_ends_puts_its_jobs_back_without_a_try(tmp_path):
    with Store(tmp_path / "home") as store:
        store.upgrade()
        user = add_user(store, "Ann", "supervisor", by="root", password="correct horse battery")
        crew = Crew(store, Place(str(tmp_path / "home"), None, 0), solvers=1, longest=60)
        crew.start()
        job = submit(store, user, "allocate", {}, data=plain(hard()))
        crew.call()
        until(store, user, job.id, "running")
        crew.close()
        left = job_of(store, user, job.id)
        assert (left.state, left.attempts) == ("queued", 0)


def test_memory_is_limited(tmp_path):
    with Store(tmp_path / "home") as store:
        store.upgrade()
        user = add_user(store, "Ann", "supervisor", by="root", password="correct horse battery")
        crew = Crew(store, Place(str(tmp_path / "home"), None, 3_000), solvers=1, longest=60)
        crew.start()
        try:
            job = submit(store, user, "allocate", {}, data=plain(small()))
            crew.call()
            assert until(store, user, job.id, "done").state == "done"
        finally:
            crew.close()
