"""One solver of a server: a worker that does job after job, and the thread that sees to it."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from allocator.app.accounts import find_user
from allocator.app.actors import User
from allocator.compute import Event, LocalExecutor, WorkersLost
from allocator.db.jobs import Job, JobState, find_job
from allocator.db.leases import finish_job, release_job, retry_job
from allocator.db.vouching import require_logged_rows
from allocator.errors import AllocatorError, Conflict, Denied, InputError, Unavailable, Unexpected, failure
from allocator.jobs.leases import LeaseLost
from allocator.jobs.steady import SteadyThread
from allocator.jobs.work import JobTask
from allocator.jobs.worker import OutOfMemory

if TYPE_CHECKING:
    from allocator.jobs.pool import WorkerPool

POLL = 0.1
GRACE = 10.0  # seconds after a stop or its time limit before a worker is killed
LOOK_EVERY = 0.5  # seconds between looks whether a job is to stop


class Solver:
    """Takes jobs of the queue, one after another.

    Parameters
    ----------
    name : str
        As which the log knows it.
    pool : WorkerPool
        To which it belongs.
    executor : LocalExecutor
        Its worker.
    """

    def __init__(self, name: str, pool: WorkerPool, executor: LocalExecutor) -> None:
        self._pool, self._executor = pool, executor
        self._leases, self._store = pool.leases, pool.store
        self.thread = SteadyThread(name, self._step, pool.ending, executor.close)

    def _step(self) -> None:
        try:
            while not self._executor.ready(POLL):
                if self._pool.ending.is_set():
                    return
        except WorkersLost as error:
            lost = cannot_start(error)
            self._refuse_job(lost)
            raise lost from None
        job = self._leases.claim()
        self.thread.recovered()
        if job is None:
            self._pool.wait()
        else:
            self._take(job)

    def _take(self, job: Job) -> None:
        """Do a job, whatever comes of it; where that cannot be written, its lease runs out."""
        seen, begun = self._pool.seen, time.monotonic()
        seen.busy += 1
        try:
            outcome = self._run(job)
        except LeaseLost:
            self._executor.kill()
            outcome = "lost"
        except BaseException:
            self._executor.kill()
            raise
        finally:
            self._leases.drop(job.id)
            seen.busy -= 1
            seen.progress.pop(job.id, None)
        self._pool.observe(job, outcome, time.monotonic() - begun)

    def _run(self, job: Job) -> str:
        """Run a job, and write how it ended: as its state says, "killed" or "put back"."""
        try:
            owner = self._leases.reach(job, lambda: self._owner(job), self.thread)
            require_still_allowed(job, owner)
        except (Conflict, Denied) as refused:
            return self._finish(job, "failed", error=as_kept(refused))
        try:
            return self._follow(job, JobTask(job.kind, job.parameters, job.id, owner.name))
        except WorkersLost:
            return self._ended(job, Event("lost", 0))

    def _follow(self, job: Job, task: JobTask) -> str:
        deadline, looked, asked, told_to_stop = time.monotonic() + self._pool.longest, time.monotonic(), False, False
        for events in self._executor.follow(self._pool.work, [task]):
            for event in events:
                if event.kind == "lost" and told_to_stop:
                    says = "The work was ended: it had not stopped in time."
                    self._finish(job, "stopped" if asked else "failed", error=failure(AllocatorError(says)))
                    return "killed"
                if event.kind != "progress":
                    return self._ended(job, event)
                self._pool.seen.progress[job.id] = event.value
            if self._pool.ending.is_set():
                self._executor.kill()
                self._written(self._leases.reach(job, lambda: release_job(*self._at(job)), self.thread))
                return "put back"
            if not self._leases.holds(job.id):
                raise LeaseLost("The lease of a problem was lost.")
            now = time.monotonic()
            if not asked and now > looked + LOOK_EVERY:
                looked, asked = now, self._is_stopping(job)
            if not told_to_stop and (asked or now > deadline):
                self._executor.stop(GRACE)
                told_to_stop = True
        raise AssertionError("a task ends with an event")

    def _ended(self, job: Job, event: Event) -> str:
        if event.kind == "lost":
            self._written(self._leases.reach(job, lambda: retry_job(*self._at(job)), self.thread))
            self._pool.call()
            return "killed"
        if event.kind == "failed" and isinstance(event.value, Unavailable):
            why = as_kept(event.value)
            self._written(self._leases.reach(job, lambda: retry_job(*self._at(job), why), self.thread))
            return "put back"
        if event.kind == "failed":
            return self._finish(job, "failed", error=as_kept(event.value))
        result, stopped = event.value if event.kind == "done" else (None, "interrupted")
        return self._finish(job, "stopped" if stopped == "interrupted" else "done", result=result)

    def _finish(self, job: Job, state: JobState, **how: Any) -> str:
        self._written(self._leases.reach(job, lambda: finish_job(*self._at(job), state, **how), self.thread))
        return state

    def _written(self, held: bool) -> None:
        if not held:
            raise LeaseLost("The lease of a problem was lost.")

    def _at(self, job: Job) -> tuple[Any, str, str]:
        return self._store, job.id, self._leases.holder

    def _owner(self, job: Job) -> User:
        with self._store.reading() as connection:
            require_logged_rows(connection, f"problems {job.id}", f"users {job.owner_id}")
            return find_user(connection, job.owner_id)

    def _is_stopping(self, job: Job) -> bool:
        try:
            with self._store.reading() as connection:
                stopping = find_job(connection, job.id).stopping
        except Unavailable as error:  # the next look may find the database again
            self.thread.stumbled(error)
            return False
        self.thread.recovered()
        return stopping

    def _refuse_job(self, lost: AllocatorError) -> None:
        """Fail the job that has waited longest, unless somebody else can do it."""
        if self._pool.others_able(self) or self._leases.others_solve():
            return
        job = self._leases.claim()
        if job is not None:
            begun = time.monotonic()
            try:
                outcome = self._finish(job, "failed", error=as_kept(lost))
            finally:
                self._leases.drop(job.id)
            self._pool.observe(job, outcome, time.monotonic() - begun)


def cannot_start(error: WorkersLost) -> Unavailable:
    """Why nothing can be computed, for people."""
    return Unavailable(
        f"No worker can be started: {error.text[0].lower()}{error.text[1:]}",
        maybe="give workers more memory (ALLOCATOR_SOLVE_MEMORY).",
    )


def require_still_allowed(job: Job, owner: User) -> None:
    """Refuse a job whose owner was deactivated, or has lost the right to it, while it waited.

    Raises
    ------
    Denied
    """
    if not owner.active:
        raise Denied(f"The account “{owner.name}” is not active any more, so this was not done.")
    if not owner.may("plan" if job.kind == "propose" else "solve"):
        raise Denied(f"The role of “{owner.name}” ({owner.role}) may not do this any more, so it was not done.")


def as_kept(error: AllocatorError) -> dict[str, Any]:
    """Why a job failed, as its row keeps it."""
    kept = {"kind": next(kind for of, kind in _KINDS if isinstance(error, of)), **failure(error.public)}
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
