"""Where work runs: on this machine's cores, in processes that can be killed without losing what they found.

Each task tells its steps through a file of its own, written whole or not at all, so that the caller always has the
last one, whether the worker ended, was killed, or was stopped because time ran out.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

POLL = 0.1  # seconds between looks at what workers have told
ATTEMPTS = 2  # a task whose worker was killed is tried once more
GRACE = 0.5  # seconds after the deadline before workers are killed


def cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Outbox:
    """A file through which one task tells how far it has come."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def tell(self, state: Any) -> None:
        """Replace what was told before."""
        draft = self._path.with_suffix(".new")
        draft.write_bytes(pickle.dumps(state))
        os.replace(draft, self._path)

    def read(self) -> Any:
        """What was told last, None when nothing was."""
        try:
            return pickle.loads(self._path.read_bytes())
        except FileNotFoundError:
            return None


Work = Callable[[Any, Callable[[Any], None]], Any]


class Workers:
    """Worker processes on this machine, with modules loaded ahead of their first task.

    Parameters
    ----------
    count : int
        Processes side by side.
    preload : str
        Module that every worker imports while the caller prepares the work.
    """

    def __init__(self, count: int, preload: str) -> None:
        self.count = count
        self._preload = preload
        self._folder = tempfile.TemporaryDirectory(prefix="allocator-")
        self._pool: Executor | None = None
        self._start()

    def _start(self) -> None:
        # Forked where that is safe, so that a caller's script needs no main guard. Workers leave Ctrl-C to the caller.
        method = "fork" if sys.platform == "linux" else "spawn"
        with _interrupts_held():
            self._pool = ProcessPoolExecutor(
                self.count, multiprocessing.get_context(method), _prepare, (self._folder.name, self._preload)
            )
            self._pool.submit(_nothing)

    def run(
        self, work: Work, tasks: Sequence[Any], deadline: float, look: Callable[[list[Any]], None]
    ) -> tuple[list[Any], str | None]:
        """Run tasks side by side.

        Parameters
        ----------
        work : callable
            Called in a worker with a task and a function that tells its state so far; returns its last state.
        tasks : sequence
        deadline : float
            Clock time at which workers that have not ended are stopped.
        look : callable
            Told the state of every task (None where there is none yet) whenever one changed.

        Returns
        -------
        (states, stopped)
            The last state of each task, None where it never told one; and why the run ended early, None if it did not:
            "time limit", "interrupted" or "a worker was killed".
        """
        boxes = [Outbox(Path(self._folder.name) / f"{time.monotonic_ns()}-{k}") for k in range(len(tasks))]
        states: list[Any] = [None] * len(tasks)
        left, attempts, stopped = set(range(len(tasks))), [0] * len(tasks), None
        try:
            while left and stopped is None:
                futures = self._submit(work, tasks, boxes, left, attempts)
                stopped = self._follow(futures, left, boxes, states, deadline, look)
                if left and stopped is None:  # a worker was killed and took the pool with it
                    self._start()
                    if all(attempts[k] >= ATTEMPTS for k in left):
                        stopped = "a worker was killed"
        except KeyboardInterrupt:
            stopped = "interrupted"
        for k in left:
            states[k] = boxes[k].read() or states[k]
        if stopped is not None:
            self.kill()
        return states, stopped

    def _submit(
        self, work: Work, tasks: Sequence[Any], boxes: list[Outbox], left: set[int], attempts: list[int]
    ) -> dict[Future[Any], int]:
        assert self._pool is not None
        futures = {}
        for k in sorted(left):
            if attempts[k] < ATTEMPTS:
                attempts[k] += 1
                try:
                    futures[self._pool.submit(_run, work, tasks[k], boxes[k])] = k
                except BrokenProcessPool:
                    break
        return futures

    def _follow(
        self,
        futures: dict[Future[Any], int],
        left: set[int],
        boxes: list[Outbox],
        states: list[Any],
        deadline: float,
        look: Callable[[list[Any]], None],
    ) -> str | None:
        pending = set(futures)
        while pending:
            done, pending = wait(pending, timeout=POLL)
            for future in done:
                try:
                    states[futures[future]] = future.result()
                    left.discard(futures[future])
                except BrokenProcessPool:
                    continue
            for k in left:
                states[k] = boxes[k].read() or states[k]
            look(states)
            if pending and time.time() > deadline + GRACE:
                return "time limit"
        return None

    def kill(self) -> None:
        """End every worker at once."""
        for mark in Path(self._folder.name).glob("worker-*"):
            try:
                os.kill(int(mark.name.removeprefix("worker-")), signal.SIGTERM)
            except (ProcessLookupError, PermissionError):
                continue
            mark.unlink(missing_ok=True)

    def close(self) -> None:
        """End the workers and remove what they told."""
        self.kill()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._folder.cleanup()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _prepare(folder: str, preload: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Path(folder, f"worker-{os.getpid()}").touch()
    threading.Thread(target=_outlive, args=(os.getppid(), folder), daemon=True).start()
    importlib.import_module(preload)


def _outlive(parent: int, folder: str) -> None:
    """End a worker whose caller is gone, killed before it could end its workers itself, and leave nothing behind."""
    while os.getppid() == parent:
        time.sleep(1)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def _nothing() -> None:
    """A first task, so that workers start before there is work."""


def _run(work: Work, task: Any, box: Outbox) -> Any:
    return work(task, box.tell)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let children be born deaf to Ctrl-C, where this thread may decide so."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not the main thread, which alone hears Ctrl-C
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
