"""Where a peer had the better figure: found in the rows, not picked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.page.figures import Results, behind, distinct, label, median_proof, plan, where
from benchmarks.page.table import Table, seconds, whole
from benchmarks.peers.protocol import GOALS
from benchmarks.races import OURS

Win = tuple[str, str, str, str, str]
SETTLED = GOALS[0]  # follows from the input alone: its proof is no race


def table(results: Results) -> Table:
    """One line for each force and measure in which a peer was better than ours."""
    lines = [*proofs(results), *plans(results), *memory(results)]
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


def plans(results: Results) -> Iterator[Win]:
    """Plans that were better at the same moment."""
    rows = results.get("quality", ())
    for force, regime, mark in distinct(rows, "force", "regime", "size"):
        at: dict[str, Any] = {row["peer"]: plan(row) for row in where(rows, force=force, regime=regime, size=mark)}
        ours = at.pop(OURS, None)
        for peer, reached in at.items():
            if reached is not None and (ours is None or reached < ours):
                worse = None if ours is None else behind(ours, reached)
                goal = "the first plan" if worse is None else worse[0]
                figures = [" / ".join(map(whole, values)) if values else "no plan" for values in (reached, ours)]
                yield f"{force}, {regime}", f"{goal} after {mark:g} s", label(peer), *figures


def memory(results: Results) -> Iterator[Win]:
    """Runs that took less memory."""
    rows = results.get("memory", ())
    for (force,) in distinct(rows, "force"):
        used = {row["peer"]: row["peak_mb"] for row in where(rows, force=force) if row["seconds"] is not None}
        for peer, peak in used.items():
            if OURS in used and peak < used[OURS]:
                yield f"{force}, ordinary", "peak memory", label(peer), f"{whole(peak)} MiB", f"{whole(used[OURS])} MiB"
