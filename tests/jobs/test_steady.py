"""Threads of the service: no fault ends them, and what keeps them is known meanwhile."""

import threading

import pytest
from structlog.testing import capture_logs

from allocator.errors import AllocatorError, Unavailable
from allocator.jobs.steady import SteadyThread


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (Unavailable("The database is away."), "The database is away."),
        (AllocatorError("It is so."), "It is so."),
        (ValueError("c1 of Ann"), "ValueError at test_steady.py"),
        (MemoryError(), "MemoryError at test_steady.py"),
        (AssertionError(), "AssertionError at test_steady.py"),
    ],
)
def test_a_fault_is_told_and_passes(fault, cause):
    ending, failed, mended, again = (threading.Event() for _ in range(4))

    def step():
        if not mended.is_set():
            failed.set()
            raise fault
        again.set()
        ending.wait()

    def seen_after():
        failed.wait()
        while thread.fault is None:  # it is noted at once
            pass

    thread = SteadyThread("one", step, ending)
    with capture_logs() as logs:
        thread.start()
        seen_after()
        told = cause if isinstance(fault, AllocatorError) else "Something went wrong that should not have."
        assert thread.fault == told and not thread.alive
        mended.set()
        assert again.wait(60)
        ending.set()
        thread.join(60)
    assert thread.fault is None
    waits, goes_on = logs  # each once, however often it was tried
    assert waits["event"] == "waits" and waits["cause"].startswith(cause) and "c1" not in waits["cause"]
    assert goes_on["event"] == "goes on"
