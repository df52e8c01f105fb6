"""Time against size: more divisions, more forces, more officers in one part."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from allocator import Force, SolverPool, read_force
from benchmarks import race
from benchmarks.forces import SEED, divisions, nation, one_part, written
from benchmarks.jobs import solved
from benchmarks.races import OURS, outcome_cells
from benchmarks.rows import Row, row

QUESTION = "How does time grow with the number of divisions, of forces, and of officers in one part?"
SIZES = (1, 2, 5, 10, 20, 43)  # of divisions, and of forces
OFFICERS = (10, 20, 40, 80, 160, 240)
LIMIT, ROUNDS = 60.0, 3
DIVISIONS, FORCES, ONE_PART = "divisions of one size", "forces of the nation", "officers in one part"


def ask(quick: bool) -> Iterator[Row]:
    """One row a run."""
    limit, rounds = (5.0, 1) if quick else (LIMIT, ROUNDS)
    for number in range(1, rounds + 1):
        for size in SIZES[:2] if quick else SIZES:
            yield alone(divisions(size), DIVISIONS, size, limit, number)
    source = nation(SIZES[1] if quick else SIZES[-1])
    for size in SIZES[:2] if quick else SIZES:
        yield together(sorted(source.iterdir())[:size], limit)
    for size in OFFICERS[:2] if quick else OFFICERS:
        yield alone(one_part(size), ONE_PART, size, limit, 1)


def alone(force: Force, step: str, size: int, limit: float, number: int) -> Row:
    """One force, in a process of its own."""
    outcome = race.run(OURS, written(f"{step}-{size}".replace(" ", "-"), lambda: force), limit, number - 1)
    sizes = {"officers": len(force.officers), "cases": len(force.cases)}
    regime = "cross" if force.policy.divisions.cross else "ordinary"
    common = {"force": "equal divisions", "regime": regime, "seed": SEED, "step": step, "size": size}
    return row(outcome.engine, **common, **sizes, run=number, limit=limit, **outcome_cells(outcome))


def together(folders: list[Path], limit: float) -> Row:
    """Forces one after another with one pool; the time is that of the pool's start and of the runs."""
    forces = [read_force(folder) for folder in folders]
    begun = time.perf_counter()
    with SolverPool() as pool:
        proved = [solved(force, time_limit=limit, pool=pool).proven for force in forces]
        seconds = time.perf_counter() - begun
    return row(
        force="national",
        regime="ordinary",
        seed=SEED,
        officers=sum(len(force.officers) for force in forces),
        cases=sum(len(force.cases) for force in forces),
        step=FORCES,
        size=len(forces),
        peer=OURS,
        run=1,
        limit=limit,
        seconds=seconds,
        proved=all(proved),
    )
