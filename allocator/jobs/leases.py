"""The place of one server among others: its leases, renewed by a thread of its own, and what it tells of itself."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from allocator.db import leases
from allocator.db.jobs import Job
from allocator.db.servers import join_servers, leave_servers, note_server, others_solve
from allocator.db.store import Store
from allocator.errors import AllocatorError, Unavailable
from allocator.jobs.steady import SteadyThread

MARGIN = 0.2  # share of a lease before whose end work is given up that could not be renewed: it takes a while to end

Answer = TypeVar("Answer")


class LeaseLost(AllocatorError):
    """A job is no longer this server's: its lease could not be renewed, or somebody else has taken it."""


class Leases:
    """The leases of one server.

    Parameters
    ----------
    settings : mapping
        Those that have to be equal on all servers.
    solvers : callable
        How many solvers can work at present.
    """

    def __init__(self, store: Store, settings: Mapping[str, Any], solvers: Callable[[], int]) -> None:
        self.store, self.holder = store, secrets.token_hex(16)
        self._settings, self._solvers = settings, solvers
        self._until: dict[str, float] = {}  # by this machine's clock, which may stand elsewhere but goes as fast
        self._joined, self._ended = False, threading.Event()
        self.thread = SteadyThread("leases", self._step, self._ended)

    def join(self) -> None:
        """Take a place among the servers.

        Raises
        ------
        InputError
            When this one is set up otherwise than one that runs.
        """
        if not self._joined:
            name = f"{socket.gethostname()}:{self.store.home.folder.absolute()}"
            join_servers(self.store, self.holder, name, self._settings, self._solvers())
            self._joined = True

    def start(self) -> None:
        """Begin to renew."""
        self.join()
        self.thread.start()

    def leave(self) -> None:
        """End; what is held still runs out by itself."""
        self._ended.set()
        self.thread.join(2 * leases.BEAT)
        with suppress(AllocatorError):  # the place runs out too
            leave_servers(self.store, self.holder)

    def claim(self) -> Job | None:
        """Take a job; None when there is none."""
        begun = time.monotonic()
        job = leases.claim_job(self.store, self.holder)
        if job is not None:
            self._until[job.id] = begun + (1 - MARGIN) * leases.LEASE
        return job

    def holds(self, job_id: str) -> bool:
        """Whether a job is certainly this server's still."""
        return time.monotonic() < self._until.get(job_id, 0)

    def drop(self, job_id: str) -> None:
        """Renew the lease of a job no more."""
        self._until.pop(job_id, None)

    def reach(self, job: Job, act: Callable[[], Answer], thread: SteadyThread) -> Answer:
        """Do something with the database for a job, again and again while that is out of reach and the lease holds.

        Raises
        ------
        LeaseLost
        """
        while self.holds(job.id):
            try:
                answer = act()
            except Unavailable as error:
                time.sleep(thread.stumbled(error))
            else:
                thread.recovered()
                return answer
        raise LeaseLost("The lease of a problem was lost.")

    def others_solve(self) -> bool:
        """Whether another server can take jobs."""
        with self.store.reading() as connection:
            return others_solve(connection, self.holder)

    def _step(self) -> None:
        begun, at = time.monotonic(), set(self._until)
        kept = leases.renew_leases(self.store, self.holder, at)
        for job_id in at:
            if job_id not in kept:
                self.drop(job_id)
            elif job_id in self._until:
                self._until[job_id] = begun + (1 - MARGIN) * leases.LEASE
        if not note_server(self.store, self.holder, self._solvers()):
            self._joined = False  # it was away for so long that its place was given away
            self.join()
        self.thread.recovered()
        self._ended.wait(leases.BEAT)
