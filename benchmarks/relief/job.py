"""Plan every force below a folder with the ``allocator`` that ``PYTHONPATH`` leads to: ``job.py FORCES SECONDS``.

It uses nothing but names that the package has had from its first version, or their first names, so that an older one
can be asked too. Prints
one line of JSON that says where the package is, then one a force.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import allocator
from allocator import allocate, read_force


def main(source: Path, limit: float) -> None:
    print(json.dumps({"allocator": allocator.__file__}), flush=True)
    pool_type, called = (
        (allocator.Standby, "standby") if hasattr(allocator, "Standby") else (allocator.SolverPool, "pool")
    )
    with pool_type() as pool:
        for folder in sorted(source.iterdir()):
            force = read_force(folder)
            begun = time.perf_counter()
            result = allocate(force, time_limit=limit, **{called: pool})
            told = {
                "force": folder.name,
                "seconds": time.perf_counter() - begun,
                "proved": result.proven,
                "values": {goal.name: goal.value for goal in result.goals},
                "bounds": {goal.name: goal.bound for goal in result.goals},
                "officers": result.plan.officers,
            }
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
