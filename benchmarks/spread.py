"""Populations in result files: what is measured of many forces of one make, and the quantiles of it that are compared.

Rows that differ in the seed of the force, and in what marks it, are of one population.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.page.figures import QUANTILES, quantile
from benchmarks.peers.protocol import GOALS
from benchmarks.rows import Row

ALIKE = ("force", "step", "size", "peer", "limit")
WORD = "population"

Key = tuple[Any, ...]
Spread = Mapping[float, float]  # seconds of each seed


def populations(rows: Sequence[Row]) -> set[Key]:
    """What rows of many forces have in common; `key` tells whether a row is of one."""
    seeds: dict[Key, set[float]] = {}
    for row in rows:
        if row["seed"] is not None:
            seeds.setdefault(key(row), set()).add(row["seed"])
    return {alike for alike, found in seeds.items() if len(found) > 1}


def key(row: Row) -> Key:
    """What the rows of one population have in common."""
    return tuple(row[column] for column in ALIKE)


def named(row: Row) -> str:
    """A population in a few words."""
    step = row["step"] if row["step"] != WORD else None
    words = [WORD, row["force"], step, f"size {row['size']:g}" if row["size"] is not None else None, row["peer"]]
    return " · ".join(word for word in words if word)


def measured(row: Row) -> Iterator[tuple[str, float]]:
    """Seconds to the proof of each goal; who did not prove it, or gave no answer, took the limit.

    Of rows that are no race, in which nobody proves anything, ``seconds``.
    """
    if row["proved"] is None or not row["limit"]:
        if row["seconds"]:
            yield "seconds", row["seconds"]
        return
    for goal in GOALS[1:]:
        yield f"{goal} proved", row[f"proof_{goal}"] or row["limit"]


def quantiles(old: Spread, new: Spread) -> Iterator[tuple[str, float, float, int]]:
    """Each quantile before and after, over the forces that are in both, and how many these are."""
    seeds = [seed for seed in old if seed in new]
    before, after = (sorted(spread[seed] for seed in seeds) for spread in (old, new))
    for name, share in QUANTILES.items():
        if seeds:
            yield name, quantile(before, share), quantile(after, share), len(seeds)
