"""Tables and charts of the times to proof."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.page import charts
from benchmarks.page.figures import (
    LABELS,
    Results,
    against_best,
    distinct,
    gap,
    label,
    median_proof,
    ratio,
    where,
)
from benchmarks.page.table import Section, Table, percent, seconds, times
from benchmarks.peers.protocol import GOALS
from benchmarks.proof.ask import WITH_GROUPED, WITH_TEXTBOOK
from benchmarks.races import GROUPED, OURS
from benchmarks.rows import Row

LATE = "not proved at the limit"
DOT = {"type": "point", "filled": True, "size": 110, "opacity": 0.85}


def tell(results: Results) -> Section:
    """Three tables and two charts."""
    rows = results["proof"]
    county = where(rows, force="county", step=WITH_GROUPED)
    metropolitan = where(rows, force="metropolitan")
    tables = [
        by_peer(where(rows, step=WITH_TEXTBOOK), "County force, ordinary, beside the textbook model"),
        by_regime(county),
        by_peer(
            where(metropolitan, step=WITH_GROUPED), "Metropolitan force, ordinary, beside our model with one engine"
        ),
        alone(metropolitan),
    ]
    drawn = {
        "proof-county": chart(where(rows, force="county"), "County force: seconds until all four goals are proved"),
        "proof-metropolitan": by_goal(where(metropolitan, peer=OURS), "Metropolitan force, ours: seconds until proved"),
    }
    return Section(
        [table for table in tables if table.rows], drawn if metropolitan else {"proof-county": drawn["proof-county"]}
    )


def by_peer(rows: Sequence[Row], title: str) -> Table:
    """Medians for each goal, and how many times as long as ours."""
    ours, lines = where(rows, peer=OURS), []
    for (peer,) in distinct(rows, "peer"):
        own = where(rows, peer=peer)
        limit = own[0]["limit"]
        if own[0]["seconds"] is None:
            lines.append((label(peer), str(len(own)), own[0]["note"], *[""] * 5))
            continue
        goals = [seconds(median_proof(own, goal), limit) for goal in GOALS]
        compared = "1" if peer == OURS else times(*ratio(ours, own))
        lines.append((label(peer), str(len(own)), *goals, compared, percent(gap(own[0]))))
    columns = ("peer", "runs", *(f"{goal}, s" for goal in GOALS), "times ours", "fairness above its bound")
    return Table(
        f"{title}: median seconds to the proof of each goal; with the last one all four are proved.", columns, lines
    )


def by_regime(rows: Sequence[Row]) -> Table:
    """One line a regime: ours by goal, each peer in all, and ours over the better of them."""
    lines = []
    for (regime,) in distinct(rows, "regime"):
        ours, limit = where(rows, regime=regime, peer=OURS), rows[0]["limit"]
        own = [seconds(median_proof(ours, goal), limit) for goal in GOALS[1:]]
        others = [median_proof(where(rows, regime=regime, peer=peer)) for peer in GROUPED]
        lines.append(
            (
                *(regime, str(len(ours)), *own),
                *(seconds(other, limit) for other in others),
                *(slower(where(rows, regime=regime)), percent(max(map(gap, ours)))),
            )
        )
    columns = (
        "regime",
        "runs",
        "excess, s",
        "disruption, s",
        "all, s",
        *(f"{label(peer)}: all, s" for peer in GROUPED),
    )
    says = (
        "County force, every regime: median seconds to proof, ours by goal and all, the same model with one engine all."
    )
    return Table(says, (*columns, "ours over the better", "fairness above its bound"), lines)


def slower(rows: Sequence[Row]) -> str:
    """Ours over the better of the peers that have our model, in one regime."""
    compared = against_best(rows, OURS, GROUPED)
    if math.isnan(compared):
        return "no peer proved"
    return "not proved" if math.isinf(compared) else times(compared)


def alone(rows: Sequence[Row]) -> Table:
    """Ours on the metropolitan force, one line a regime."""
    lines = []
    for (regime,) in distinct(rows, "regime"):
        own = where(rows, regime=regime, peer=OURS)
        goals = [seconds(median_proof(own, goal), own[0]["limit"]) for goal in GOALS[1:]]
        lines.append((regime, str(len(own)), *goals, percent(max(map(gap, own)))))
    columns = ("regime", "runs", "excess, s", "disruption, s", "all, s", "fairness above its bound")
    return Table("Metropolitan force, ours: median seconds to proof.", columns, lines)


def chart(rows: Sequence[Row], title: str) -> charts.Spec:
    """Medians, a panel a regime and a line a peer; a triangle at the limit stands for more than it."""
    points = list(_medians(rows))
    encoding = {
        "x": charts.log("seconds", "seconds, median"),
        "y": charts.name("peer", sort=list(LABELS.values()), axis=None),
        "color": charts.peers(points),
        "shape": charts.states(LATE, "triangle-right"),
    }
    header = {"labelAngle": 0, "labelAlign": "left", "labelFontSize": 12}
    regimes = [name for (name,) in distinct(rows, "regime")]
    return {
        "title": title,
        "data": charts.data(points),
        "facet": {"row": charts.name("regime", sort=regimes, header=header)},
        "spacing": 4,
        "spec": {"width": charts.WIDTH, "height": {"step": 15}, "mark": DOT, "encoding": encoding},
        "resolve": {"scale": {"y": "independent"}},
    }


def _medians(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    for regime, step, peer in distinct(rows, "regime", "step", "peer"):
        if peer == OURS and regime == "ordinary" and step == WITH_TEXTBOOK and where(rows, step=WITH_GROUPED):
            continue  # ours is there once more beside the other peers
        own = where(rows, regime=regime, step=step, peer=peer)
        if own[0]["seconds"] is not None:
            yield {"regime": regime, "peer": label(peer), **_point(own)}


def _point(rows: Sequence[Row], goal: str = GOALS[-1]) -> dict[str, Any]:
    median = median_proof(rows, goal)
    return {"seconds": min(median, rows[0]["limit"]), "state": LATE if math.isinf(median) else "proved"}


def by_goal(rows: Sequence[Row], title: str) -> charts.Spec:
    """Medians by regime and goal."""
    regimes = [name for (name,) in distinct(rows, "regime")]
    points = [{"regime": r, "goal": goal, **_point(where(rows, regime=r), goal)} for r in regimes for goal in GOALS[1:]]
    shades = dict(zip(GOALS[1:], ("#ff7f0e", "#1f77b4", "#d62728"), strict=True))
    return {
        "title": title,
        "data": charts.data(points),
        "width": charts.WIDTH,
        "height": {"step": 28},
        "mark": DOT,
        "encoding": {
            "x": charts.log("seconds", "seconds, median"),
            "y": charts.name("regime", "regime", sort=regimes),
            "color": charts.colours("goal", shades),
            "shape": charts.states(LATE, "triangle-right"),
        },
    }
