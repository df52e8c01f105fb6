"""The worker pool: worker processes that take jobs from the queue, and one that answers questions at once.

Each worker has a thread here that hands it tasks, listens to it, and replaces it when it is killed. A job's own
time limit ends it with the best it has; a worker that does not even do that is killed.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from allocator.db.accounts import find_user
from allocator.db.jobs import Job, claim_job, find_job, finish_job, requeue_jobs
from allocator.db.store import Store
from allocator.errors import AllocatorError, failure
from allocator.jobs.work import JobTask
from allocator.jobs.worker import STOP, WorkerSetup, main

POLL = 0.1
GRACE = 10.0  # seconds after a stop or its time limit before a worker is killed
LOOK_EVERY = 1.0  # seconds between looks at the queue when nobody called
ANSWER_WITHIN = 30.0  # seconds for a question
GIVES_WAY = 10  # niceness of solvers


class Busy(AllocatorError):
    """Too much is being asked at once; later it will go."""


@dataclass
class Seen:
    """What is known of jobs while they run, for whoever watches.

    Attributes
    ----------
    progress : dict of str to mapping
        Newest progress of each running job.
    busy : int
        Workers at work.
    """

    progress: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    busy: int = 0


class WorkerHandle:
    """One worker process as the server sees it.

    Parameters
    ----------
    place : Place
    solves : bool
        Whether it works on jobs, and so gives way to pages and questions.
    """

    def __init__(self, place: WorkerSetup, *, solves: bool) -> None:
        if solves:
            place = replace(place, nice=GIVES_WAY)
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=main, args=(theirs, place, os.getpid()), name="allocator-worker")
        self._process.start()
        theirs.close()
        self.used = False

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.is_alive()

    def stop(self) -> None:
        """Ask it to end its task with what it has."""
        if self._process.pid is not None and self.alive:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, STOP)

    def kill(self) -> None:
        """End it at once; what it started ends with it, a second later at most."""
        self._process.kill()
        self._process.join(5)
        self.pipe.close()


class WorkerPool:
    """Workers of one server.

    Parameters
    ----------
    store : Store
    place : Place
    solvers : int
        Workers that take jobs.
    longest : float
        Seconds that a job may take at most; its own time limit may be shorter.
    observe : callable, optional
        Told (job, outcome, seconds) whenever one ends, for metrics and the log.
    """

    def __init__(
        self,
        store: Store,
        place: WorkerSetup,
        *,
        solvers: int,
        longest: float,
        observe: Callable[[Job, str, float], None] | None = None,
    ) -> None:
        self.store, self.place, self.longest = store, place, longest
        self.seen = Seen()
        self._observe = observe or (lambda job, outcome, seconds: None)
        self._wake, self._ending = threading.Condition(), threading.Event()
        self._questions: queue.Queue[tuple[JobTask, Future[Any]]] = queue.Queue(maxsize=50)
        self._threads = [threading.Thread(target=self._solve, name=f"solver-{k}", daemon=True) for k in range(solvers)]
        self._threads.append(threading.Thread(target=self._answer, name="answers", daemon=True))

    def start(self) -> None:
        """Queue again what an earlier server left running, and begin."""
        requeue_jobs(self.store)
        for thread in self._threads:
            thread.start()

    def call(self) -> None:
        """Say that there is work, or that a job was asked to stop."""
        with self._wake:
            self._wake.notify_all()

    def ask(self, task: JobTask) -> Any:
        """Have a question answered by the worker that is kept for them.

        Raises
        ------
        Busy
            When too many wait, or it takes too long.
        AllocatorError
            When there is no answer.
        """
        future: Future[Any] = Future()
        try:
            self._questions.put_nowait((task, future))
            return future.result(ANSWER_WITHIN)
        except (queue.Full, TooLate):
            future.cancel()
            raise Busy("Too much is being asked at once.", maybe="ask again in a minute.") from None

    def close(self) -> None:
        """End every worker; running jobs go back to the queue, for the next server."""
        self._ending.set()
        self.call()
        for thread in self._threads:
            thread.join(15)

    def _solve(self) -> None:
        hand: WorkerHandle | None = None
        while not self._ending.is_set():
            if hand is None or not hand.alive:
                hand = self._hired(hand, solves=True)
                continue
            job = self._claimed()
            if job is None:
                with self._wake:
                    self._wake.wait(LOOK_EVERY)
                continue
            self.seen.busy += 1
            begun = time.monotonic()
            try:
                outcome = self._run(hand, job)
            finally:
                self.seen.busy -= 1
                self.seen.progress.pop(job.id, None)
            self._observe(job, outcome, time.monotonic() - begun)
            if outcome in ("killed", "put back"):
                hand.kill()
                hand = None
        if hand is not None:
            hand.kill()

    def _hired(self, old: WorkerHandle | None, *, solves: bool) -> WorkerHandle | None:
        """A worker that is ready; None where none could be had yet."""
        if old is not None:
            old.kill()
        hand = WorkerHandle(self.place, solves=solves)
        while not self._ending.is_set():
            try:
                if hand.pipe.poll(POLL):
                    hand.pipe.recv()
                    return hand
            except (EOFError, OSError):
                break
        hand.kill()
        self._ending.wait(1)
        return None

    def _claimed(self) -> Job | None:
        try:
            return claim_job(self.store)
        except AllocatorError:  # the database is out of reach: the next look may find it
            self._ending.wait(LOOK_EVERY)
            return None

    def _run(self, hand: WorkerHandle, job: Job) -> str:
        with self.store.reading() as connection:
            by = find_user(connection, job.owner_id).name
        hand.pipe.send(JobTask(job.kind, job.parameters, job.id, by))
        deadline, looked, asked = time.monotonic() + self.longest, time.monotonic(), False
        kill_at: float | None = None
        while True:
            if self._ending.is_set():
                requeue_jobs(self.store, job.id, counted=False)
                return "put back"
            try:
                message = hand.pipe.recv() if hand.pipe.poll(POLL) else None
            except (EOFError, OSError):
                return self._lost(job)
            if message is not None and message[0] == "progress":
                self.seen.progress[job.id] = message[1]
            elif message is not None:
                return self._ended(job, message)
            now = time.monotonic()
            if not asked and now > looked + 0.5:
                looked = now
                with self.store.reading() as connection:
                    asked = find_job(connection, job.id).stopping
            if kill_at is None and (asked or now > deadline):
                hand.stop()
                kill_at = now + GRACE
            if kill_at is not None and now > kill_at:
                says = "The work was ended: it had not stopped in time."
                finish_job(self.store, job.id, "stopped" if asked else "failed", error=failure(AllocatorError(says)))
                return "killed"

    def _lost(self, job: Job) -> str:
        requeue_jobs(self.store, job.id)
        self.call()
        return "killed"

    def _ended(self, job: Job, message: tuple[Any, ...]) -> str:
        if message[0] == "failed":
            finish_job(self.store, job.id, "failed", error=message[1])
            return "failed"
        _, result, stopped = message
        state = "stopped" if stopped == "interrupted" else "done"
        finish_job(self.store, job.id, state, result=result)  # type: ignore[arg-type]
        return state

    def _answer(self) -> None:
        hand: WorkerHandle | None = None
        while not self._ending.is_set():
            if hand is None or not hand.alive:
                hand = self._hired(hand, solves=False)
                continue
            try:
                task, future = self._questions.get(timeout=POLL)
            except queue.Empty:
                continue
            if not future.set_running_or_notify_cancel():
                continue
            if not self._told(hand, task, future):
                hand.kill()
                hand = None
        if hand is not None:
            hand.kill()

    def _told(self, hand: WorkerHandle, task: JobTask, future: Future[Any]) -> bool:
        """Whether the worker is still of use after this question."""
        try:
            hand.pipe.send(task)
            deadline = time.monotonic() + ANSWER_WITHIN
            while time.monotonic() < deadline and not self._ending.is_set():
                message = hand.pipe.recv() if hand.pipe.poll(POLL) else None
                if message is None or message[0] == "progress":
                    continue
                if message[0] == "failed":
                    future.set_exception(Failed(message[1]))
                else:
                    future.set_result(message[1])
                return True
        except (EOFError, OSError):
            pass
        future.set_exception(Busy("The answer took too long.", maybe="ask again in a minute."))
        return False


class Failed(AllocatorError):
    """A question that has no answer.

    Parameters
    ----------
    error : mapping
        As a worker told it: kind, text, outcome, maybe and, of an input, problems.
    """

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(error["text"], outcome=error["outcome"], maybe=error["maybe"])
        self.kind: str = error["kind"]
        self.problems: list[dict[str, Any]] = error.get("problems", [])
