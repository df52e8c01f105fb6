"""Database away, disk full, home read-only: every page and endpoint says so in words, and the log once."""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
import subprocess
import tempfile
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from allocator.app.accounts import add_user
from allocator.app.actors import claimed
from allocator.app.rights import RIGHTS, ROLES
from allocator.http import observability
from allocator.http.app import make_context
from allocator.http.settings import ServerSettings
from allocator.http.web.app import application
from tests.cycling import committed, small
from tests.db.conftest import _execute, database_server
from tests.http.api.conftest import PASSWORD, Served, served
from tests.http.api.test_authorisation import BODIES, IN_PERSON, NOBODY, TABLE, is_page
from tests.processes import wait_until

PATIENT = ("/health", "/sign-in", "/help")  # what is answered whatever is away
SECRETS = ("postgresql", "sqlite", "Traceback", "site-packages")


@contextmanager
def small_disk(size="24m"):
    """A disk of a few megabytes, for who may mount one."""
    folder = Path(tempfile.mkdtemp(prefix="disk-"))
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True)
    if done.returncode:
        folder.rmdir()
        pytest.skip("only root mounts disks")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def fill(disk):
    with suppress(OSError), (disk / "filler").open("wb") as file:
        while True:
            file.write(b"x" * 4096)
            file.flush()
    with suppress(OSError), (disk / "filler").open("ab", buffering=0) as file:
        while file.write(b"x"):
            pass


def walk(server, browsers):
    """The answer to each row of the table by somebody who may, as (method, address)."""
    answers = {}
    for method, address, right in TABLE:
        if address == "/sign-out":
            continue
        rights = [] if right in (NOBODY, IN_PERSON) else right.split(" or ")
        role = next((role for role in ROLES if all(role in RIGHTS[name].roles for name in rights[:1])), "supervisor")
        path = re.sub(r"\{(\w+)\}", lambda m: {"problem": "0" * 32, "scenario": "999"}[m[1]], address)
        options = {"headers": {}, "follow_redirects": False}
        if is_page(address):
            browser = browsers[role]
            options["headers"] |= browser.headers
            if method == "POST":
                options["data"] = {"csrftoken": browser.token, "version": "1", "name": "bob", "password": "x"}
            answer = server.client.request(method, path, **options)
        else:
            if method in ("POST", "PATCH", "DELETE"):
                options["headers"]["If-Match"] = '"v999"'
            if method in ("POST", "PATCH"):
                options["json"] = BODIES.get(address, {})
            answer = server.call(role, method, path, **options)
        answers[method, address] = answer
    return answers


def hold(answers, healthy, hidden, *, away):
    """Look at every answer: words, no place, no traceback; what could not be done is no fault of who asked."""
    for (method, address), answer in answers.items():
        shown = (method, address, answer.status_code, answer.text[:400] if answer.status_code != 200 else "")
        assert not [one for one in (*hidden, *SECRETS) if one in answer.text], shown
        if answer.status_code == 503:
            assert answer.headers["retry-after"] and "Maybe" in answer.text, shown
            continue
        assert answer.status_code < 500, shown
        assert answer.status_code not in (400, 422) or answer.status_code == healthy[method, address].status_code, shown
        assert not away or (address.startswith(PATIENT) and (method, address) != ("POST", "/sign-in")), shown


def lines(logs, event):
    return [one.get("cause", one.get("was")) for one in logs if one["event"] == event and one.get("thread") is None]


@contextmanager
def serving(home, force, **options):
    """A server with a committed cycle, and a browser of each role."""
    for server in served(home, **options):
        committed(server.context.store, small(), force)
        yield server, {role: server.browser(role) for role in ROLES}


def comes_back(server, browsers, monkeypatch):
    """All is as it was once nothing is away, and the log says so once."""
    monkeypatch.setattr(observability, "QUIET", 0.0)
    with capture_logs() as logs:
        wait_until(lambda: server.client.get("/ready").status_code == 200)
        again = walk(server, browsers)
    assert not [key for key, answer in again.items() if answer.status_code >= 500]
    assert lines(logs, "back") and lines(logs, "away") == []


def test_a_database_that_is_stopped(tmp_path, monkeypatch):
    with database_server() as database:
        name = f"store_{secrets.token_hex(6)}"
        _execute(database.get_uri(), f"CREATE DATABASE {name}")
        url = database.get_uri(database=name)
        with serving(tmp_path / "home", tmp_path / "force", database=url) as (server, browsers):
            healthy = walk(server, browsers)
            assert not [key for key, answer in healthy.items() if answer.status_code in (500, 503)]
            with capture_logs() as logs:
                database.stop()
                try:
                    answers = walk(server, browsers)
                finally:
                    restart(database)
            hold(answers, healthy, (str(tmp_path), name, str(database.pgdata)), away=True)
            causes = lines(logs, "away")
            assert causes and max(Counter(causes).values()) == 1 and len(causes) <= 3 and name in causes[0]
            comes_back(server, browsers, monkeypatch)


def restart(database):
    while True:
        with suppress(subprocess.SubprocessError):
            return database.ensure_postgres_running()


