"""The worker pool of the service: workers that take jobs from the queue, and others that answer at once.

A job's own time limit ends it with the best it has; a worker that does not even do that is killed. Questions are
answered by a worker that is kept for them, uploads read by another: neither waits for a job, nor a page for them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from allocator.app.accounts import find_user
from allocator.compute import Event, LocalExecutor, WorkerLimits, WorkersLost
from allocator.db.jobs import Job, claim_job, find_job, finish_job, requeue_jobs
from allocator.db.store import Store
from allocator.errors import AllocatorError, Conflict, InputError, Unexpected, failure
from allocator.jobs.work import JobTask
from allocator.jobs.worker import OutOfMemory, do_task, open_store, prepare_solver

POLL = 0.1
GRACE = 10.0  # seconds after a stop or its time limit before a worker is killed
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
    """

    def __init__(
        self,
        store: Store,
        *,
        solvers: int,
        memory: int,
        longest: float,
        observe: Callable[[Job, str, float], None] | None = None,
    ) -> None:
        self.store, self.longest, self._memory = store, longest, memory
        self._work = partial(do_task, store.home.folder, store.home.url)
        self.seen = Seen()
        self._observe = observe or (lambda job, outcome, seconds: None)
        self._wake, self._ending = threading.Condition(), threading.Event()
        self._questions = ReservedWorker(self._worker(prepare_solver, 0), ANSWER_WITHIN)
        self._uploads = ReservedWorker(self._worker(open_store, GIVES_WAY), READ_WITHIN)
        self._threads = [threading.Thread(target=self._solve, name=f"solver-{k}", daemon=True) for k in range(solvers)]

    def _worker(self, prepare: Callable[[Path, str], object], nice: int) -> LocalExecutor:
        prepare_here = partial(prepare, self.store.home.folder, self.store.home.url)
        return LocalExecutor(1, prepare_here, limits=WorkerLimits(self._memory, nice), attempts=1)

    def start(self) -> None:
        """Queue again what an earlier server left running, and begin."""
        requeue_jobs(self.store)
        self._questions.executor.start()  # whoever asks first is not to wait for it
        for thread in self._threads:
            thread.start()

    def call(self) -> None:
        """Say that there is work, or that a job was asked to stop."""
        with self._wake:
            self._wake.notify_all()

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
        if self._ending.is_set() or not reserved.turn.acquire(timeout=reserved.within):
            raise Busy("Too much is being asked at once.", maybe="ask again in a minute.")
        try:
            return self._answer(reserved, task, gone)
        finally:
            reserved.turn.release()

    def close(self) -> None:
        """End every worker; running jobs go back to the queue, for the next server."""
        self._ending.set()
        self.call()
        for thread in self._threads:
            thread.join(15)
        for reserved in (self._questions, self._uploads):
            with reserved.turn:
                reserved.executor.close()

    def _solve(self) -> None:
        with self._worker(prepare_solver, GIVES_WAY) as executor:
            while not self._ending.is_set():
                if not self._ready(executor):
                    continue
                job = self._claimed()
                if job is None:
                    with self._wake:
                        self._wake.wait(LOOK_EVERY)
                    continue
                self.seen.busy += 1
                begun = time.monotonic()
                try:
                    outcome = self._run(executor, job)
                except WorkersLost:
                    outcome = self._ended(job, Event("lost", 0))
                finally:
                    self.seen.busy -= 1
                    self.seen.progress.pop(job.id, None)
                self._observe(job, outcome, time.monotonic() - begun)

    def _ready(self, executor: LocalExecutor) -> bool:
        try:
            return executor.ready(POLL)
        except WorkersLost:
            self._ending.wait(1)
            return False

    def _claimed(self) -> Job | None:
        try:
            return claim_job(self.store)
        except AllocatorError:  # the database is out of reach: the next look may find it
            self._ending.wait(LOOK_EVERY)
            return None

    def _run(self, executor: LocalExecutor, job: Job) -> str:
        """Run a job, and write how it ended: as its state says, "killed" or "put back"."""
        with self.store.reading() as connection:
            by = find_user(connection, job.owner_id).name
        task = JobTask(job.kind, job.parameters, job.id, by)
        deadline, looked, asked, told_to_stop = time.monotonic() + self.longest, time.monotonic(), False, False
        for events in executor.follow(self._work, [task]):
            for event in events:
                if event.kind == "lost" and told_to_stop:
                    says = "The work was ended: it had not stopped in time."
                    finish_job(
                        self.store, job.id, "stopped" if asked else "failed", error=failure(AllocatorError(says))
                    )
                    return "killed"
                if event.kind != "progress":
                    return self._ended(job, event)
                self.seen.progress[job.id] = event.value
            if self._ending.is_set():
                break
            now = time.monotonic()
            if not asked and now > looked + 0.5:
                looked = now
                with self.store.reading() as connection:
                    asked = find_job(connection, job.id).stopping
            if not told_to_stop and (asked or now > deadline):
                executor.stop(GRACE)
                told_to_stop = True
        requeue_jobs(self.store, job.id, counted=False)
        return "put back"

    def _ended(self, job: Job, event: Event) -> str:
        if event.kind == "lost":
            requeue_jobs(self.store, job.id)
            self.call()
            return "killed"
        if event.kind == "failed":
            finish_job(self.store, job.id, "failed", error=_as_kept(event.value))
            return "failed"
        result, stopped = event.value if event.kind == "done" else (None, "interrupted")
        state = "stopped" if stopped == "interrupted" else "done"
        finish_job(self.store, job.id, state, result=result)  # type: ignore[arg-type]
        return state

    def _answer(self, reserved: ReservedWorker, task: JobTask, gone: Callable[[], bool]) -> Any:
        until = time.monotonic() + reserved.within
        try:
            for events in reserved.executor.follow(self._work, [task]):
                for event in events:
                    if event.kind == "done":
                        return event.value[0]
                    if event.kind == "failed":
                        raise event.value
                if time.monotonic() > until or self._ending.is_set() or gone():
                    break
        except WorkersLost:
            pass
        reserved.executor.kill()
        raise Busy("The answer took too long.", maybe="ask again in a minute.")


def _as_kept(error: AllocatorError) -> dict[str, Any]:
    """Why a job failed, as its row keeps it."""
    kept = {"kind": next(kind for of, kind in _KINDS if isinstance(error, of)), **failure(error)}
    if isinstance(error, InputError):
        return {**kept, "problems": [asdict(one) for one in error.problems]}
    return {**kept, "where": error.where} if isinstance(error, Unexpected) else kept


_KINDS = (
    (InputError, "input"),
    (Conflict, "conflict"),
    (OutOfMemory, "memory"),
    (Unexpected, "unexpected"),
    (AllocatorError, "refused"),
)
