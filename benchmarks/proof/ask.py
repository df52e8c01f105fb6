"""Time to proof, goal by goal and in all."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.synth import REGIMES
from benchmarks.races import GROUPED, OURS, TEXTBOOK, alternating
from benchmarks.rows import Row

QUESTION = "How long until every goal is proved, beside what else one could have picked?"
LIMIT, ROUNDS = 60.0, 5
BIG_ROUNDS = 3  # of the metropolitan force, and of the peers there only one
WITH_TEXTBOOK, WITH_GROUPED, ALONE = "beside the textbook model", "beside our model with one engine", "alone"


def ask(quick: bool) -> Iterator[Row]:
    """One row a run."""
    limit, rounds = (5.0, 1) if quick else (LIMIT, ROUNDS)
    yield from alternating("county", "ordinary", (OURS, *TEXTBOOK), limit, rounds, WITH_TEXTBOOK, patient=True)
    for regime in ("ordinary", "fifth") if quick else REGIMES:
        yield from alternating("county", regime, (OURS, *GROUPED), limit, rounds, WITH_GROUPED)
    if quick:
        return
    yield from alternating("metropolitan", "ordinary", (OURS, *GROUPED), limit, 1, WITH_GROUPED)
    yield from alternating("metropolitan", "ordinary", (OURS,), limit, BIG_ROUNDS, ALONE)
    for regime in REGIMES:
        if regime != "ordinary":
            yield from alternating("metropolitan", regime, (OURS,), limit, 1, ALONE)
