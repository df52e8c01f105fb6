"""A table of times to proof before and after."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from benchmarks.before.ask import COMMIT
from benchmarks.page.figures import Results, distinct, median_proof, proof, where
from benchmarks.page.notes import notes
from benchmarks.page.table import Section, Table, seconds, times
from benchmarks.races import BEFORE, OURS
from benchmarks.rows import Row

A_TENTH = 1.1


def tell(results: Results) -> Section:
    """One line a force and regime, with the reason where today's version takes longer."""
    return Section([compared([row for row in results["before"] if row["peer"]])])


def compared(rows: Sequence[Row]) -> Table:
    """Medians of both, and the median of the rounds' ratios."""
    lines = []
    for profile, regime in distinct(rows, "force", "regime"):
        of = where(rows, force=profile, regime=regime)
        before, after = where(of, peer=BEFORE), where(of, peer=OURS)
        longer = statistics.median(proof(new) / proof(old) for old, new in zip(before, after, strict=True))
        why = notes("slower").get(f"{profile}-{regime}", "") if longer > A_TENTH else ""
        medians = [seconds(median_proof(own), own[0]["limit"]) for own in (before, after)]
        lines.append((profile, regime, str(len(after)), *medians, times(longer), why))
    says = f"Before (commit {COMMIT}) and after, in turn: median seconds until all four goals are proved."
    return Table(says, ("force", "regime", "runs", "before, s", "after, s", "times before", "why, if above 1.1"), lines)
