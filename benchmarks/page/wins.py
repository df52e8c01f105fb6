"""Where a peer had the better figure: found in the rows, not picked."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.page.figures import Results, behind, distinct, label, median_proof, plan, proof, where
from benchmarks.page.table import Table, seconds, times, whole
from benchmarks.peers.protocol import GOALS
from benchmarks.races import OURS
from benchmarks.rows import Row

Win = tuple[str, str, str, str, str]
SETTLED = GOALS[0]  # follows from the input alone: its proof is no race


def table(results: Results) -> Table:
    """One line for each force and measure in which a peer was better than ours."""
    lines = [*proofs(results), *population(results), *plans(results), *memory(results)]
    says = "Every force and measure in which a peer had a better figure than ours:" if lines else "None in these runs."
    return Table(says, ("force", "measure", "peer", "its figure", "ours"), lines)


def proofs(results: Results) -> Iterator[Win]:
    """Goals that a peer proved sooner, by the medians of runs side by side."""
    rows = results.get("proof", ())
    for force, regime, step in distinct(rows, "force", "regime", "step"):
        together = where(rows, force=force, regime=regime, step=step)
        ours = where(together, peer=OURS)
        for (peer,) in distinct(together, "peer"):
            for goal in GOALS:
                theirs, own = median_proof(where(together, peer=peer), goal), median_proof(ours, goal)
                if goal != SETTLED and theirs < own:
                    name = "all four goals" if goal == GOALS[-1] else goal
                    figures = (f"{seconds(theirs)} s", f"{seconds(own, ours[0]['limit'])} s")
                    yield f"{force}, {regime}", f"{name} proved", label(peer), *figures


def population(results: Results) -> Iterator[Win]:
    """On how many forces of each size a peer proved a goal sooner, and where it was the most times as fast."""
    rows = results.get("population", ())
    for force, peer in distinct(rows, "force", "peer"):
        ours = where(rows, force=force, peer=OURS)
        theirs = {row["seed"]: row for row in where(rows, force=force, peer=peer)}
        pairs = [(row, theirs[row["seed"]]) for row in ours if row["seed"] in theirs]
        for goal in GOALS[1:]:
            sooner = [pair for pair in pairs if proof(pair[1], goal) < proof(pair[0], goal)]
            if peer != OURS and sooner:
                name = "all four goals" if goal == GOALS[-1] else goal
                yield f"{force}, {len(pairs)} forces", f"{name} proved", label(peer), *_sooner(sooner, goal)


def _sooner(pairs: Sequence[tuple[Row, Row]], goal: str) -> tuple[str, str]:
    """How much sooner a peer was where it was: its figure, and ours on the force where that was most."""

    def faster(pair: tuple[Row, Row]) -> float:
        return min(proof(pair[0], goal), pair[0]["limit"]) / proof(pair[1], goal)

    own, peer = max(pairs, key=faster)
    median = times(statistics.median(map(faster, pairs)))
    most = f"{times(faster((own, peer)), at_least=math.isinf(proof(own, goal)))} times (seed {own['seed']:g}"
    figure = f"sooner on {len(pairs)}: median {median} times, most {most}: {seconds(proof(peer, goal))} s)"
    return figure, f"{seconds(proof(own, goal), own['limit'])} s there"


def plans(results: Results) -> Iterator[Win]:
    """Plans that were better, at the same moment or when each ended."""
    rows = [*results.get("quality", ()), *results.get("replicas", ())]
    for force, regime, mark in distinct(rows, "force", "regime", "size"):
        at: dict[str, Any] = {row["peer"]: plan(row) for row in where(rows, force=force, regime=regime, size=mark)}
        ours = at.pop(OURS, None)
        for peer, reached in at.items():
            if reached is not None and (ours is None or reached < ours):
                worse = None if ours is None else behind(ours, reached)
                goal = "the first plan" if worse is None else worse[0]
                figures = [" / ".join(map(whole, values)) if values else "no plan" for values in (reached, ours)]
                when = "at the end" if mark is None else f"after {mark:g} s"
                yield f"{force}, {regime}", f"{goal} {when}", label(peer), *figures


def memory(results: Results) -> Iterator[Win]:
    """Runs that took less memory."""
    rows = results.get("memory", ())
    for (force,) in distinct(rows, "force"):
        used = {row["peer"]: row["peak_mb"] for row in where(rows, force=force) if row["seconds"] is not None}
        for peer, peak in used.items():
            if OURS in used and peak < used[OURS]:
                yield f"{force}, ordinary", "peak memory", label(peer), f"{whole(peak)} MiB", f"{whole(used[OURS])} MiB"
