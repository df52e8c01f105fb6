"""How good the plan in hand is after 1, 10 and 60 seconds."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.peers.protocol import GOALS, MARKS
from benchmarks.race import Outcome
from benchmarks.races import OTHERS, OURS, first, outcome_row
from benchmarks.rows import Row

QUESTION = "How good is the plan in hand after 1, 10 and 60 seconds?"
LIMIT = 60.0
FORCES = (
    ("county", "ordinary"),
    ("county", "fifth"),
    ("county", "overfull"),
    ("metropolitan", "ordinary"),
    ("metropolitan", "cross"),
)


def ask(quick: bool) -> Iterator[Row]:
    """One row a plan: the other peers tell theirs on the way, ours is run with each limit, as its users get it."""
    limit = 3.0 if quick else LIMIT
    marks = [mark for mark in MARKS if mark < limit]
    for profile, regime in FORCES[:1] if quick else FORCES:
        for mark in (*marks, limit):
            yield at(first(OURS, profile, regime, float(mark)), profile, regime, mark, limit)
        for peer in OTHERS:
            outcome = first(peer, profile, regime, limit)
            for mark in (*marks, limit) if not outcome.skipped else (limit,):
                yield at(outcome, profile, regime, mark, limit)


def at(outcome: Outcome, profile: str, regime: str, mark: float, limit: float) -> Row:
    """The plan that stood at a mark; bounds are those that were told at the end of the run."""
    ours = outcome.peer == OURS
    cells = outcome_row(outcome, profile, regime, float(mark) if ours else limit, step=f"after {mark:g} s")
    plan = outcome.values.get("end" if ours or mark == limit else f"{mark:g}", {})
    return cells | {"size": mark} | {f"value_{goal}": plan.get(goal) for goal in GOALS}
