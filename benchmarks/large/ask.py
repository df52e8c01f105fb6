"""All of the country's 95,000 cases as one force: everything but the solving."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.forces import SEED, merged, nation, written_both
from benchmarks.jobs import job
from benchmarks.race import ROOT
from benchmarks.races import OURS
from benchmarks.rows import Row, row

QUESTION = "How long do starting, reading, checking and writing take at 95,000 cases?"
FORCES, ROUNDS = 43, 5
STARTS = {"allocator --version": ("-m", "allocator", "--version"), "import allocator": ("-c", "import allocator")}


def ask(quick: bool) -> Iterator[Row]:
    """One row a run of a step."""
    forces, rounds = (4, 1) if quick else (FORCES, ROUNDS)
    for number in range(1, rounds + 1):
        for step, arguments in STARTS.items():
            begun = time.perf_counter()
            subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
            seconds = time.perf_counter() - begun
            yield row(step=step, peer=OURS, run=number, seconds=seconds)
    force = merged(forces)
    sizes = {"officers": len(force.officers), "cases": len(force.cases)}
    folder, workbook = written_both(f"merged-{forces}", force)
    common = {"force": "nation as one force", "regime": "ordinary", "seed": SEED, "peer": OURS}
    with job("benchmarks.large.job", nation(forces), folder, workbook, rounds) as (process, memory):
        for line in process.stdout or ():
            yield row(**common, **sizes, **json.loads(line))
    yield row(**common, **sizes, step="all of it in one process", run=1, peak_mb=memory.peak_mb)
