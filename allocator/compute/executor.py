"""The one interface of all that runs work: follow tasks as they go on; from that, run them to an end or take each."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Self

from allocator.errors import AllocatorError

POLL = 0.1  # seconds between looks at how far tasks are
GRACE = 0.5  # seconds after the deadline before workers are killed
ATTEMPTS = 2  # a task whose worker was killed is tried once more

Tell = Callable[[Any], None]
Work = Callable[[Any, Tell], Any]


class WorkersLost(AllocatorError):
    """Workers are killed again and again, or the cluster stays out of reach."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that is told of a task.

    Attributes
    ----------
    kind : str
        "progress" with its state so far; and, after which nothing more is told of it, "done" with its result, "failed"
        with what it raised, "stopped" when it was asked to stop and had nothing to give, "lost" when its worker was
        killed too often.
    task : int
        Position of the task.
    """

    kind: Literal["progress", "done", "failed", "stopped", "lost"]
    task: int
    value: Any = None


class Executor(ABC):
    """Where work runs, so many tasks side by side. It starts with the first work, and ends with `close` or `kill`."""

    count: int = 1

    @abstractmethod
    def follow(self, work: Work, tasks: Sequence[Any]) -> Iterator[list[Event]]:
        """Do tasks side by side, and tell of them as they go on. Whoever leaves early calls `kill`.

        Parameters
        ----------
        work : callable
            At the top of a module; called in a worker with a task and a function that tells its state so far.

        Yields
        ------
        list of Event
            What is new, and nothing every `POLL` seconds, so that the caller can look at something else meanwhile.
        """

    def ready(self, seconds: float = float("inf")) -> bool:
        """Wait until every worker is prepared, so many seconds at most; whether they are."""
        return True

    @abstractmethod
    def kill(self) -> list[Event]:
        """End every worker at once, and give what was told last; the next work starts new ones."""

    def close(self) -> None:
        """End what runs work."""
        self.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(
        self, work: Work, tasks: Sequence[Any], deadline: float, look: Callable[[list[Any]], None]
    ) -> tuple[list[Any], str | None]:
        """Run tasks to an end, whatever it is, and keep the last state of each.

        Parameters
        ----------
        work, tasks
            As `follow` takes them; what work returns is its last state.
        deadline : float
            Clock time at which workers that have not ended are killed.
        look : callable
            Told the state of every task (None where there is none yet) again and again.

        Returns
        -------
        (states, stopped)
            The last state of each task, None where it never told one; and why the run ended early, None if it did not:
            "time limit", "interrupted" or "a worker was killed".
        """
        states: list[Any] = [None] * len(tasks)
        stopped, looked, ended = None, 0.0, False

        def keep(events: list[Event]) -> None:
            for event in events:
                if event.kind in ("progress", "done"):
                    states[event.task] = event.value

        try:
            for events in self.follow(work, tasks):
                keep(events)
                for event in events:
                    if event.kind == "failed":
                        raise event.value
                    if event.kind == "lost":
                        stopped = "a worker was killed"
                now = time.time()
                if now > looked + POLL:
                    looked = now
                    look(states)
                if now > deadline + GRACE:
                    stopped = "time limit"
                    break
            else:
                ended = True
        except KeyboardInterrupt:
            stopped = "interrupted"
        except WorkersLost:
            stopped = "a worker was killed"
        finally:
            if not ended:  # nobody waits for the rest
                keep(self.kill())
        return states, stopped

    def each(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """Do tasks side by side, work being given the task alone, and give the position and result of each as it ends.

        Raises
        ------
        WorkersLost
            When workers are killed again and again; all tasks that can be done are done before.
        """
        ended, lost = False, None
        try:
            for events in self.follow(partial(_unheard, work), tasks):
                for event in events:
                    match event.kind:
                        case "done":
                            yield event.task, event.value
                        case "failed":
                            raise event.value
                        case "stopped":
                            raise KeyboardInterrupt
                        case "lost":
                            lost = event.value
            ended = True
        finally:
            if not ended:
                self.kill()
        if lost is not None:
            raise WorkersLost(f"Workers ended without a word {ATTEMPTS} times in a row ({lost}).")


class InProcessExecutor(Executor):
    """Does each task in this very process, for one that is a worker already; Ctrl-C and errors are the caller's."""

    def follow(self, work: Work, tasks: Sequence[Any]) -> Iterator[list[Event]]:
        """Do tasks one after another; nobody can look at what they tell on the way."""
        for number, task in enumerate(tasks):
            yield [Event("done", number, work(task, lambda state: None))]

    def kill(self) -> list[Event]:
        """Nothing runs beside this process."""
        return []


def _unheard(work: Callable[[Any], Any], task: Any, tell: Tell) -> Any:
    """Do work that has nothing to tell on its way."""
    return work(task)
