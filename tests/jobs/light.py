"""Servers without engines: their workers start at once, and do light work."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

from allocator.db import leases
from allocator.db.store import Store
from allocator.jobs import pool as module
from allocator.jobs.pool import WorkerPool
from tests.jobs.light_work import do_task, note, prepare
from tests.jobs.light_work import noted as noted


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
