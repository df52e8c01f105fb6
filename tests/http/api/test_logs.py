"""The log: whose request it was and from where, failed sign-ins that other programs can act on, and its size."""

from __future__ import annotations

import json
import logging
import re
from configparser import RawConfigParser
from contextlib import contextmanager
from importlib.resources import files

import pytest
import structlog
from fastapi.testclient import TestClient

from allocator.app.actors import claimed
from allocator.app.audit import show_log
from allocator.errors import AllocatorError, Unavailable
from allocator.http import observability
from allocator.http.observability import Faults, Metrics, set_up_logs
from tests.http.api.conftest import PASSWORD

MANUAL = files("allocator.manual") / "administrator.md"


@pytest.fixture
def log(tmp_path):
    """Logs as a server writes them into a file."""
    before = structlog.get_config()
    set_up_logs("info", tmp_path / "allocator.log", 1)
    yield tmp_path / "allocator.log"
    structlog.configure(**before)
    for library in ("asyncio", "uvicorn.error"):
        logging.getLogger(library).handlers.clear()
        logging.getLogger(library).propagate = True


def lines(log):
    return [json.loads(line) for line in log.read_text().splitlines()]


@contextmanager
def proxied(server, address):
    """A client whose requests come through a proxy from an address."""
    yield TestClient(server.client.app, client=(address, 5))


def filter_of_the_manual():
    text = MANUAL.read_text()
    config = RawConfigParser()
    config.read_string(re.search(r"```ini\n(\[Definition\]\n.*?)```", text, re.S)[1])
    pattern = config["Definition"]["failregex"]
    assert pattern.startswith("^") and pattern.count("<HOST>") == 1
    return re.compile(pattern.replace("<HOST>", r"(?P<host>\S+)"))


NAMES = [
    "viewer",
    "nobody of that name",
    'x\n{"address": "198.51.100.1", "name": null, "event": "sign-in failed", ',
    '", "event": "sign-in failed"}\r\n',
    "\u2028\u2029\x85\x00\x1b[2J",
    "x" * 900,
]


def test_a_failed_sign_in_is_one_line_that_the_filter_of_the_manual_finds(server, log):
    found, browser = filter_of_the_manual(), server.browser()
    with proxied(server, "2001:db8::7") as client:
        for name in NAMES:
            data = {"csrftoken": browser.token, "name": name, "password": "wrong password"}
            assert client.post("/sign-in", data=data, headers=browser.headers).status_code in (422, 429)
        right = {"csrftoken": browser.token, "name": "bob", "password": PASSWORD}
        client.post("/sign-in", data=right, headers=browser.headers, follow_redirects=False)
    written = log.read_text().split("\n")
    told = [found.search(line) for line in written]
    assert [one["host"] for one in told if one] == ["2001:db8::7"] * len(NAMES)
    failed = [one for one in lines(log) if one["event"] == "sign-in failed"]
    assert [one["name"] for one in failed] == ["viewer"] + [None] * (len(NAMES) - 1)
    # Of what was typed nothing else is kept: neither in the log nor in the audit's.
    assert "nobody of that name" not in log.read_text() and "198.51.100.1" not in log.read_text()
    entries = [one.details for one in show_log(server.context.store, claimed("root")) if one.act == "sign-in-failed"]
    assert entries[0]["name"] == "viewer" and {one["address"] for one in entries} == {"2001:db8::7"}
    assert {one["name"] for one in entries[1:]} == {None}


def test_tries_that_are_not_looked_at_any_more_are_told_too(server, log):
    browser = server.browser()
    with proxied(server, "203.0.113.77") as client:
        for _ in range(server.context.settings.sign_ins + 3):
            data = {"csrftoken": browser.token, "name": "north", "password": "wrong password"}
            answer = client.post("/sign-in", data=data, headers=browser.headers)
    assert answer.status_code == 429
    assert sum(one["event"] == "sign-in failed" for one in lines(log)) == server.context.settings.sign_ins + 3


def test_a_request_is_told_with_its_address_and_account(server, log):
    browser, token = server.browser("bob"), {"Authorization": f"Bearer {server.tokens['viewer']}"}
    with proxied(server, "203.0.113.5") as client:
        client.get("/officers", headers=browser.headers)
        client.get("/v1/me", headers=token)
        client.get("/help")
    with proxied(server, 'x"\n') as client:
        client.get('/help/a"b%0A{"event": "x"}')
    told = [(one["path"], one["address"], one["name"]) for one in lines(log) if one["event"] == "request"]
    assert told[1:] == [
        ("/officers", "203.0.113.5", "bob"),
        ("/v1/me", "203.0.113.5", "viewer"),
        ("/help", "203.0.113.5", None),
        ('/help/a"b\n{"event": "x"}', "unknown", None),
    ]


def test_a_log_in_a_file_is_kept_to_its_size_and_for_its_owner(tmp_path, log):
    written = structlog.get_logger("tests")
    for k in range(300):
        written.info("x" * 30_000, k=k)
    kept = sorted(log.parent.glob("allocator.log*"))
    assert len(kept) == 1 + observability.OLDER_LOGS and max(path.stat().st_size for path in kept) <= 2**20
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert lines(log)[-1]["k"] == 299


def test_a_log_that_cannot_be_written_hurts_nobody(tmp_path, monkeypatch, log):
    with pytest.raises(AllocatorError, match=r"none/x\.log cannot be written: No such file"):
        set_up_logs("info", tmp_path / "none" / "x.log", 1)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(logging.StreamHandler, "flush", full)
    structlog.get_logger("tests").info("lost")


def test_what_libraries_say_is_a_line_without_a_traceback(log):
    try:
        raise OSError(24, "Too many open files")
    except OSError:
        logging.getLogger("asyncio").exception("socket.accept() out of system resource\nsocket: 7")
    logging.getLogger("uvicorn.error").info("Started")
    (told,) = lines(log)
    assert (told["event"], told["level"]) == ("socket.accept() out of system resource", "error")
    assert told["where"].startswith("OSError at test_logs.py")


def test_what_is_away_is_told_once_until_it_is_back(log, monkeypatch):
    faults, away = Faults(Metrics()), Unavailable("postgresql://x: gone.", told="Gone.")
    for _ in range(5):
        faults.failed("reading", away)
        faults.failed("writing", away)
        faults.worked("writing")  # now and then something goes well
    monkeypatch.setattr(observability, "QUIET", 0.0)
    faults.worked("reading")
    faults.worked("home")
    faults.worked("writing")
    faults.failed("reading", away)
    assert [(one["event"], one.get("cause", one.get("was"))) for one in lines(log)] == [
        ("away", "postgresql://x: gone."),
        ("back", "postgresql://x: gone."),
        ("away", "postgresql://x: gone."),
    ]


def test_the_sample_of_the_manual_is_a_line_of_ours():
    text = MANUAL.read_text()
    (sample,) = re.findall(r'^(\{"address".*"sign-in failed".*\})$', text, re.M)
    assert filter_of_the_manual().search(sample)["host"] == json.loads(sample)["address"]
