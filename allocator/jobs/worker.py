"""A worker of the service: what it has at hand from one task to the next, and how its work fails.

It runs in a process of its own, started by `allocator.compute`. Nothing about a case is ever printed here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from allocator.db.home import Home
from allocator.db.store import Store
from allocator.domain.force import Force
from allocator.errors import AllocatorError, Unexpected, happened_at
from allocator.jobs.work import WORK, JobContext, JobTask, solver_pool


class OutOfMemory(AllocatorError):
    """A task needs more memory than a worker may have."""


@cache
def open_store(home: Home) -> tuple[Store, dict[str, Force]]:
    """Open the store, once for all tasks, with room for forces that were read from it."""
    return Store(home.folder, home.database, home.heads), {}


def prepare_solver(home: Home) -> None:
    """Open the store and load the engines."""
    open_store(home)
    solver_pool().ready()


def do_task(home: Home, task: JobTask, tell: Callable[[Any], None]) -> tuple[Any, str | None]:
    """Do a task, in a worker; its result, and why it ended early, None if it did not.

    Raises
    ------
    AllocatorError
        Whatever becomes of it.
    """
    store, forces = open_store(home)
    try:
        return WORK[task.kind](task, JobContext(store, forces, tell))
    except AllocatorError:
        raise
    except MemoryError:
        raise OutOfMemory("The work needs more memory than it may have.") from None
    except Exception as error:
        raise Unexpected(happened_at(error)) from None
