"""CSPLib problem 069, balanced nursing workload: every instance planned once."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator

import psutil

from allocator import SolverPool
from benchmarks.csplib.instances import Instance, broken, force_of, instances, squares
from benchmarks.jobs import solved
from benchmarks.race import processes
from benchmarks.races import OURS
from benchmarks.rows import Row, goals_of, row

QUESTION = "How even are the plans for CSPLib's balanced nursing workload, and how long do they take?"
LIMIT, QUICK_LIMIT = 60.0, 5.0  # seconds an instance
COUNT, FEW_ZONES = 33, 2


def ask(quick: bool) -> Iterator[Row]:
    """One row an instance; quick: those of two zones alone."""
    limit = QUICK_LIMIT if quick else LIMIT
    for instance in instances():
        if not quick or len(instance.zones) <= FEW_ZONES:
            yield timed(instance, limit)


def timed(instance: Instance, limit: float) -> Row:
    """Plan one instance, from memory to a checked plan, with workers that are ready and remember nothing."""
    force = force_of(instance)
    with SolverPool() as pool:
        pool.ready()
        used, begun = processor_seconds(), time.perf_counter()
        result = solved(force, time_limit=limit, pool=pool)
        seconds, used = time.perf_counter() - begun, processor_seconds() - used
    return row(
        force=instance.name,
        officers=len(force.officers),
        cases=len(force.cases),
        size=len(instance.zones),
        peer=OURS,
        run=1,
        limit=limit,
        seconds=seconds,
        cpu=used,
        squares=squares(result.plan),
        best=instance.best,
        note=broken(instance, result.plan),
        **goals_of(result),
    )


def processor_seconds() -> float:
    """Processor time that this process has taken so far, and all that it started, those that have ended too."""
    total = 0.0
    for process in processes(os.getpid()):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])  # user, system, and both of the children that it has waited for
    return total
