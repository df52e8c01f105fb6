"""Servers without engines: their workers start at once, and do jobs that a test can watch and hold up."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
import time
from pathlib import Path

from allocator.db import leases
from allocator.db.store import Store
from allocator.errors import Unavailable
from allocator.jobs import pool as module
from allocator.jobs.pool import WorkerPool


def prepare(home):
    """Nothing is needed."""


def do_task(home, task, tell):
    """Do a job: note that it begins, hold its lock for a while, or until a test lets it go on."""
    folder = Path(task.parameters["folder"])
    with (folder / f"{task.job_id}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note(folder, f"twice {task.job_id}")
        note(folder, f"begun {task.job_id}")
        if noted(folder, "begun").count(task.job_id) <= task.parameters.get("away", 0):
            raise Unavailable("/srv/store is away.", outside="The store is away.")
        if "until" in task.parameters:
            while not (folder / task.parameters["until"]).exists():
                time.sleep(0.02)
        time.sleep(task.parameters.get("seconds", 0))
    return {"pid": os.getpid()}, None


def note(folder: Path, line: str) -> None:
    """Note what happened, whole lines only."""
    handle = os.open(folder / "noted", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


def noted(folder: Path, what: str) -> list[str]:
    """Whom something was noted of, in its order."""
    path = folder / "noted"
    lines = path.read_text().splitlines() if path.exists() else []
    return [line.split()[1] for line in lines if line.split()[0] == what]


def light_pool(store: Store, folder: Path, *, solvers: int = 1, lighten=setattr) -> WorkerPool:
    """A pool whose workers do light jobs."""
    lighten(module, "do_task", do_task)
    lighten(module, "prepare_solver", prepare)
    lighten(module, "open_store", prepare)
    observe = lambda job, outcome, seconds: note(folder, f"{outcome.replace(' ', '-')} {job.id}")  # noqa: E731
    return WorkerPool(store, solvers=solvers, memory=0, longest=600, observe=observe)


def main(home: str, database: str, folder: str, lease: str) -> None:
    """Be a server until told to end."""
    leases.LEASE, leases.BEAT = float(lease), float(lease) / 12
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    with Store(home, database) as store:
        pool = light_pool(store, Path(folder), solvers=2)
        while not ending.is_set():
            try:
                pool.start()
                break
            except module.AllocatorError:  # the database is away; whoever started the server would start it again
                ending.wait(0.2)
        ending.wait()
        pool.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
