"""Tables of what plans of ours and of the rules of services come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.page.figures import Results, distinct, label, median_seconds, where
from benchmarks.page.table import Section, Table, seconds, whole
from benchmarks.peers.protocol import GOALS
from benchmarks.races import OURS
from benchmarks.rows import Row

Pairs = Sequence[tuple[Row, Row]]


def tell(results: Results) -> Section:
    """Two tables with a line a regime and peer."""
    rows = results["replicas"]
    return Section([sums(rows), compared(rows)])


def sums(rows: Sequence[Row]) -> Table:
    """What all forces come to together."""
    lines = []
    for regime, peer in distinct(rows, "regime", "peer"):
        own = where(rows, regime=regime, peer=peer)
        planned = [row for row in own if row["value_excess"] is not None]
        proved = sum(bool(row["proved"]) for row in own)
        goals = [whole(sum(row[f"value_{goal}"] for row in planned)) for goal in GOALS]
        took = [row["seconds"] for row in planned]
        figures = (seconds(median_seconds(own)), seconds(max(took, default=float("nan"))))
        lines.append((regime, label(peer), f"{len(planned)} of {len(own)}", *goals, *figures, f"{proved}"))
    says = (
        "All forces of a regime together: each goal summed over the plans that break no rule. Goals are in strict "
        "order: less of a later one makes up for nothing of an earlier one."
    )
    columns = ("regime", "peer", "plans", *GOALS, "median force, s", "slowest, s", "forces proved best")
    return Table(says, columns, lines)


def compared(rows: Sequence[Row]) -> Table:
    """On how many forces each rule's plan is equal to ours, better or worse."""
    lines = []
    for regime, peer in distinct(rows, "regime", "peer"):
        if peer != OURS:
            pairs = list(_pairs(where(rows, regime=regime), peer))
            lines.append((regime, label(peer), str(len(pairs)), *(_split(pairs, (g,)) for g in GOALS)))
            lines[-1] += (_split(pairs, GOALS),)
    says = (
        "Forces on which a rule's plan is equal to ours / better / worse: on each goal for itself, and in all, which "
        "is by the first goal on which the two differ."
    )
    return Table(says, ("regime", "peer", "forces", *GOALS, "in all"), lines)


def _pairs(rows: Sequence[Row], peer: str) -> Iterator[tuple[Row, Row]]:
    """Rows of ours and of a peer on each force where both have a plan."""
    theirs = {row["force"]: row for row in where(rows, peer=peer)}
    for own in where(rows, peer=OURS):
        other = theirs.get(own["force"])
        if other and None not in (own["value_excess"], other["value_excess"]):
            yield own, other


def _split(pairs: Pairs, goals: Sequence[str]) -> str:
    """How many are equal, better and worse on goals in strict order."""
    reached = [[tuple(row[f"value_{goal}"] for goal in goals) for row in pair] for pair in pairs]
    counts = (sum(t == o for o, t in reached), sum(t < o for o, t in reached), sum(t > o for o, t in reached))
    return " / ".join(map(str, counts))
