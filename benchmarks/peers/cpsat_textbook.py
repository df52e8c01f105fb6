"""CP-SAT with the textbook model: one yes/no for every case and officer who may hold it.

It keeps CP-SAT's defaults apart from its workers, has each division as a model of its own with one worker, all
divisions at work at once (a force that does not fall into divisions has a worker for every core), begins with the plan
that teams make today, and gives every goal the plan at hand as a hint. That is the strongest of what was tried: the
whole force as one model with two workers is slower (see `divided.solve`), and so is ``linearization_level`` 2 on Surrey
and Kent (7 and 14 s to proof instead of 3 and 7 s).
"""

from __future__ import annotations

from importlib.metadata import version

from allocator import Force
from benchmarks.peers import cpsat, divided
from benchmarks.peers.protocol import Teller, main


def run(force: Force, seconds: float, seed: int) -> Teller:
    teller = Teller(force, seconds)
    teller.engine["ortools"] = version("ortools")
    divided.solve(force, teller, lambda workers: cpsat.engine(workers, seed))
    return teller


if __name__ == "__main__":
    main(run)
