"""The whole country, one force after another: files in, plans out."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from functools import cache

from benchmarks.forces import SEED, nation
from benchmarks.jobs import job
from benchmarks.races import OURS
from benchmarks.rows import Row, row

QUESTION = "How long do all 43 forces of England and Wales take, from files to plans?"
FORCES = 43
LIMIT = 60.0  # seconds a force
WHOLE, EACH = "files in to plans out", "one force of it"


def ask(quick: bool) -> Iterator[Row]:
    """One row for the whole, and one a force."""
    yield from measured(quick)


@cache
def measured(quick: bool) -> list[Row]:
    """Run the job in a process of its own; a second question gets what the first one measured."""
    forces, limit = (3, 5.0) if quick else (FORCES, LIMIT)
    source = nation(forces)
    with tempfile.TemporaryDirectory(prefix="benchmark-plans-") as out:
        begun = time.perf_counter()
        with job("benchmarks.national.job", source, out, limit) as (process, memory):
            said = process.stdout.read() if process.stdout else ""
            process.wait()
            seconds = time.perf_counter() - begun
    told = [json.loads(line) for line in said.splitlines()]
    total = {
        cell: sum(force[cell] for force in told)
        for cell in told[0]
        if cell in ("officers", "cases") or cell.startswith(("value_", "bound_"))
    }
    common = {"regime": "ordinary", "seed": SEED, "peer": OURS, "run": 1, "limit": limit}
    whole = row(
        force="national",
        step=WHOLE,
        size=forces,
        seconds=seconds,
        proved=all(force["proved"] for force in told),
        peak_mb=memory.peak_mb,
        **common,
        **total,
    )
    return [whole, *(row(step=EACH, **common, **force) for force in told)]
