"""The worker pool of the service: workers that take jobs from the queue, and others that answer at once.

A job's own time limit ends it with the best it has; a worker that does not even do that is killed. Questions are
answered by a worker that is kept for them, uploads read by another: neither waits for a job, nor a page for them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from allocator.compute import LocalExecutor, WorkerLimits, WorkersLost
from allocator.db.home import Home
from allocator.db.jobs import Job
from allocator.db.store import Store
from allocator.errors import AllocatorError, Unavailable
from allocator.jobs.leases import Leases
from allocator.jobs.solver import Solver, cannot_start
from allocator.jobs.work import JobTask
from allocator.jobs.worker import do_task, open_store, prepare_solver

LOOK_EVERY = 1.0  # seconds between looks at the queue when nobody called
ANSWER_WITHIN = 30.0  # seconds for a question
READ_WITHIN = 600.0  # seconds for an upload
GIVES_WAY = 10  # niceness of whatever is no question: a page is not to wait for it


class Busy(AllocatorError):
    """Too much is being asked at once; later it will go."""


@dataclass
class Seen:
    """What is known of jobs while they run: the newest progress of each, and how many workers are at work."""

    progress: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    busy: int = 0


@dataclass(frozen=True)
class ReservedWorker:
    """A worker that answers whoever asks, one after another.

    Attributes
    ----------
    within : float
        Seconds that somebody waits for their turn, and then for the answer.
    """

    executor: LocalExecutor
    within: float
    turn: threading.Lock = field(default_factory=threading.Lock)


class WorkerPool:
    """Workers of one server.

    Parameters
    ----------
    solvers : int
        Workers that take jobs.
    memory : int
        MiB of address space for each process of a worker; 0 for no limit.
    longest : float
        Seconds that a job may take at most; its own time limit may be shorter.
    observe : callable, optional
        Told (job, outcome, seconds) whenever one ends, for metrics and the log.
    settings : mapping, optional
        Those that have to be equal on all servers of a database.
    """

    def __init__(
        self,
        store: Store,
        *,
        solvers: int,
        memory: int,
        longest: float,
        observe: Callable[[Job, str, float], None] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.store, self.longest, self._memory = store, longest, memory
        self.work = partial(do_task, store.home)
        self.seen = Seen()
        self.observe = observe or (lambda job, outcome, seconds: None)
        self._wake, self.ending = threading.Condition(), threading.Event()
        self.leases = Leases(store, settings or {}, lambda: self.able)
        self._questions = ReservedWorker(self._worker(prepare_solver, 0), ANSWER_WITHIN)
        self._uploads = ReservedWorker(self._worker(open_store, GIVES_WAY), READ_WITHIN)
        self._solvers = [Solver(f"solver-{k}", self, self._worker(prepare_solver, GIVES_WAY)) for k in range(solvers)]

    def _worker(self, prepare: Callable[[Home], object], nice: int) -> LocalExecutor:
        return LocalExecutor(1, partial(prepare, self.store.home), limits=WorkerLimits(self._memory, nice), attempts=1)

    @property
    def able(self) -> int:
        """How many solvers can work, or could if they had not yet to be started."""
        return sum(solver.thread.fault is None for solver in self._solvers)

    @property
    def alive(self) -> int:
        """How many solvers go on."""
        return sum(solver.thread.alive for solver in self._solvers)

    def others_able(self, solver: Solver) -> bool:
        """Whether another solver of this server can work."""
        return any(other.thread.fault is None for other in self._solvers if other is not solver)

    def require_ready(self) -> None:
        """Refuse where no job would be done.

        Raises
        ------
        Unavailable
            With the cause.
        """
        if not (self.leases.thread.alive and self.alive):
            threads = (self.leases.thread, *(solver.thread for solver in self._solvers))
            why = next((one.fault for one in threads if one.fault is not None), "The server is about to end.")
            raise Unavailable(f"Nothing is solved at present. {why}")

    def start(self) -> None:
        """Take a place among the servers, and begin."""
        self.leases.start()
        self._questions.executor.start()  # whoever asks first is not to wait for it
        for solver in self._solvers:
            solver.thread.start()

    def call(self) -> None:
        """Say that there is work, or that a job was asked to stop."""
        with self._wake:
            self._wake.notify_all()

    def wait(self) -> None:
        """Wait until somebody calls, or it is time to look."""
        with self._wake:
            self._wake.wait(LOOK_EVERY)

    def ask(self, task: JobTask, gone: Callable[[], bool] = lambda: False) -> Any:
        """Have a question answered, or an upload read, by the worker that is kept for such.

        Parameters
        ----------
        gone : callable
            Whether nobody waits for the answer any more; the worker is ended then.

        Raises
        ------
        Busy
            When too many wait, or it takes too long.
        AllocatorError
            When there is no answer.
        """
        reserved = self._uploads if task.kind == "import" else self._questions
        if self.ending.is_set() or not reserved.turn.acquire(timeout=reserved.within):
            raise Busy("Too much is being asked at once.", maybe="ask again in a minute.")
        try:
            return self._answer(reserved, task, gone)
        finally:
            reserved.turn.release()

    def close(self) -> None:
        """End every worker; running jobs go back to the queue, for the next server."""
        self.ending.set()
        self.call()
        for solver in self._solvers:
            solver.thread.join(15)
        self.leases.leave()
        for reserved in (self._questions, self._uploads):
            with reserved.turn:
                reserved.executor.close()

    def _answer(self, reserved: ReservedWorker, task: JobTask, gone: Callable[[], bool]) -> Any:
        until = time.monotonic() + reserved.within
        try:
            for events in reserved.executor.follow(self.work, [task]):
                for event in events:
                    if event.kind == "done":
                        return event.value[0]
                    if event.kind == "failed":
                        raise event.value
                if time.monotonic() > until or self.ending.is_set() or gone():
                    break
        except WorkersLost as error:
            raise cannot_start(error) from None
        reserved.executor.kill()
        raise Busy("The answer took too long.", maybe="ask again in a minute.")
