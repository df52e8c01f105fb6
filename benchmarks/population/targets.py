"""What was asked of the population, for the table of targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.page.figures import proof, where
from benchmarks.page.table import seconds, times
from benchmarks.page.target import Target
from benchmarks.population.tell import SLOWER, compared, mean, quantiles, slower
from benchmarks.races import OURS
from benchmarks.rows import Row

# Seconds until all four goals are proved that a share of the forces of a size may take at most.
ASKED = {"mixed": {"median": 0.4, "p90": 4.0, "p99": 30.0}, "mixed-large": {"median": 3.0, "p90": 20.0}}
NAMES = {"mixed": "mixed, 25 to 60 officers", "mixed-large": "mixed, 150 to 300 officers"}
ALL_PROVED = ("mixed",)  # sizes of which every force is to be proved at the limit
MEAN = 1 / 3


def targets(rows: Sequence[Row]) -> Iterator[Target]:
    """Every target that the rows have figures for."""
    for force, asked in ASKED.items():
        if own := where(rows, force=force, peer=OURS):
            yield from _times(force, asked, own)
    if found := list(compared(rows)):
        slow, most = sum(slower(ratio, lost) for ratio, lost, _ in found), max(found)
        figure = f"slower on {slow} of {len(found)}; {times(most[0])} times at most ({most[2]})"
        case = "mixed, all sizes: against the better of (e), (f) on each force"
        yield Target("population-peers", case, f"never above {SLOWER:g} times as long", figure, not slow)
        figure = f"{times(mean(found))} of its time, {len(found)} forces"
        asked_mean = "geometric mean at most a third"
        yield Target("population-mean", case, asked_mean, figure, mean(found) <= MEAN)


def _times(force: str, asked: dict[str, float], rows: Sequence[Row]) -> Iterator[Target]:
    limit, found = rows[0]["limit"], quantiles(rows)
    for name, most in asked.items():
        figure = f"{seconds(found[name], limit)} s, {len(rows)} forces"
        case, reached = f"{NAMES[force]}: {name}", found[name] <= most
        yield Target(f"population-{force}-{name}", case, f"{most:g} s", figure, reached)
    if force in ALL_PROVED:
        proved = sum(proof(row) <= limit for row in rows)
        case, figure = f"{NAMES[force]}: all four goals", f"{proved} of {len(rows)} at {limit:g} s"
        yield Target(f"population-{force}-proved", case, "all proved at 60 s", figure, proved == len(rows))
