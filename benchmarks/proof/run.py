"""How long does a proof take? Surrey, Kent and a force of 80 officers, five runs each; writes results.csv beside it."""

from __future__ import annotations

import csv
import os
import platform
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

from allocator import Force, allocate, read_force
from allocator.rules.columns import Columns
from allocator.solver.greedy import greedy
from allocator.solver.parts import choices, parts
from allocator.synth import draw_divisions

HERE = Path(__file__).parent
SCENARIOS = HERE.parents[1] / "scenarios"
RUNS = 5


def forces() -> dict[str, Force]:
    return {
        "surrey-2022": read_force(SCENARIOS / "surrey-2022"),
        "kent-2021": read_force(SCENARIOS / "kent-2021"),
        **{f"four divisions, seed {seed}": draw_divisions(seed) for seed in range(3)},
    }


def first_plan(force: Force) -> float:
    """Seconds to a valid plan from a force in memory."""
    begun = time.perf_counter()
    open_to = choices(Columns(force))
    for part in parts(open_to):
        greedy(open_to, part)
    return time.perf_counter() - begun


def main() -> None:
    machine = f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores"
    versions = f"python {platform.python_version()}, ortools {version('ortools')}"
    rows = []
    for name, force in forces().items():
        seconds = []
        first = [first_plan(force) for _ in range(RUNS)]
        for run in range(RUNS):
            result = allocate(force)
            seconds.append(result.seconds)
            goals = {goal.name: goal.value for goal in result.goals}
            rows.append(
                {
                    "force": name,
                    "officers": len(force.officers),
                    "cases": len(force.cases),
                    "run": run,
                    "first_plan_seconds": f"{first[run]:.3f}",
                    "seconds": f"{result.seconds:.2f}",
                    "proved": sum(goal.proven for goal in result.goals),
                    **goals,
                    "seed": result.seed,
                    "machine": machine,
                    "versions": versions,
                }
            )
        print(
            f"{name}: first plan after {statistics.median(first):.3f} s, "
            f"proof after {statistics.median(seconds):.2f} s (medians), {max(seconds):.2f} s at most",
            file=sys.stderr,
        )
    with (HERE / "results.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
