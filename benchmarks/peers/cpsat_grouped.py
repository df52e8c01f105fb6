"""CP-SAT alone with our grouped model: what our second engine and our bounds add is what it lacks.

It has one worker for each part that no rule ties to the rest, all parts at work at once, ``linearization_level`` 2 as
in ours, greedy's plan to begin with, and for every goal the plan at hand as a hint.
"""

from __future__ import annotations

from importlib.metadata import version

from allocator import Force
from benchmarks.peers import cpsat, grouped
from benchmarks.peers.protocol import Teller, main


def run(force: Force, seconds: float, seed: int) -> Teller:
    teller = Teller(force, seconds)
    teller.engine["ortools"] = version("ortools")
    grouped.solve(force, teller, cpsat.engine(1, seed, linearization_level=2))
    return teller


if __name__ == "__main__":
    main(run)
