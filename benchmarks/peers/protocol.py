"""What every peer is given and what it leaves behind.

A peer is a module run as ``python -m benchmarks.peers.NAME FORCE --seconds S --out FILE``. It reads the force, loads
its engine, starts its clock, and tells what it finds: plans, bounds, proofs. What it told is written to ``FILE`` as
JSON when it is done. Nothing it says of a plan's goals is believed: the judge checks the plans themselves
(``benchmarks.race``).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from allocator import Force, read_force

MARKS = (1, 10, 60)  # seconds at which the plan then standing is kept for the judge
GOALS = ("unplaced", "excess", "disruption", "fairness")


class Skipped(Exception):
    """The peer cannot run here; its text is one line that says why."""


class Teller:
    """What one peer has found so far, on its own clock.

    Parameters
    ----------
    force : Force
    seconds : float
        The peer's limit.
    """

    def __init__(self, force: Force, seconds: float) -> None:
        self.force, self.limit = force, seconds
        self.begun = time.perf_counter()
        self.standing: dict[str, list[str | None]] = {}
        self.proofs: dict[str, float] = {}
        self.bounds: dict[str, float] = {}
        self.engine: dict[str, str] = {}

    @property
    def seconds(self) -> float:
        """Seconds since the clock was started."""
        return time.perf_counter() - self.begun

    @property
    def left(self) -> float:
        """Seconds until the limit."""
        return max(0.0, self.limit - self.seconds)

    def plan(self, officers: Sequence[str | None], at: float | None = None) -> None:
        """A plan better than the one before: one officer_id or None a case, in the force's order.

        ``at`` is when it was found, in seconds of the peer's own clock; without it, now.
        """
        now = self.seconds if at is None else at
        for mark in (*MARKS, "end"):
            if mark == "end" or now <= float(mark):
                self.standing[str(mark)] = list(officers)

    def bound(self, goal: str, value: float) -> None:
        """No plan with this peer's values on the goals before is below ``value`` on this goal."""
        self.bounds[goal] = value

    def proved(self, goal: str) -> None:
        """The standing plan is proved best on this goal, given its values on the goals before."""
        self.proofs[goal] = self.seconds

    def outcome(self, note: str = "") -> dict[str, object]:
        """All of it, as plain data."""
        return {
            "seconds": self.seconds,
            "proofs": self.proofs,
            "bounds": self.bounds,
            "plans": self.standing,
            "engine": self.engine,
            "note": note,
        }


Run = Callable[[Force, float, int], Teller]  # given a force, seconds and a seed


def main(peer: Run) -> None:
    """Run a peer from the command line.

    Parameters
    ----------
    peer : callable
        Given a force, seconds and a seed; makes its `Teller` when its engine is loaded, returns it when it is done.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("force", type=Path)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        outcome = peer(read_force(arguments.force), arguments.seconds, arguments.seed).outcome()
    except Skipped as reason:
        outcome = {"skipped": str(reason)}
    arguments.out.write_text(json.dumps(outcome))
    sys.exit(0)
