"""Servers set up wrong do not start, one that comes back has its place, and who has lost a lease writes nothing."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from allocator.app.accounts import add_user
from allocator.app.actors import claimed
from allocator.app.problems import find_problem, post_job
from allocator.compute import LocalExecutor, WorkersLost
from allocator.db import leases
from allocator.db.leases import claim_job, end_leases
from allocator.db.servers import join_servers, leave_servers
from allocator.db.service_tables import problems
from allocator.db.store import Store
from allocator.db.tables import audit
from allocator.errors import AllocatorError, InputError, Unavailable
from allocator.http import app as http
from allocator.http.serving import _alone, serve
from allocator.http.settings import ServerSettings
from allocator.http.web.app import application
from tests.db.conftest import postgres, store, url  # noqa: F401
from tests.http.api.conftest import Served
from tests.http.web.looking import look
from tests.jobs.light import light_pool, noted
from tests.processes import start, wait_until

PASSWORD = "correct horse battery"
ROOT, LIGHT = Path(__file__).parents[2], "tests.jobs.light_server"


@pytest.fixture
def ann(store):  # noqa: F811
    return add_user(store, claimed("root"), "Ann", "supervisor", password=PASSWORD, must_change=False)


def settings_of(store, **others):  # noqa: F811
    given = {"home": store.home.folder, "database": store.home.database, "port": 0, "solvers": 1}
    return {name: value for name, value in {**given, **others}.items() if value is not None}


def refused(store, said=None, **others):  # noqa: F811
    with pytest.raises(AllocatorError) as told:
        serve(settings_of(store, **others), demo=False, say=said or (lambda text: None))
    return told.value


def test_a_server_whose_key_is_not_that_of_the_log_does_not_start_and_writes_nothing(store, ann, tmp_path):  # noqa: F811
    other = tmp_path / "other"
    shutil.copytree(store.home.folder, other)
    (other / "audit.key").write_text("ab" * 32)
    before = entries(store)
    error = refused(store, home=other)
    assert isinstance(error, Unavailable) and "is not the key with which the audit log was written" in error.text
    assert "copy the key of the server that is there already" in error.maybe and entries(store) == before
    (other / "audit.key").unlink()
    assert "audit.key does not exist" in refused(store, home=other).text


def entries(of):
    with of.reading() as connection:
        return connection.execute(select(func.count()).select_from(audit)).scalar_one()


def test_a_server_with_other_settings_names_each_and_does_not_start(store, ann):  # noqa: F811
    running = {**ServerSettings().shared(), "ALLOCATOR_UPLOAD": "7", "ALLOCATOR_SIGN_INS": "99"}
    join_servers(store, "a" * 32, "one:/home", running, 1)
    error = refused(store)
    assert isinstance(error, InputError) and [str(problem) for problem in error.problems] == [
        "ALLOCATOR_UPLOAD: '32' found, expected 7, as at one:/home",
        "ALLOCATOR_SIGN_INS: '10' found, expected 99, as at one:/home",
    ]
    leave_servers(store, "a" * 32)
    with _alone(store, "free"):  # what was refused has let go of the folder
        assert "Another server serves the store" in refused(store).text


def test_who_is_started_again_on_its_folder_ends_the_leases_of_before(store, ann, tmp_path):  # noqa: F811
    job = post_job(store, ann, "allocate", {"seed": 1})
    with _alone(store, "first") as before:
        assert before is None and claim_job(store, "first").id == job.id
        with pytest.raises(AllocatorError, match="Another server serves"), _alone(store, "second"):
            pass
    with _alone(store, "second") as before:
        assert before == "first" and claim_job(store, "second") is None
        end_leases(store, before)
        assert claim_job(store, "second").attempts == 2
    copied = tmp_path / "copied"
    shutil.copytree(store.home.folder, copied)
    with Store(copied, store.home.database) as other, _alone(other, "third") as before:
        assert before is None  # whoever is named in a copy may still run


def server(of, folder, lease):
    command = [
        sys.executable,
        "-m",
        LIGHT,
        str(of.home.folder),
        of.home.url,
        str(folder),
        str(lease),
    ]
    return start(command, cwd=ROOT, stderr=subprocess.DEVNULL)


def test_a_server_that_was_paused_beyond_its_lease_writes_nothing(store, ann, tmp_path, monkeypatch):  # noqa: F811
    """Paused with its job, which another takes over and ends; it comes back, ends its own work, and keeps silent."""
    folder = tmp_path / "noted"
    folder.mkdir()
    job = post_job(store, ann, "allocate", {"folder": str(folder), "until": "go"})
    paused = server(store, folder, 4.0)
    wait_until(lambda: noted(folder, "begun") == [job.id], paused)
    paused.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(leases, "LEASE", 4.0)
    monkeypatch.setattr(leases, "BEAT", 4.0 / 12)
    pool = light_pool(store, folder, lighten=monkeypatch.setattr)
    pool.start()
    try:
        wait_until(lambda: noted(folder, "begun") == [job.id, job.id])
        paused.send_signal(signal.SIGCONT)
        wait_until(lambda: noted(folder, "lost") == [job.id], paused)
        assert find_problem(store, ann, job.id).state == "running"
        (folder / "go").touch()
        wait_until(lambda: noted(folder, "done") == [job.id])
        done = find_problem(store, ann, job.id)
        assert (done.state, done.attempts) == ("done", 2)
        with store.reading() as connection:
            holder = connection.execute(select(problems.c.lease_holder).where(problems.c.id == job.id)).scalar_one()
        assert holder == pool.leases.holder
    finally:
        pool.close()
        paused.terminate()
        paused.wait()
    assert noted(folder, "done") == [job.id]


def test_a_page_says_why_its_problem_waits_while_no_solver_can_work(tmp_path, monkeypatch):
    """Workers cannot start here; another server could do it, so that the problem waits and does not fail."""
    can_start = []

    def ready(self, seconds=0.0):
        if not can_start:
            raise WorkersLost("Workers ended before their first word 2 times in a row (killed).")
        return was_ready(self, seconds)

    was_ready = LocalExecutor.ready
    monkeypatch.setattr(LocalExecutor, "ready", ready)
    settings = ServerSettings(home=tmp_path / "home", hosts="testserver", solvers=1, secure_cookies=False)
    with monkeypatch.context() as patch:
        patch.setattr(http, "WorkerPool", lambda store, **_: light_pool(store, tmp_path, lighten=monkeypatch.setattr))
        context = http.make_context(settings)
    context.store.upgrade()
    ann = add_user(context.store, claimed("root"), "Ann", "supervisor", password=PASSWORD, must_change=False)
    join_servers(context.store, "b" * 32, "two:/home", {}, 1)
    with TestClient(application(context)) as client:
        site = Served(context, client, {"Ann": ann}, {})
        (thread,) = (solver.thread for solver in context.pool._solvers)
        job = post_job(context.store, ann, "allocate", {"folder": str(tmp_path)})
        wait_until(lambda: thread.fault is not None)
        page = look(site, "Ann", f"/work/{job.id}")
        page.says("Waiting for a free solver", "Nothing is solved at present. No worker can be started: workers ended")
        assert client.get("/ready").status_code == 503
        can_start.append(True)
        wait_until(lambda: find_problem(context.store, ann, job.id).ended)
        look(site, "Ann", f"/work/{job.id}").lacks("Nothing is solved at present")
        wait_until(lambda: client.get("/ready").status_code == 200)
    context.store.close()
