"""Processes and folders that tests start: none outlives the run of tests, however that ends."""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
PATIENCE = 300  # seconds for what happens soon, unless something is wrong: a busy machine takes its time
_PR_SET_PDEATHSIG = 1


def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own: a browser's loop may be running in that of the tests."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, work).result()


def start(command: list[str], **options) -> subprocess.Popen:
    """Start a process that is killed when the one that runs the tests is gone."""
    caller = os.getpid()

    def tie() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != caller:
            os._exit(1)

    return subprocess.Popen(command, preexec_fn=tie, **options)


def wait_until(holds: Callable[[], object], process: subprocess.Popen | None = None) -> None:
    """Wait for something to hold, and no longer than the process lives that should bring it about."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert process is None or process.poll() is None, f"ended with {process.returncode} before it came to that"
        assert time.monotonic() < until, f"not after {PATIENCE} s"
        time.sleep(0.02)


@contextmanager
def guarded(folder: Path) -> Iterator[None]:
    """See to it that a database below a folder is ended, and the folder removed, when the run of tests is gone."""
    command = [sys.executable, "-c", "import sys; from tests.processes import guard; guard(sys.argv[1])", str(folder)]
    root = Path(__file__).parents[1]
    watch = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, cwd=root)
    try:
        yield
    finally:
        watch.stdin.close()
        watch.wait()


def guard(folder: str) -> None:
    """Wait until nobody is at the other end of the standard input; then end what runs in a folder, and remove it."""
    sys.stdin.read()
    with suppress(OSError, ValueError, IndexError):
        os.kill(int(Path(folder, "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
    for _ in range(500):  # it writes until it has ended
        shutil.rmtree(folder, ignore_errors=True)
        if not Path(folder).exists():
            break
        time.sleep(0.02)