def test_a_disk_that_is_full(tmp_path, monkeypatch):
    with small_disk() as disk:
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        monkeypatch.setenv("TMPDIR", str(disk))
        with serving(disk / "home", tmp_path / "force") as (server, browsers):
            upload = {"export": ("big.zip", os.urandom(3_000_000))}
            healthy = walk(server, browsers)
            assert not [key for key, answer in healthy.items() if answer.status_code in (500, 503)]
            fill(disk)
            with capture_logs() as logs:
                answers = walk(server, browsers)
                for _ in range(2):
                    answers["POST", "upload"] = server.call("supervisor", "POST", "/v1/cycles", files=upload)
                    assert answers["POST", "upload"].status_code == 503
            hold(answers, healthy, (str(disk), str(tmp_path)), away=False)
            assert sum(answer.status_code == 503 for answer in answers.values()) > 20
            assert max(Counter(lines(logs, "away")).values()) == 1, lines(logs, "away")
            (disk / "filler").unlink()
            comes_back(server, browsers, monkeypatch)


def test_a_home_that_is_read_only(tmp_path, monkeypatch):
    with small_disk() as disk, serving(disk / "home", tmp_path / "force") as (server, browsers):
        healthy = walk(server, browsers)
        with read_only(disk / "home"):
            server.context.store.close()  # what is open can still be written
            with capture_logs() as logs:
                answers = walk(server, browsers)
        hold(answers, healthy, (str(disk), str(tmp_path)), away=False)
        assert sum(answer.status_code == 503 for answer in answers.values()) > 20
        assert max(Counter(lines(logs, "away")).values()) == 1, lines(logs, "away")
        server.context.store.close()
        comes_back(server, browsers, monkeypatch)


@contextmanager
def read_only(folder):
    subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


# Folders that no answer to nobody in particular has a reason to name; the manual tells where things may be put.
PLACES = re.compile(r"/(?:bin|etc|home|opt|proc|root|run|srv|tmp|usr|var)/\w")


def moved(path):
    """Something of the home that is not there for a while."""

    @contextmanager
    def away(server):
        aside = path(server).with_name("aside")
        path(server).rename(aside)
        yield
        aside.rename(path(server))

    return away


def key(server):
    return server.context.store.home.folder / "audit.key"


@contextmanager
def another_key(server):
    kept = key(server).read_text()
    key(server).write_text("ab" * 32)
    yield
    key(server).write_text(kept)


@contextmanager
def older(server):
    store = server.context.store
    with sqlite3.connect(store.home.folder / "allocator.db") as connection:
        (kept,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    yield
    with sqlite3.connect(store.home.folder / "allocator.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [kept])


@contextmanager
def damaged(server):
    folder = server.context.store.home.folder
    server.context.store.close()
    kept = {path: path.read_bytes() for path in folder.glob("allocator.db*")}
    for path in kept:
        path.write_bytes(b"no database" * 1000)
    yield
    server.context.store.close()
    for path, data in kept.items():
        path.write_bytes(data)


@contextmanager
def without_users(server):
    yield


STATES = {
    "without users": without_users,
    "without a database": moved(lambda server: server.context.store.home.folder / "allocator.db"),
    "with a database of before": older,
    "with a damaged database": damaged,
    "without a key": moved(key),
    "with another key": another_key,
    "without a head": moved(lambda server: server.context.store.home.head),
}


@pytest.mark.parametrize("state", STATES)
def test_nobody_is_told_where_anything_is(tmp_path, state):
    """Every address as nobody, as somebody with a made-up session and with a made-up token."""
    context = make_context(ServerSettings(home=tmp_path / "home", hosts="testserver", solvers=1, secure_cookies=False))
    context.store.upgrade()
    if state != "without users":
        add_user(context.store, claimed("root"), "Ann", "administrator", password=PASSWORD, must_change=False)
    context.pool.start = lambda: None  # nothing else looks at what is damaged
    with TestClient(application(context)) as client:
        server = Served(context, client, {}, {})
        nobody, wrong, seen = server.browser(), [], set()
        with STATES[state](server):
            for method, address, _ in TABLE:
                path = re.sub(r"\{\w+\}", "0" * 32, address)
                for headers in ({}, {"cookie": "allocator_session=x"}, {"authorization": "Bearer alloc_x"}):
                    if is_page(address) and method == "POST":
                        headers |= {"cookie": nobody.headers["cookie"], "x-csrftoken": nobody.token}
                    data = {"name": "Ann", "password": PASSWORD} if path == "/sign-in" and method == "POST" else None
                    answer = client.request(method, path, headers=headers, data=data, follow_redirects=False)
                    client.cookies.clear()
                    seen |= {path} if answer.status_code == 503 else set()
                    text = answer.text + str(answer.headers)
                    found = [one for one in (str(tmp_path), "home", *SECRETS) if one in text and "/help" not in path]
                    found += PLACES.findall(text) if "/help" not in path else []
                    if found or answer.status_code in (422, 500):
                        wrong.append((method, path, answer.status_code, found, text[:600]))
    assert (seen > {"/ready"}) is (state != "without users")  # where it is only the solvers that are not there
    assert [one for one in wrong if (one[1], one[2]) != ("/sign-in", 422)] == []
