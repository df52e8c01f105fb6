"""Plans of ours beside those of the rules that services have today, on every force of the country."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.synth import draw_nation
from benchmarks import race
from benchmarks.forces import SEED, written
from benchmarks.races import OURS, REPLICAS, outcome_cells
from benchmarks.rows import Row, row

QUESTION = "What do the rules that services have today cost?"
LIMIT = 60.0  # seconds a force
REGIMES = ("ordinary", "leavers")


def ask(quick: bool) -> Iterator[Row]:
    """One row a force, regime and peer."""
    limit, count = (5.0, 3) if quick else (LIMIT, None)
    for regime in REGIMES[:1] if quick else REGIMES:
        for slug, force in list(draw_nation(SEED, regime).items())[:count]:
            place = written(f"replicas-{regime}-{slug}", lambda force=force: force)
            sizes = {"officers": len(force.officers), "cases": len(force.cases)}
            for peer in (OURS, *REPLICAS):
                outcome = race.run(peer, place, limit)
                cells = {"force": slug, "regime": regime, "seed": SEED, **sizes} | outcome_cells(outcome)
                yield row(outcome.engine, run=1, limit=limit, **cells)
