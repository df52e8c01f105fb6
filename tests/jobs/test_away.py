"""Database, key or solvers away: nothing dies of it, programs and people are told, and work goes on afterwards."""

from __future__ import annotations

import secrets
import subprocess
from contextlib import suppress

import pytest
from fastapi.testclient import TestClient

from allocator.app.accounts import add_user
from allocator.app.actors import claimed
from allocator.app.problems import find_problem, post_job
from allocator.app.sessions import add_token
from allocator.http import app as http
from allocator.http.settings import ServerSettings
from allocator.http.web.app import application
from tests.db.conftest import _execute, database_server
from tests.jobs.light import light_pool, noted
from tests.processes import wait_until

PASSWORD = "correct horse battery"


def stop(server):
    server.stop()


def start(server):
    """Start a database again; a busy disk can keep it from starting within ten seconds."""
    while True:
        with suppress(subprocess.SubprocessError):
            return server.ensure_postgres_running()


@pytest.fixture(scope="module")
def database():
    with database_server() as server:
        yield server


@pytest.fixture
def service(database, tmp_path, monkeypatch):
    """A service with one light solver; its accounts' token, and a browser."""
    name = f"store_{secrets.token_hex(6)}"
    _execute(database.get_uri(), f"CREATE DATABASE {name}")
    settings = ServerSettings(
        home=tmp_path / "home",
        database=database.get_uri(database=name),
        hosts="testserver",
        solvers=1,
        secure_cookies=False,
    )
    with monkeypatch.context() as patch:
        patch.setattr(http, "WorkerPool", lambda store, **_: light_pool(store, tmp_path, lighten=monkeypatch.setattr))
        context = http.make_context(settings)
    context.store.upgrade()
    with TestClient(application(context)) as client:
        yield context, client
    context.store.close()


def user_of(store, name, role="supervisor"):
    return add_user(store, claimed("root"), name, role, password=PASSWORD, must_change=False)


def test_a_database_that_is_away_again_and_again_costs_no_solver(database, service, tmp_path):
    context, client = service
    (thread,) = (solver.thread for solver in context.pool._solvers)
    user = user_of(context.store, "Ann")
    operator = user_of(context.store, "Ops", "administrator")
    token = add_token(context.store, claimed("root"), operator, "watch", days=1, scope="read")[1]
    for turn in range(2):
        job = post_job(context.store, user, "allocate", {"folder": str(tmp_path), "until": f"go-{turn}"})
        context.pool.call()
        wait_until(lambda job=job: job.id in noted(tmp_path, "begun"))
        stop(database)
        try:
            wait_until(lambda: thread.fault is not None)
            told = client.get("/ready")
            assert told.status_code == 503 and told.json()["type"] == "urn:allocator:unavailable"
            assert "The database cannot be used" in told.json()["detail"] and told.headers["retry-after"]
            assert "postgresql" not in told.text
            page = client.get("/", headers={"Cookie": "allocator_session=x"})
            assert page.status_code == 503 and "The service cannot do this at present" in page.text
            assert client.get("/health").status_code == 200
            (tmp_path / f"go-{turn}").touch()  # it ends while nobody can write that
        finally:
            start(database)
        wait_until(lambda job=job: find_problem(context.store, user, job.id).ended)
        done = find_problem(context.store, user, job.id)
        assert (done.state, done.attempts) == ("done", 1)
        wait_until(lambda: client.get("/ready").status_code == 200)
    assert noted(tmp_path, "twice") == [] and context.pool.alive == 1
    waits = post_job(context.store, user, "allocate", {"folder": str(tmp_path), "until": "never"})
    post_job(context.store, user, "allocate", {"folder": str(tmp_path)})
    context.pool.call()
    wait_until(lambda: waits.id in noted(tmp_path, "begun"))
    lines = client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).text.splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert values["allocator_queue"] == "1.0" and values["allocator_solvers_alive"] == "1.0"
    assert float(values["allocator_queue_oldest_seconds"]) > 0
    assert float(values["allocator_database_errors_total"]) > 0


def test_a_key_that_is_away_or_another_is_told_and_the_service_comes_back(service):
    context, client = service
    user_of(context.store, "Kim")
    path = context.store.home.folder / "audit.key"
    key = path.read_text()
    path.unlink()
    told = client.get("/ready")
    assert told.status_code == 503 and "The audit log's key is not there" in told.json()["detail"]
    path.write_text("ab" * 32)
    told = client.get("/ready")
    assert told.status_code == 503 and "not that with which the audit log was written" in told.json()["detail"]
    path.write_text(key)
    assert client.get("/ready").json() == {"ready": True}
