"""HiGHS with the textbook model: one yes/no for every case and officer who may hold it.

It is asked for a gap of zero and else keeps HiGHS's defaults, has each division as a model of its own with one thread,
all divisions at work at once (a force that does not fall into divisions has a thread for every core), begins with the
plan that teams make today, and gives every goal the plan at hand as its MIP start. The whole force as one model with
two threads is mostly slower (see `divided.solve`).
"""

from __future__ import annotations

from importlib.metadata import version

from allocator import Force
from benchmarks.peers import divided, highs
from benchmarks.peers.protocol import Teller, main


def run(force: Force, seconds: float, seed: int) -> Teller:
    teller = Teller(force, seconds)
    teller.engine["highspy"] = version("highspy")
    divided.solve(force, teller, lambda threads: highs.engine(threads, seed))
    return teller


if __name__ == "__main__":
    main(run)
