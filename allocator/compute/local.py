"""Processes of this machine that stay ready between one piece of work and the next."""

from __future__ import annotations

import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import wait
from typing import Any

from allocator.compute.executor import ATTEMPTS, POLL, Event, Executor, Work, WorkersLost
from allocator.compute.limits import WorkerLimits
from allocator.compute.worker import WorkerHandle, signals_deferred


def _nothing() -> None:
    """A worker needs no preparing."""


class LocalExecutor(Executor):
    """Worker processes on this machine.

    Parameters
    ----------
    count : int
        Processes side by side.
    prepare : callable, optional
        Called in every worker before its first task; at the top of a module unless it is forked.
    limits : WorkerLimits, optional
        For each worker.
    fork : bool
        Copy this process where that is safe, so that a caller's script needs no main guard.
    attempts : int
        How often a task is tried when its worker is killed.
    """

    def __init__(
        self,
        count: int,
        prepare: Callable[[], object] = _nothing,
        *,
        limits: WorkerLimits | None = None,
        fork: bool = False,
        attempts: int = ATTEMPTS,
    ) -> None:
        self.count, self.attempts = count, attempts
        self._prepare, self._limits, self._fork = prepare, limits or WorkerLimits(), fork and sys.platform == "linux"
        self._workers: list[WorkerHandle] = []
        self._told: list[Event] = []  # and not yet given to the caller
        self._never_ready = 0  # workers that ended while they were prepared, since one was
        self._how = ""  # the last of them did
        self._closed = False

    def start(self) -> None:
        """Start the workers, and others in place of those that have ended.

        Raises
        ------
        WorkersLost
            When they end again and again before they are prepared.
        """
        if self._closed:
            raise ValueError("these workers are closed")
        if self._never_ready >= self.count * ATTEMPTS:
            self._never_ready = 0
            raise WorkersLost(f"Workers ended before their first word {ATTEMPTS} times in a row ({self._how}).")
        while len(self._workers) < self.count:
            self._workers.append(WorkerHandle(self._prepare, self._limits, fork=self._fork))

    def ready(self, seconds: float = float("inf")) -> bool:
        """Wait until every worker is prepared, so many seconds at most; whether they are."""
        until = time.monotonic() + seconds
        self._read(0)
        while True:
            self.start()
            if all(worker.ready for worker in self._workers):
                return True
            if time.monotonic() > until:
                return False
            self._read(min(POLL, seconds))

    def follow(self, work: Work, tasks: Sequence[Any]) -> Iterator[list[Event]]:
        """Do tasks side by side, each worker one at a time, and tell of them as they go on."""
        waiting, tries, left = deque(range(len(tasks))), Counter[int](), len(tasks)
        while left:
            self.start()
            for worker in self._workers:
                if waiting and worker.ready and worker.task is None:
                    number = waiting.popleft()
                    tries[number] += 1
                    worker.give(number, work, tasks[number])
            self._read(POLL)
            told, self._told, events = self._told, [], []
            for event in told:
                if event.kind == "lost" and tries[event.task] < self.attempts:
                    waiting.append(event.task)
                    continue
                left -= event.kind != "progress"
                events.append(event)
            yield events

    def _read(self, seconds: float) -> None:
        """Take in what workers tell within so many seconds; those that are gone are let go of."""
        wait([worker.pipe for worker in self._workers], seconds)
        with signals_deferred():
            for worker in list(self._workers):
                told, gone = worker.read()
                self._take(worker, told)
                if not gone:
                    continue
                self._workers.remove(worker)
                how = worker.end()
                if worker.task is not None:
                    self._told.append(Event("lost", worker.task, how))
                elif not worker.ready:
                    self._never_ready, self._how = self._never_ready + 1, how

    def _take(self, worker: WorkerHandle, told: list[tuple[Any, Any]]) -> None:
        for kind, value in told:
            if kind == "ready":
                worker.ready, self._never_ready = True, 0
            elif worker.task is not None:
                self._told.append(Event(kind, worker.task, value))
                if kind != "progress":
                    worker.rest()

    def stop(self, grace: float) -> None:
        """Ask every task that runs to end with what it has; one that has not after so many seconds is killed."""
        for worker in self._workers:
            if worker.task is not None:
                worker.stop(grace)

    def kill(self) -> list[Event]:
        """End every worker at once, and give what was told last; the next work starts new ones."""
        with signals_deferred():
            for worker in self._workers:
                worker.process.kill()
            for worker in self._workers:
                self._take(worker, worker.read()[0])
                worker.end()
            self._workers.clear()
            told, self._told = self._told, []
        return told

    def close(self) -> None:
        """End the workers for good."""
        self._closed = True
        self.kill()
