"""Peers raced on drawn forces, and what they did as rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache

from benchmarks import race
from benchmarks.forces import SEED, drawn, folder
from benchmarks.peers.protocol import GOALS
from benchmarks.race import Outcome
from benchmarks.rows import Row, row

OURS = "ours"
BEFORE = "before"  # an older version of ours
TEXTBOOK = ("cpsat_textbook", "highs_textbook")
GROUPED = ("highs_grouped", "cpsat_grouped")
GREEDY = ("most_room", "by_name")
REPLICAS = ("key_worker", "one_to_one")  # (h), (i): what services have today, raced in a question of their own
OTHERS = (*GREEDY, *TEXTBOOK, *GROUPED, "timefold")  # (a) to (g)

_first: dict[tuple[str, str, str, float], Outcome] = {}


def run(
    peer: str, profile: str, regime: str, limit: float, number: int = 1, weigh: bool = False, seed: int = SEED
) -> Outcome:
    """Run a peer on a force; run 1, 2, ... has the engine's seed 0, 1, ...

    Parameters
    ----------
    peer : str
        Its module in ``benchmarks.peers``.
    profile, regime : str
        The force.
    limit : float
        Seconds for all goals together.
    number : int
    weigh : bool
        Whether to look at its memory meanwhile.
    seed : int
        That of the force.
    """
    outcome = race.run(peer, folder(profile, regime, seed), limit, number - 1, weigh)
    if number == 1 and weigh and seed == SEED:
        _first.setdefault((peer, profile, regime, limit), outcome)
    return outcome


def first(peer: str, profile: str, regime: str, limit: float) -> Outcome:
    """Run 1 of a peer on a force, its memory looked at; one that was made already is not made again."""
    return _first.get((peer, profile, regime, limit)) or run(peer, profile, regime, limit, weigh=True)


def alternating(
    profile: str,
    regime: str,
    peers: Sequence[str],
    limit: float,
    rounds: int,
    step: str,
    patient: bool = False,
    seed: int = SEED,
) -> Iterator[Row]:
    """Each peer in turn, round after round.

    A peer that has not proved all goals in the first round is left out of the others, unless ``patient``: its time is
    above the limit, however often it is measured.
    """
    late: set[str] = set()
    for number in range(1, rounds + 1):
        for peer in peers:
            if peer in late:
                continue
            outcome = run(peer, profile, regime, limit, number, seed=seed)
            yield outcome_row(outcome, profile, regime, limit, number, step, seed)
            if not outcome.proved and not patient:
                late.add(peer)


def outcome_row(
    outcome: Outcome,
    profile: str,
    regime: str,
    limit: float,
    number: int = 1,
    step: str = "",
    seed: int = SEED,
) -> Row:
    """What a peer did on a drawn force, with the plan that it ended with."""
    cells = force_cells(profile, regime, seed) | outcome_cells(outcome)
    return row(outcome.engine, step=step, run=number, limit=limit, **cells)


def outcome_cells(outcome: Outcome) -> Row:
    """The cells that say what a peer did."""
    values = outcome.values.get("end", {})
    return {
        "peer": outcome.peer,
        "seconds": None if math.isnan(outcome.seconds) else outcome.seconds,
        "proved": outcome.proved,
        **{f"proof_{goal}": outcome.proofs.get(goal) for goal in GOALS},
        **{f"value_{goal}": values.get(goal) for goal in GOALS},
        **{f"bound_{goal}": outcome.bounds.get(goal) for goal in GOALS},
        "peak_mb": outcome.peak_mb,
        "note": f"skipped: {outcome.skipped}" if outcome.skipped else outcome.note,
    }


@cache
def force_cells(profile: str, regime: str, seed: int = SEED) -> Row:
    """The cells that say which force it is."""
    force = drawn(profile, regime, seed)
    sizes = {"officers": len(force.officers), "cases": len(force.cases)}
    return {"force": profile, "regime": regime, "seed": seed, **sizes}
