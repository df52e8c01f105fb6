"""The service as operators run it: killed, started twice, given wrong settings, told to show a demonstration."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner

from allocator.app.accounts import add_user
from allocator.app.actors import claimed
from allocator.app.problems import find_problem
from allocator.app.sessions import add_token
from allocator.cli import main
from allocator.cli.serve import command
from allocator.db.store import Store
from allocator.errors import AllocatorError
from allocator.synth import draw
from tests.browser.conftest import ended, started
from tests.cycling import small
from tests.processes import PATIENCE, start, wait_until

PASSWORD = "correct horse battery"


def with_token(home: Path):
    with closing(Store(home)) as store:
        store.upgrade()
        user = add_user(store, claimed("root"), "Ann", "supervisor", password=PASSWORD, must_change=False)
        return user, add_token(store, claimed("root"), user, "tests", days=1, scope="commit")[1]


def test_a_server_killed_in_the_middle_of_a_solve_goes_on_with_it(tmp_path):
    home = tmp_path / "home"
    user, token = with_token(home)
    headers = {"Authorization": f"Bearer {token}"}
    process, address = started(home, demo=False)
    body = {"force": draw("metropolitan", 0, "cross").model_dump(mode="json"), "time_limit": 3}
    job = httpx2.post(f"{address}/v1/problems", json=body, headers=headers, timeout=30).json()
    with httpx2.stream("GET", f"{address}/v1/problems/{job['id']}/events", headers=headers, timeout=60) as events:
        told = (json.loads(line[5:]) for line in events.iter_lines() if line.startswith("data:"))
        assert next(one for one in told if one["progress"] is not None)["state"] == "running"
    process.send_signal(signal.SIGKILL)
    process.wait()
    with Store(home) as store:
        assert find_problem(store, user, job["id"]).state == "running"
    process, address = started(home, demo=False)
    try:
        httpx2.get(f"{address}/v1/problems/{job['id']}/events", headers=headers, timeout=60)  # ends with the problem
        found = httpx2.get(f"{address}/v1/problems/{job['id']}", headers=headers).json()
        assert (found["state"], found["attempts"]) == ("done", 2)
        # A second server would take the first one's work for left over.
        told = CliRunner().invoke(command, ["--home", str(home), "--port", "0"])
        assert "Another server serves the store" in str(told.exception)
        log = "".join(path.read_text() for path in tmp_path.glob("log-*"))
        assert job["id"] in log and token not in log and PASSWORD not in log
    finally:
        assert ended(process) in (0, -signal.SIGTERM)


def test_the_log_holds_ids_and_nothing_else_about_a_case(tmp_path):
    home = tmp_path / "home"
    _, token = with_token(home)
    process, address = started(home, demo=False)
    try:
        headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "tests-0001"}
        force = small().model_dump(mode="json")
        force["cases"][0]["needs"] = ["a-need-of-one-case"]
        answer = httpx2.post(f"{address}/v1/problems", json={"force": force}, headers=headers, timeout=30)
        assert answer.headers["x-request-id"] == "tests-0001"
        httpx2.get(f"{address}/v1/cases?search=secret-words", headers=headers)
        assert httpx2.get(f"{address}/health").json() == {"alive": True}
        with closing(Store(home)) as store:
            batch = add_user(store, claimed("root"), "batch", "service")
            secret = add_token(store, claimed("root"), batch, "prometheus", days=1, scope="commit")[1]
        metrics = httpx2.get(f"{address}/metrics", headers={"Authorization": f"Bearer {secret}"}).text
        assert 'allocator_request_seconds_count{method="GET",route="/v1/cases",status="404"} 1.0' in metrics
        assert "allocator_queue" in metrics
    finally:
        ended(process)
    log = "".join(path.read_text() for path in tmp_path.glob("log-*"))
    assert '"request": "tests-0001"' in log and '"path": "/v1/cases"' in log
    assert "a-need-of-one-case" not in log and "secret-words" not in log


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--demo", "--host", "0.0.0.0"], "can be reached from elsewhere"),
        (["--demo"], "needs an empty store"),
    ],
)
def test_a_demonstration_is_for_an_empty_store_on_this_machine(tmp_path, arguments, says):
    home = tmp_path / "home"
    with_token(home)
    told = CliRunner().invoke(command, ["--home", str(home), *arguments])
    assert says in str(told.exception)


def test_wrong_settings_are_told_together(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ALLOCATOR_SOLVERS", "many")
    monkeypatch.setenv("ALLOCATOR_UPLOAD", "0")
    with pytest.raises(SystemExit) as end:
        main(["serve", "--home", str(tmp_path / "home")])
    told = capsys.readouterr().err
    assert end.value.code == 2 and "ALLOCATOR_SOLVERS" in told and "ALLOCATOR_UPLOAD" in told and "2 problems" in told


def test_that_it_serves_is_said_once_it_does(tmp_path):
    """The port is taken: a sentence, exit code 1, nothing made; once it is free, whoever reads the line is answered."""
    home = tmp_path / "home"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "allocator", "serve", "--home", str(home), "--port", str(port)]
        told = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert told.returncode == 1 and "Serving on" not in told.stdout + told.stderr
    first, advice = told.stderr.splitlines()
    assert first == f"Nobody can be served on 127.0.0.1:{port}: Address already in use."
    assert advice == "Maybe choose another port with --port, or end what listens there."
    assert not (home / "first-password").exists()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        log = {**os.environ, "ALLOCATOR_LOG_FILE": str(tmp_path / "log")}
        subprocess.run(command, capture_output=True, env=log, timeout=PATIENCE)
    (line,) = map(json.loads, (tmp_path / "log").read_text().splitlines())
    assert line["event"] == "ended" and line["cause"] == told.stderr.rstrip()
    process = start([*command[:-1], "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        lines = iter(process.stdout.readline, "")
        address = next(line for line in lines if line.startswith("Serving on ")).split()[2].rstrip(";")
        assert httpx2.get(f"{address}/health").json() == {"alive": True}
    finally:
        assert ended_early(process) in (0, -signal.SIGTERM)


def ended_early(process):
    process.terminate()
    process.stdout.close()
    return process.wait(PATIENCE)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "203.0.113.7", "x" * 300])
def test_an_address_that_is_not_of_this_machine_is_told(tmp_path, host):
    told = CliRunner().invoke(command, ["--home", str(tmp_path / "home"), "--host", host, "--port", "0"])
    assert isinstance(told.exception, AllocatorError)
    assert str(told.exception).startswith(f"Nobody can be served on {host}:0: ")


def healthy(address) -> bool:
    with suppress(httpx2.TransportError):
        return httpx2.get(f"{address}/health", timeout=PATIENCE).status_code == 200
    return False


def test_who_takes_no_answer_stops_nobody(tmp_path):
    server = [sys.executable, "-m", "allocator", "serve", "--home", str(tmp_path / "home"), "--port", "0"]
    options = {"env": {**os.environ, "ALLOCATOR_CONNECTIONS": "20"}, "stdout": subprocess.PIPE, "text": True}
    with (tmp_path / "log").open("w") as log, ExitStack() as deaf:
        process = start(server, stderr=log, **options)
        try:
            lines = iter(process.stdout.readline, "")
            address = next(line for line in lines if line.startswith("Serving on ")).split()[2].rstrip(";")
            host, port = address.removeprefix("http://").split(":")
            path = "/static/swagger-ui-bundle.js"  # 1.7 MB, for everybody
            for _ in range(40):
                one = deaf.enter_context(socket.socket())
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
                one.connect((host, int(port)))
                with suppress(OSError):  # some are ended at once
                    one.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 100)
            wait_until(lambda: healthy(address))  # as soon as they are stuck, and long before they are given up
            assert healthy(address)
        finally:
            ended_early(process)


def test_half_sent_requests_stop_nobody_where_few_files_may_be_open(tmp_path):
    server = [sys.executable, "-m", "allocator", "serve", "--home", str(tmp_path / "home"), "--port", "0"]
    limited = ["bash", "-c", 'ulimit -n 256 && exec "$@"', "bash", *server]
    with (tmp_path / "log").open("w") as log, ExitStack() as half:
        process = start(limited, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            lines = iter(process.stdout.readline, "")
            address = next(line for line in lines if line.startswith("Serving on ")).split()[2].rstrip(";")
            host, port = address.removeprefix("http://").split(":")
            for k in range(400):
                one = half.enter_context(socket.create_connection((host, int(port)), timeout=PATIENCE))
                with suppress(OSError):  # some are ended at once
                    one.sendall(
                        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n" + b"\r\na" * (k % 2)
                    )
            assert httpx2.get(f"{address}/sign-in", timeout=PATIENCE).status_code == 200
        finally:
            ended_early(process)
    told = (tmp_path / "log").read_text()
    assert "Too many open files" not in told and "system resource" not in told and "Traceback" not in told
