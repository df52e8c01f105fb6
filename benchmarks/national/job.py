"""Plan every force below a folder with one pool, and write the plans: ``job.py FORCES OUT SECONDS``.

Prints one line of JSON a force.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from allocator import SolverPool, allocate
from allocator.analysis.explain import explain
from allocator.files import read_with_notices, write_files
from allocator.reporting.plan_files import plan_files
from benchmarks.rows import goals_of


def main(source: Path, out: Path, limit: float) -> None:
    with SolverPool() as pool:
        for folder in sorted(source.iterdir()):
            begun = time.perf_counter()
            reading = read_with_notices(folder)
            result = allocate(reading.force, time_limit=limit, pool=pool)
            write_files(out / folder.name, plan_files(explain(result, reading.digest)))
            sizes = {"officers": len(reading.force.officers), "cases": len(reading.force.cases)}
            seconds = time.perf_counter() - begun
            print(json.dumps({"force": folder.name, **sizes, "seconds": seconds, **goals_of(result)}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
