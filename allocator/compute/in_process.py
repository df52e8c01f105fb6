"""Work in this very process, one task after another: for one that is a worker already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from allocator.compute.executor import Event, Executor, Work


class InProcessExecutor(Executor):
    """Does each task where it is asked for; Ctrl-C and errors are the caller's."""

    def follow(self, work: Work, tasks: Sequence[Any]) -> Iterator[list[Event]]:
        """Do tasks one after another; nobody can look at what they tell on the way."""
        for number, task in enumerate(tasks):
            yield [Event("done", number, work(task, lambda state: None))]

    def kill(self) -> list[Event]:
        """Nothing runs beside this process."""
        return []
