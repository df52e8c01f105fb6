"""HiGHS alone with our grouped model: what our second engine and our bounds add is what it lacks.

It has one thread for each part that no rule ties to the rest, all parts at work at once (measured on Surrey and Kent:
sooner done than part after part with two threads), a gap of zero, greedy's plan to begin with, and for every goal the
plan at hand as its MIP start, which HiGHS inside OR-Tools does not take.
"""

from __future__ import annotations

from importlib.metadata import version

from allocator import Force
from benchmarks.peers import grouped, highs
from benchmarks.peers.protocol import Teller, main


def run(force: Force, seconds: float, seed: int) -> Teller:
    teller = Teller(force, seconds)
    teller.engine["highspy"] = version("highspy")
    grouped.solve(force, teller, highs.engine(1, seed))
    return teller


if __name__ == "__main__":
    main(run)
