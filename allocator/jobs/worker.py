"""A worker process: takes one task after another, tells how far it is, and can be stopped or killed at any time.

What it is told and what it answers are plain tuples on a pipe. Nothing about a case is ever printed here.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from allocator.db.store import Conflict, Store
from allocator.errors import AllocatorError, InputError, Unexpected, failure, happened_at
from allocator.jobs.work import WORK, JobContext, JobTask

STOP = getattr(signal, "SIGUSR1", signal.SIGINT)


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """Where a worker finds its store, and what it may use.

    Attributes
    ----------
    home : str
    database : str or None
    memory : int
        MiB of address space for each of its processes; 0 for no limit.
    nice : int
        By how much it gives way to others who need the processor: a page is not to wait for a solve.
    """

    home: str
    database: str | None
    memory: int
    nice: int = 0


def main(pipe: Connection, place: WorkerSetup, parent: int) -> None:
    """Work until the pipe is closed or the parent is gone.

    Parameters
    ----------
    pipe : Connection
        Takes a `Task`; gives ("ready",), ("progress", data), ("done", result, stopped) and ("failed", error).
    place : Place
    parent : int
        Process id of the server.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which says what ends here
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(STOP, signal.SIG_IGN)
    threading.Thread(target=_outlive, args=(parent,), daemon=True).start()
    _limit(place.memory)
    with suppress(OSError, AttributeError):
        os.nice(place.nice)
    from allocator.solver.pool import SolverPool

    sending = threading.Lock()

    def send(*message: Any) -> None:
        with sending:
            pipe.send(message)

    with Store(Path(place.home), place.database) as store, SolverPool(1) as pool:
        pool.ready()
        desk = JobContext(store, pool, lambda data: send("progress", data))
        send("ready")
        while True:
            try:
                task = pipe.recv()
            except EOFError:
                return
            send(*_answer(task, desk))


def _answer(task: JobTask, desk: JobContext) -> tuple[Any, ...]:
    signal.signal(STOP, _interrupt)
    try:
        return ("done", *WORK[task.kind](task, desk))
    except KeyboardInterrupt:
        return ("done", None, "interrupted")
    except InputError as error:
        return _failed("input", error, problems=[asdict(problem) for problem in error.problems])
    except Conflict as error:
        return _failed("conflict", error)
    except AllocatorError as error:
        return _failed("refused", error)
    except MemoryError:
        return _failed("memory", AllocatorError("The work needs more memory than it may have."))
    except Exception as error:
        return _failed("unexpected", Unexpected(), where=happened_at(error))
    finally:
        signal.signal(STOP, signal.SIG_IGN)


def _failed(kind: str, error: AllocatorError, **more: Any) -> tuple[str, dict[str, Any]]:
    return ("failed", {"kind": kind, **failure(error), **more})


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _limit(memory: int) -> None:
    if memory:
        with suppress(ImportError, OSError, ValueError):
            import resource

            resource.setrlimit(resource.RLIMIT_AS, (memory * 2**20, memory * 2**20))


def _outlive(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
