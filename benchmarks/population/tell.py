"""Tables of the population: quantiles of seconds to proof, and ours against the better peer on each force."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence

from benchmarks.page.figures import QUANTILES, Results, distinct, first_unproved, gap, label, proof, quantile, where
from benchmarks.page.table import Section, Table, percent, seconds, times
from benchmarks.peers.protocol import GOALS
from benchmarks.races import GROUPED, OURS
from benchmarks.rows import Row

WITHIN = (1.0, 10.0, 60.0)  # seconds
SLOWER = 1.2  # times the better peer
ALL = "all"


def tell(results: Results) -> Section:
    """Four tables."""
    rows = results["population"]
    return Section([by_peer(rows), by_goal(rows), by_regime(rows), against(rows)])


def quantiles(rows: Sequence[Row], goal: str = GOALS[-1]) -> dict[str, float]:
    """Seconds to the proof of a goal that a share of the forces does not exceed; infinite where that is unproved."""
    taken = sorted(proof(row, goal) for row in rows)
    return {name: quantile(taken, share) for name, share in QUANTILES.items()}


def by_peer(rows: Sequence[Row]) -> Table:
    """One line a size and peer."""
    lines = []
    for force, peer in distinct(rows, "force", "peer"):
        own = where(rows, force=force, peer=peer)
        limit = own[0]["limit"]
        shares = [percent_of(own, most) if most <= limit else "-" for most in WITHIN]
        lines.append((force, label(peer), str(len(own)), *_cells(own), *shares, widest(own)))
    columns = ("size", "peer", "forces", *QUANTILES, *(f"proved at {most:g} s" for most in WITHIN))
    says = (
        f"Seconds until all four goals are proved, limit {rows[0]['limit']:g} s; *largest gap*: how far, at most, the "
        "first goal that was not proved is above its bound."
    )
    return Table(says, (*columns, "largest gap"), lines)


def by_goal(rows: Sequence[Row]) -> Table:
    """Ours, one line a size and goal."""
    ours, lines = where(rows, peer=OURS), []
    for (force,) in distinct(ours, "force"):
        own = where(ours, force=force)
        lines += [(force, goal, str(len(own)), *_cells(own, goal)) for goal in GOALS[1:]]
    return Table("Ours: seconds to the proof of each goal.", ("size", "goal", "forces", *QUANTILES), lines)


def by_regime(rows: Sequence[Row]) -> Table:
    """Ours, one line a size and what marks the force."""
    lines = []
    ours = where(rows, peer=OURS)
    for (force,) in distinct(ours, "force"):
        for (regime,) in sorted(distinct(where(ours, force=force), "regime")):
            own = where(ours, force=force, regime=regime)
            lines.append((force, regime, str(len(own)), *_cells(own), widest(own)))
    columns = ("size", "marked by", "forces", *QUANTILES, "largest gap")
    return Table("Ours, by what marks a force: seconds until all four goals are proved.", columns, lines)


def against(rows: Sequence[Row]) -> Table:
    """Ours over the better of the peers with our model, one line a size."""
    sizes = [force for (force,) in distinct(rows, "force")]
    lines = []
    for force in (*sizes, ALL):
        found = list(compared(rows if force == ALL else where(rows, force=force)))
        if found:
            least, most = min(found), max(found)
            slow = sum(slower(ratio, lost) for ratio, lost, _ in found)
            lost = sum(lost for _, lost, _ in found)
            extremes = (f"{times(most[0])} ({most[2]})", f"{times(least[0])} ({least[2]})")
            lines.append((force, str(len(found)), str(slow), str(lost), *extremes, times(mean(found))))
    says = (
        "Ours over the better of (e) and (f) on each force: how many times as long until all four goals are proved. "
        "Who did not prove them counts with the limit: 1 where neither did."
    )
    columns = ("size", "forces", f"ours slower than {SLOWER:g} times", "of these not proved, a peer is")
    return Table(says, (*columns, "greatest ratio", "least ratio", "geometric mean"), lines)


def compared(rows: Sequence[Row]) -> Iterator[tuple[float, bool, str]]:
    """Each force's ratio of ours over the better peer, whether it alone proved all goals, and which force it is."""
    for force, seed in distinct(rows, "force", "seed"):
        together = where(rows, force=force, seed=seed)
        ours, others = where(together, peer=OURS), [row for row in together if row["peer"] in GROUPED]
        if ours and others:
            limit, own, best = ours[0]["limit"], proof(ours[0]), min(map(proof, others))
            lost = math.isinf(own) and math.isfinite(best)
            yield min(own, limit) / min(best, limit), lost, f"{force}, seed {seed:g}"


def slower(ratio: float, lost: bool) -> bool:
    """Whether ours counts as slower: above what is allowed, or not proved where a peer is, however near the limit."""
    return lost or ratio > SLOWER


def mean(found: Sequence[tuple[float, bool, str]]) -> float:
    """The geometric mean of the ratios."""
    return statistics.geometric_mean(ratio for ratio, _, _ in found)


def percent_of(rows: Sequence[Row], most: float) -> str:
    """The share of forces proved by then."""
    return f"{100 * sum(proof(row) <= most for row in rows) / len(rows):.0f}%"


def widest(rows: Sequence[Row]) -> str:
    """The largest gap on the first goal that was not proved, and which goal that is."""
    gaps = [(gap(row, goal), goal) for row in rows if (goal := first_unproved(row))]
    if not gaps:
        return "all proved"
    most, goal = max(gaps)
    return f"{goal} {percent(most) if most else 'met its bound, untold'}"


def _cells(rows: Sequence[Row], goal: str = GOALS[-1]) -> list[str]:
    return [seconds(value, rows[0]["limit"]) for value in quantiles(rows, goal).values()]
