"""Figures from rows: medians, gaps, ratios, and plans compared goal by goal."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.peers.protocol import GOALS
from benchmarks.rows import Row

Results = Mapping[str, Sequence[Row]]  # rows of each question

QUANTILES = {"median": 0.5, "p90": 0.9, "p99": 0.99, "most": 1.0}  # shares of a population, by name
LABELS = {
    "ours": "ours",
    "most_room": "(a) most room",
    "by_name": "(b) by name",
    "cpsat_textbook": "(c) CP-SAT, textbook",
    "highs_textbook": "(d) HiGHS, textbook",
    "highs_grouped": "(e) HiGHS, our model",
    "cpsat_grouped": "(f) CP-SAT, our model",
    "timefold": "(g) Timefold, untuned",
    "key_worker": "(h) key-worker rule",
    "one_to_one": "(i) one to one",
}


def label(peer: str) -> str:
    """A peer's name on the page."""
    return LABELS.get(peer, peer)


def where(rows: Iterable[Row], **cells: Any) -> list[Row]:
    """Rows with these cells."""
    return [row for row in rows if all(row[column] == value for column, value in cells.items())]


def distinct(rows: Iterable[Row], *columns: str) -> list[tuple[Any, ...]]:
    """Values of columns, each once, in the order in which they come."""
    return list(dict.fromkeys(tuple(row[column] for column in columns) for row in rows))


def proof(row: Row, goal: str = GOALS[-1]) -> float:
    """Seconds to the proof of a goal, and of all before it; infinite where it was not proved."""
    seconds = row[f"proof_{goal}"]
    return math.inf if seconds is None else float(seconds)


def median_proof(rows: Sequence[Row], goal: str = GOALS[-1]) -> float:
    """Median seconds to the proof of a goal; infinite when half of the runs did not prove it."""
    return statistics.median(proof(row, goal) for row in rows) if rows else math.inf


def quantile(values: Sequence[float], share: float) -> float:
    """The least of sorted values that a share of all does not exceed; NaN of none."""
    return values[max(0, -(-len(values) * round(share * 100) // 100) - 1)] if values else math.nan


def median_seconds(rows: Iterable[Row]) -> float:
    """Median of ``seconds``, NaN of none."""
    return statistics.median([row["seconds"] for row in rows if row["seconds"] is not None] or [math.nan])


def gap(row: Row, goal: str = GOALS[-1]) -> float:
    """How far a value is above its bound, as a share of the bound; infinite where a goal before it is not proved."""
    value, bound = row[f"value_{goal}"], row[f"bound_{goal}"]
    earlier = GOALS[: GOALS.index(goal)]
    if value is None or bound is None or any(row[f"value_{g}"] != row[f"bound_{g}"] for g in earlier):
        return math.inf
    return max(0.0, (value - bound) / max(bound, 1.0))


def first_unproved(row: Row) -> str | None:
    """The first goal that a run did not prove; None where it proved all."""
    return next((goal for goal in GOALS if math.isinf(proof(row, goal))), None)


def ratio(ours: Sequence[Row], peers: Sequence[Row]) -> tuple[float, bool]:
    """How many times as long as ours a peer takes: the median over rounds that both ran side by side.

    A run that was not proved counts with its limit.

    Returns
    -------
    (ratio, bound)
        ``bound``: whether the ratio is one at least, because the peer was not proved in half of the rounds.
    """
    theirs = {row["run"]: row for row in peers}
    pairs = [(row, theirs[row["run"]]) for row in ours if row["run"] in theirs]
    if not pairs:
        return math.nan, False
    ratios = [min(proof(peer), peer["limit"]) / min(proof(own), own["limit"]) for own, peer in pairs]
    return statistics.median(ratios), math.isinf(median_proof([peer for _, peer in pairs]))


def against_best(rows: Sequence[Row], ours: str, peers: Iterable[str]) -> float:
    """How many times as long as the better of some peers ours takes on one force, by rounds side by side.

    NaN where none of them proved all goals, infinite where one did and ours did not.
    """
    own = where(rows, peer=ours)
    proved = [theirs for peer in peers if math.isfinite(median_proof(theirs := where(rows, peer=peer)))]
    if proved and math.isinf(median_proof(own)):
        return math.inf
    return max((1 / ratio(own, theirs)[0] for theirs in proved), default=math.nan)


def plan(row: Row) -> tuple[float, ...] | None:
    """What a plan reaches on the four goals, in order; None where there was none."""
    values = tuple(row[f"value_{goal}"] for goal in GOALS)
    return None if None in values else values


def behind(reached: tuple[float, ...], best: tuple[float, ...]) -> tuple[str, float, float] | None:
    """The first goal on which a plan is worse than the best: its name, by how much, and the best value."""
    for goal, value, least in zip(GOALS, reached, best, strict=True):
        if value != least:
            return goal, value - least, least
    return None


def exponent(points: Mapping[float, float]) -> float:
    """Exponent e of time = c * size^e, fitted to the logarithms by least squares."""
    if len(points) < 2:
        return math.nan
    return statistics.linear_regression(*zip(*((math.log(x), math.log(y)) for x, y in points.items()), strict=True))[0]
