"""Workers that stay ready between runs, and remember which parts they have proved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
from cachetools import LRUCache

from allocator.compute import Executor, InProcessExecutor, LocalExecutor, cores
from allocator.domain.policy import Policy
from allocator.solver.parts import Choices

MOST_WORKERS = 256
REMEMBERED = 5_000  # parts; those asked for longest ago are forgotten first


class SolverPool:
    """Worker processes with the engines loaded, for one run after another.

    A part whose rows and policy are those of an earlier run is not solved again: what was proved of it holds.
    So a force in which one thing changed costs no more than the part that it changed. Runs take turns.

    Parameters
    ----------
    workers : int, optional
        Processes side by side; as many as there are cores unless given; 0 to do the work in this very process, which
        is right where many forces are worked on side by side already.

    Examples
    --------
    >>> with SolverPool() as pool:  # doctest: +SKIP
    ...     before = allocate(force, pool=pool)
    ...     after = allocate(force.replace(cases=force.cases[:-1]), pool=pool)
    """

    def __init__(self, workers: int | None = None) -> None:
        if workers is not None and not 0 <= workers <= MOST_WORKERS:
            raise ValueError(f"workers: {workers} found, expected a whole number from 0 to {MOST_WORKERS}")
        self.workers: Executor = InProcessExecutor()
        if workers != 0:
            self.workers = LocalExecutor(workers or cores(), load_engines, fork=True)
            self.workers.start()
        self.lock = Lock()
        self._proved: LRUCache[str, Any] = LRUCache(REMEMBERED)

    def recall(self, key: str) -> Any:
        """What was proved of a part, None where it is not known."""
        return self._proved.get(key)

    def remember(self, key: str, proved: Any) -> None:
        """Keep what was proved of a part."""
        self._proved[key] = proved

    def ready(self) -> None:
        """Wait until the workers have loaded their engines."""
        self.workers.ready()

    def close(self) -> None:
        """End the workers, when the run that has its turn is over; later runs are refused."""
        with self.lock:
            self.workers.close()

    def __enter__(self) -> SolverPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def use_pool(pool: SolverPool | None, workers: int | None = None) -> Iterator[SolverPool]:
    """Work with a pool that is ready, or with one that is started for the purpose and ended behind it."""
    if pool is not None:
        yield pool
    else:
        with SolverPool(workers) as started:
            yield started


@cache
def in_process_pool() -> SolverPool:
    """What does the work in this very process, and what it has proved: one for all that this process does."""
    load_engines()
    return SolverPool(0)


def load_engines() -> None:
    """Load the engines, and solve something with each: what they set up at their first call is set up then."""
    import allocator.solver.goals  # noqa: F401
    from allocator.rules.linear import LinearModel, Lines
    from allocator.solver.engines import relax, solve

    linear = LinearModel()
    line = (Lines.of(linear.variables(0, np.array([3, 3]))) * np.array([1, 2])).sum()
    linear.at_most(-1 * line, -2)
    relax(linear, line, 60)
    for engine in ("cp-sat", "scip", "highs"):
        solve(linear, line, engine, 1, hint=np.array([3, 3]), seed=0, seconds=60, found=lambda values: None)


def part_key(open_to: Choices, *others: int | str) -> str:
    """Name a part by all that its solution depends on: what is open in it, and what is given beside that."""
    return key_of(vars(open_to.columns) | {name: getattr(open_to, name) for name in _MASKS}, *others)


def key_of(columns: Mapping[str, Any], *others: int | str) -> str:
    """Name what is given, by arrays and whatever else prints as what it is."""
    digest = hashlib.sha256()
    for value in (*(columns[name] for name in sorted(columns)), *others):
        if isinstance(value, np.ndarray):
            digest.update(f"{value.dtype}{value.shape}".encode() + value.tobytes())
        else:
            digest.update(value.model_dump_json().encode() if isinstance(value, Policy) else repr(value).encode())
    return digest.hexdigest()


_MASKS = ("receive", "permitted", "pinned", "must", "stuck", "counted")
