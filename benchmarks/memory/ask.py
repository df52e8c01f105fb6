"""Peak memory of all processes of a run."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.national import ask as national
from benchmarks.races import OTHERS, OURS, first, outcome_row
from benchmarks.rows import Row

QUESTION = "How much memory does a run take?"
LIMIT = 60.0


def ask(quick: bool) -> Iterator[Row]:
    """One row a run, and one for the nation, ours alone; runs that another question has made are not made again."""
    limit = 3.0 if quick else LIMIT
    for profile in ("county",) if quick else ("county", "metropolitan"):
        for peer in (OURS, *OTHERS):
            yield outcome_row(first(peer, profile, "ordinary", limit), profile, "ordinary", limit, step="peak memory")
    yield national.measured(quick)[0] | {"step": "peak memory"}
