"""Real worker processes: jobs that end, stop, fail, are killed, and outlive a server."""

from __future__ import annotations

import functools
import re
import threading
from contextlib import suppress

import psutil
import pytest

from allocator.app.accounts import add_user, change_user
from allocator.app.actors import claimed
from allocator.app.job_results import read_result
from allocator.app.problems import find_problem, post_job
from allocator.app.visibility import EXCLUSIONS_ALONE
from allocator.db.jobs import ask_to_stop, find_job, job_result
from allocator.db.leases import claim_job, end_leases
from allocator.db.snapshots import keep
from allocator.db.store import Store
from allocator.errors import Conflict, InputError, Unavailable
from allocator.jobs.pool import WorkerPool
from allocator.jobs.work import JobTask
from allocator.synth import draw
from tests.cycling import small
from tests.jobs.light import light_pool, noted
from tests.processes import wait_until

PATIENCE = 600  # seconds, on a machine that has much else to do


class Watched(WorkerPool):
    """A crew of one solver that tests wait for: each of its jobs begins to tell of itself, and ends."""

    def __init__(self, store, memory=0):
        super().__init__(store, solvers=1, memory=memory, longest=PATIENCE, observe=self._over)
        self.seen.progress = _Noted()
        self.outcomes, self.changed = {}, threading.Condition()

    def _over(self, job, outcome, seconds):
        with self.changed:
            self.outcomes[job.id] = outcome
            self.changed.notify_all()

    def begun(self, job):
        self.outcomes.pop(job.id, None)
        noted = self.seen.progress
        with noted.changed:
            assert noted.changed.wait_for(lambda: job.id in noted, PATIENCE)

    def ended(self, user, job):
        with self.changed:
            assert self.changed.wait_for(lambda: job.id in self.outcomes, PATIENCE)
        return find_problem(self.store, user, job.id)


class _Noted(dict):
    """Progress of jobs, and when it changes."""

    def __init__(self):
        super().__init__()
        self.changed = threading.Condition()

    def __setitem__(self, job_id, told):
        with self.changed:
            super().__setitem__(job_id, told)
            self.changed.notify_all()


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    """A store with a crew of one solver, shared: workers take seconds to hire."""
    home = tmp_path_factory.mktemp("crew") / "home"
    with Store(home) as store:
        store.upgrade()
        user = add_user(store, claimed("root"), "Ann", "supervisor", password="correct horse battery")
        pool = Watched(store)
        pool.start()
        yield store, pool, user
        pool.close()


@functools.cache
def hard():
    """A force that takes one worker some twenty seconds."""
    return draw("metropolitan", 0, "cross")


def workers():
    found = []
    for process in psutil.Process().children():
        with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):  # one that was killed just now
            found += [process] if "spawn_main" in " ".join(process.cmdline()) else []
    return found


def plain(force):
    return force.model_dump(mode="json")


def test_a_posted_force_is_planned_and_its_result_reads_back(context):
    store, pool, user = context
    job = post_job(store, user, "allocate", {"seed": 3}, data=plain(small()))
    pool.call()
    done = pool.ended(user, job)
    result = read_result(small(), job_result(store, done))
    assert result.proven and result.seed == 3 and result.plan.officer_of["c1"] in ("A", "B")


def test_the_same_key_is_the_same_job_and_another_request_with_it_is_refused(context):
    store, pool, user = context
    one = post_job(store, user, "allocate", {"seed": 4}, data=plain(small()), key="k1")
    again = post_job(store, user, "allocate", {"seed": 4}, data=plain(small()), key="k1")
    assert one.id == again.id
    with pytest.raises(Conflict, match="another request"):
        post_job(store, user, "allocate", {"seed": 5}, data=plain(small()), key="k1")
    pool.call()
    assert pool.ended(user, one).state == "done"


def test_a_job_that_is_stopped_keeps_its_best_plan(context):
    store, pool, user = context
    force = hard()
    job = post_job(store, user, "allocate", {}, data=plain(force))
    pool.call()
    pool.begun(job)
    assert find_problem(store, user, job.id).state == "running"
    assert {"goal", "goals", "parts"} <= pool.seen.progress[job.id].keys()
    ask_to_stop(store, job, by="Ann")
    stopped = pool.ended(user, job)
    assert stopped.state == "stopped"
    result = read_result(force, job_result(store, stopped))
    assert result.stopped == "interrupted" and len(result.goals) == 4


def test_a_killed_worker_costs_a_try_and_two_fail_the_job(context):
    store, pool, user = context
    job = post_job(store, user, "allocate", {}, data=plain(hard()))
    pool.call()
    for _ in range(2):
        pool.begun(job)
        for process in workers():
            process.kill()
        failed = pool.ended(user, job)
    assert failed.state == "failed" and failed.attempts == 2 and "twice" in failed.error["says"]


def test_a_wrong_scenario_fails_with_its_problems(context):
    store, pool, user = context
    snapshot = keep(store, small())
    scenarios = [{"name": "x", "change": [{"what": "officer-leaves", "officer": "nobody"}]}]
    job = post_job(store, user, "whatif", {"snapshot": snapshot, "scenarios": scenarios})
    pool.call()
    failed = pool.ended(user, job)
    assert failed.state == "failed" and failed.error["kind"] == "input"
    assert failed.error["problems"][0]["value"] == "nobody"


