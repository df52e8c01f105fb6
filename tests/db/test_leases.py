"""Leases: a job has one holder, whoever is gone loses it, and servers of one database are set up alike."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from allocator.app.accounts import add_user
from allocator.app.actors import claimed
from allocator.app.problems import post_job
from allocator.db import leases
from allocator.db.database import database_clock
from allocator.db.jobs import ask_to_stop, find_job, oldest_waiting
from allocator.db.leases import claim_job, end_leases, finish_job, release_job, renew_leases, retry_job
from allocator.db.servers import join_servers, leave_servers, note_server, others_solve
from allocator.db.service_tables import problems, servers
from allocator.errors import InputError


@pytest.fixture
def jobs(store):
    user = add_user(store, claimed("root"), "Ann", "supervisor", password="correct horse battery")
    return [post_job(store, user, "allocate", {"seed": seed}) for seed in range(2)]


def found(store, job):
    with store.reading() as connection:
        return find_job(connection, job.id)


def let_run_out(store, table=problems):
    """As if a lease had been taken long ago."""
    with store.database.writing() as connection:
        past = database_clock(connection) - timedelta(seconds=1)
        connection.execute(update(table).values(lease_expires=past))


def test_a_job_has_one_holder(store, jobs):
    assert oldest_waiting(store) > 0
    assert [claim_job(store, name).id for name in ("a", "b")] == [job.id for job in jobs]
    assert claim_job(store, "a") is None and oldest_waiting(store) == 0
    assert renew_leases(store, "a", [job.id for job in jobs]) == {jobs[0].id}
    for act in (release_job, retry_job, lambda *at: finish_job(*at, "done", result={})):
        assert not act(store, jobs[0].id, "b")
    assert found(store, jobs[0]).state == "running"
    assert finish_job(store, jobs[0].id, "a", "done", result={"x": 1})
    assert not finish_job(store, jobs[0].id, "a", "failed", error={"says": "late"})
    assert found(store, jobs[0]).state == "done" and found(store, jobs[0]).error is None


@pytest.fixture
def people(store):
    """Three accounts, of whom the first has posted many jobs before the others posted any."""
    users = [
        add_user(store, claimed("root"), name, "planner", password="correct horse battery")
        for name in ("Ann", "Bob", "Cyd")
    ]
    many = [post_job(store, users[0], "frontier", {"seed": seed}) for seed in range(8)]
    return users, many


def taken_by(store, users):
    names = {user.id: user.name for user in users}
    job = claim_job(store, "a")
    return names[job.owner_id], job


@pytest.mark.parametrize("solvers", [1, 2, 3])
def test_who_posts_many_jobs_does_not_keep_others_waiting(store, people, solvers):
    """Whatever others post is begun once each account that waits has had one turn, however many solvers there are."""
    users, many = people
    running = [taken_by(store, users)[1] for _ in range(solvers)]
    assert [job.id for job in running] == [job.id for job in many[:solvers]]
    for user in users[1:]:
        for seed in range(2):
            post_job(store, user, "frontier", {"seed": seed})
    turns = []
    while len(turns) < 6:
        finish_job(store, running.pop(0).id, "a", "done", result={})
        name, job = taken_by(store, users)
        turns.append(name)
        running.append(job)
    assert set(turns[:2]) == {"Bob", "Cyd"} and turns.count("Bob") == turns.count("Cyd") == 2


def test_an_account_with_fewer_jobs_running_comes_first_and_its_oldest_job(store, people):
    users, many = people
    others = [post_job(store, users[1], "frontier", {"seed": seed}) for seed in range(3)]
    order = [taken_by(store, users)[1].id for _ in range(4)]
    assert order == [many[0].id, others[0].id, many[1].id, others[1].id]
    for job in (many[0], many[1]):
        finish_job(store, job.id, "a", "done", result={})
    assert [taken_by(store, users)[1].id for _ in range(2)] == [many[2].id, many[3].id]  # two of Bob's run


def test_only_what_has_run_out_is_taken_over(store, jobs):
    claim_job(store, "a"), claim_job(store, "a")
    assert claim_job(store, "b") is None
    let_run_out(store)
    assert renew_leases(store, "a", [jobs[1].id]) == {jobs[1].id}  # nobody has taken it meanwhile
    taken = claim_job(store, "b")
    assert (taken.id, taken.attempts) == (jobs[0].id, 2) and claim_job(store, "b") is None
    assert not finish_job(store, jobs[0].id, "a", "done", result={})
    assert finish_job(store, jobs[0].id, "b", "done", result={})


def test_a_lease_is_as_long_as_it_is_by_the_clock_of_the_database(store, jobs):
    claim_job(store, "a")
    with store.reading() as connection:
        now = database_clock(connection)
        row = connection.execute(select(problems).where(problems.c.id == jobs[0].id)).one()
    assert row.lease_holder == "a" and row.lease_expires - row.lease_beat == timedelta(seconds=leases.LEASE)
    assert timedelta(0) <= now - row.lease_beat < timedelta(minutes=5)


def test_a_server_that_is_certainly_gone_holds_nothing(store, jobs):
    claim_job(store, "a"), claim_job(store, "b")
    end_leases(store, "a")
    assert claim_job(store, "c").id == jobs[0].id and claim_job(store, "c") is None


@pytest.mark.parametrize(("leave", "most"), [(retry_job, 2), (None, 5)])
def test_what_ends_without_a_word_is_tried_again_and_fails_in_the_end(store, jobs, leave, most):
    for attempt in range(1, most + 1):
        with store.database.writing() as connection:  # the other does not wait
            connection.execute(update(problems).where(problems.c.id == jobs[1].id).values(state="done"))
        assert claim_job(store, "a").attempts == attempt
        if leave is None:
            let_run_out(store)
        else:
            leave(store, jobs[0].id, "a")
    assert claim_job(store, "a") is None
    failed = found(store, jobs[0])
    assert failed.state == "failed" and "without a word" in failed.error["says"]


def test_a_job_that_was_put_back_has_lost_no_try_and_one_that_was_to_stop_is_stopped(store, jobs):
    claim_job(store, "a")
    assert release_job(store, jobs[0].id, "a")
    assert (found(store, jobs[0]).state, found(store, jobs[0]).attempts) == ("queued", 0)
    claim_job(store, "a")
    ask_to_stop(store, jobs[0], by="Ann")
    let_run_out(store)
    assert claim_job(store, "b").id == jobs[1].id and found(store, jobs[0]).state == "stopped"


def test_servers_are_set_up_alike(store):
    join_servers(store, "a", "one:/home", {"ALLOCATOR_UPLOAD": "32"}, 2)
    with pytest.raises(InputError) as refused:
        join_servers(store, "b", "two:/home", {"ALLOCATOR_UPLOAD": "64", "ALLOCATOR_NEW": "1"}, 1)
    assert [str(problem) for problem in refused.value.problems] == [
        "ALLOCATOR_UPLOAD: '64' found, expected 32, as at one:/home"
    ]
    join_servers(store, "b", "two:/home", {"ALLOCATOR_UPLOAD": "32"}, 0)
    join_servers(store, "c", "two:/home", {"ALLOCATOR_UPLOAD": "32"}, 0)  # it was started again
    assert not note_server(store, "b", 0) and note_server(store, "c", 0)
    with store.reading() as connection:
        assert others_solve(connection, "c") and not others_solve(connection, "a")
    leave_servers(store, "a")
    let_run_out(store, servers)
    join_servers(store, "d", "four:/home", {"ALLOCATOR_UPLOAD": "64"}, 1)  # nobody runs who is set up otherwise
