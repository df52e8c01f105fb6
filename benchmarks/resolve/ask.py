"""A run again after one change: what a what-if costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random

from allocator import Force, SolverPool
from benchmarks.forces import drawn
from benchmarks.jobs import solved
from benchmarks.races import OURS, force_cells
from benchmarks.resolve.changes import CHANGES
from benchmarks.rows import Row, goals_of, row

QUESTION = "How long does a run take after one case or officer has changed?"
LIMIT, ROUNDS = 60.0, 5
WARM, COLD = "with a standby", "without"


def ask(quick: bool) -> Iterator[Row]:
    """One row a run: the force as it is, then one change at a time to it, each run on another case or officer."""
    limit, rounds = (5.0, 1) if quick else (LIMIT, ROUNDS)
    for profile in ("county",) if quick else ("county", "metropolitan"):
        base = drawn(profile, "ordinary")
        with SolverPool() as pool:
            yield timed(profile, base, "as it is", 1, limit, pool)
            for step, change in CHANGES.items():
                chance = Random(step)
                for number in range(1, rounds + 1):
                    changed = change(base, chance)
                    yield timed(profile, changed, step, number, limit, pool)
                    if number == 1:
                        yield timed(profile, changed, step, number, limit, None)


def timed(profile: str, force: Force, step: str, number: int, limit: float, pool: SolverPool | None) -> Row:
    """One run, from the force in memory to a checked plan."""
    begun = time.perf_counter()
    result = solved(force, time_limit=limit, pool=pool)
    seconds = time.perf_counter() - begun
    cells = force_cells(profile, "ordinary") | {"officers": len(force.officers), "cases": len(force.cases)}
    note = COLD if pool is None else WARM
    run = {"peer": OURS, "run": number, "limit": limit, "seconds": seconds, "note": note}
    return row(step=step, **cells, **run, **goals_of(result))