def test_questions_are_answered_beside_the_queue(context):
    store, pool, _ = context
    snapshot = keep(store, small())
    answer = pool.ask(JobTask("why", {"snapshot": snapshot, "case": "c1", "hidden": EXCLUSIONS_ALONE}, None, "Ann"))
    assert answer["action"] == "moved" and answer["says"]
    with pytest.raises(InputError, match="c99"):
        pool.ask(JobTask("why", {"snapshot": snapshot, "case": "c99", "hidden": EXCLUSIONS_ALONE}, None, "Ann"))


def test_what_a_killed_server_left_running_is_run_by_the_next(tmp_path):
    with Store(tmp_path / "home") as store:
        store.upgrade()
        user = add_user(store, claimed("root"), "Ann", "supervisor", password="correct horse battery")
        job = post_job(store, user, "allocate", {}, data=plain(small()))
        assert claim_job(store, "killed").id == job.id and claim_job(store, "other") is None
        end_leases(store, "killed")
        pool = Watched(store)
        pool.start()
        try:
            done = pool.ended(user, job)
            assert (done.state, done.attempts) == ("done", 2)
        finally:
            pool.close()


def test_a_server_that_ends_puts_its_jobs_back_without_a_try(tmp_path):
    with Store(tmp_path / "home") as store:
        store.upgrade()
        user = add_user(store, claimed("root"), "Ann", "supervisor", password="correct horse battery")
        pool = Watched(store)
        pool.start()
        job = post_job(store, user, "allocate", {}, data=plain(hard()))
        pool.call()
        pool.begun(job)
        pool.close()
        left = find_problem(store, user, job.id)
        assert (left.state, left.attempts) == ("queued", 0)


def test_memory_is_limited(tmp_path):
    with Store(tmp_path / "home") as store:
        store.upgrade()
        user = add_user(store, claimed("root"), "Ann", "supervisor", password="correct horse battery")
        pool = Watched(store, memory=3_000)
        pool.start()
        try:
            job = post_job(store, user, "allocate", {}, data=plain(small()))
            pool.call()
            assert pool.ended(user, job).state == "done"
        finally:
            pool.close()


def test_workers_that_cannot_start_fail_the_job_and_the_server_is_not_ready(tmp_path):
    with Store(tmp_path / "home") as store:
        store.upgrade()
        user = add_user(store, claimed("root"), "Ann", "supervisor", password="correct horse battery")
        pool = Watched(store, memory=100)
        pool.start()
        try:
            failed = pool.ended(user, post_job(store, user, "allocate", {}, data=plain(small())))
            assert failed.state == "failed" and "No worker can be started" in failed.error["text"]
            assert "ended before their first word 2 times in a row (" in failed.error["text"]
            assert "tell whoever runs the service" in failed.error["maybe"]
            with pytest.raises(Unavailable, match=r"Nothing is solved at present\. No worker can be started"):
                while True:  # the thread says so once the job has failed
                    pool.require_ready()
            assert pool.able == pool.alive == 0
            with pytest.raises(Unavailable, match="No worker can be started"):
                pool.ask(JobTask("why", {}, None, "Ann"))
        finally:
            pool.close()


@pytest.mark.parametrize(
    ("change", "says"), [({"active": False}, "is not active any more"), ({"role": "viewer"}, r"\(viewer\) may not")]
)
def test_what_waits_of_somebody_who_may_no_longer_do_it_is_not_done(tmp_path, monkeypatch, change, says):
    with Store(tmp_path / "home") as store:
        store.upgrade()
        user = add_user(store, claimed("root"), "Ann", "supervisor", password="correct horse battery")
        jobs = [post_job(store, user, kind, {"folder": str(tmp_path)}) for kind in ("propose", "allocate", "planning")]
        change_user(store, claimed("root"), user.id, version=user.version, **change)
        pool = light_pool(store, tmp_path, lighten=monkeypatch.setattr)
        pool.start()
        try:
            wait_until(lambda: len(noted(tmp_path, "failed")) == len(jobs))
        finally:
            pool.close()
        assert noted(tmp_path, "begun") == []
        with store.reading() as connection:
            for job in jobs:
                assert re.search(says, find_job(connection, job.id).error["text"])


@pytest.mark.parametrize(("away", "state", "attempts"), [(3, "done", 4), (9, "failed", 5)])
def test_what_a_worker_needs_and_is_away_for_a_while_fails_no_job(tmp_path, monkeypatch, away, state, attempts):
    with Store(tmp_path / "home") as store:
        store.upgrade()
        user = add_user(store, claimed("root"), "Ann", "supervisor", password="correct horse battery")
        job = post_job(store, user, "allocate", {"folder": str(tmp_path), "away": away})
        pool = light_pool(store, tmp_path, lighten=monkeypatch.setattr)
        pool.start()
        try:
            wait_until(lambda: find_problem(store, user, job.id).ended)
        finally:
            pool.close()
        ended = find_problem(store, user, job.id)
        assert (ended.state, ended.attempts) == (state, attempts)
        if state == "failed":
            assert ended.error["text"] == "The store is away."
