"""The allocator itself, as its users call it: both engines inside OR-Tools, on as many processes as there are cores.

Its workers have loaded the engines before the clock starts, as those of the other peers have, and remember nothing.
The best plan without moves, which no other peer looks for, is within its time. It tells when each goal of the whole
force was proved, and its plan when it ends: for the plan at an earlier mark, run it with that limit.
"""

from __future__ import annotations

from importlib.metadata import version

from allocator import Force, SolverPool, allocate
from allocator.domain.result import Progress
from benchmarks.peers.protocol import Teller, main


def run(force: Force, seconds: float, seed: int) -> Teller:
    with SolverPool() as pool:
        pool.ready()
        return _allocated(force, seconds, seed, pool)


def _allocated(force: Force, seconds: float, seed: int, pool: SolverPool) -> Teller:
    teller = Teller(force, seconds)
    teller.engine["ortools"] = version("ortools")

    def follow(progress: Progress) -> None:
        for goal in progress.goals:
            if goal.proven and goal.name not in teller.proofs:
                teller.proved(goal.name)

    result = allocate(force, seed=seed, time_limit=seconds, progress=follow, pool=pool)
    teller.plan(result.plan.officers)
    for goal in result.goals:
        teller.bound(goal.name, goal.bound)
        if goal.proven and goal.name not in teller.proofs:
            teller.proved(goal.name)
    return teller


if __name__ == "__main__":
    main(run)
