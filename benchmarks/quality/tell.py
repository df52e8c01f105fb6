"""Tables and a chart of the plans in hand after 1, 10 and 60 seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.page import charts
from benchmarks.page.figures import LABELS, Results, behind, distinct, label, plan, where
from benchmarks.page.table import Section, Table, whole
from benchmarks.peers.protocol import GOALS
from benchmarks.rows import Row

STATES = ("best known", "fairness", "disruption", "excess", "unplaced", "no plan")
SHADES = ("#a6d8a8", "#fff3b0", "#ffd08a", "#f4a28c", "#d77a7a", "#e0e0e0")


def tell(results: Results) -> Section:
    """A table a force, and one chart."""
    rows = results["quality"]
    forces = distinct(rows, "force", "regime")
    return Section([table(where(rows, force=f, regime=r)) for f, r in forces], {"quality": chart(rows)})


def best_of(rows: Sequence[Row]) -> tuple[float, ...]:
    """The best plan of one force that anyone had at any time."""
    return min(reached for row in rows if (reached := plan(row)) is not None)


def table(rows: Sequence[Row]) -> Table:
    """What each peer's plan reached at each mark, and the first goal on which it is worse than the best known."""
    best, marks = best_of(rows), [mark for (mark,) in distinct(rows, "size")]
    lines = []
    for (peer,) in distinct(rows, "peer"):
        own = where(rows, peer=peer)
        if own[0]["note"] and plan(own[-1]) is None:
            cells = [own[0]["note"], *[""] * (len(marks) - 1)]
        else:
            cells = [next((cell(row, best) for row in where(own, size=mark)), "-") for mark in marks]
        lines.append((label(peer), *cells))
    force = f"{rows[0]['force'].capitalize()} force, {rows[0]['regime']}"
    says = f"{force}: {', '.join(GOALS)} of the plan in hand. Best known: {' / '.join(map(whole, best))}."
    return Table(says, ("peer", *(f"after {mark:g} s" for mark in marks)), lines)


def cell(row: Row, best: tuple[float, ...]) -> str:
    """The four values, and the first goal on which they are worse."""
    reached = plan(row)
    if reached is None:
        return "no plan"
    worse = behind(reached, best)
    numbers = " / ".join(map(whole, reached))
    return f"**{numbers}**" if worse is None else f"{numbers}<br>{worse[0]} {words(worse)}"


def words(worse: tuple[str, float, float]) -> str:
    """By how much: as a share of the best for fairness and disruption, as it is for the others or where that is 0."""
    goal, more, best = worse
    if goal in GOALS[:2] or not best:
        return f"+{more:,.0f}"
    return f"+{100 * more / best:.2g}%" if more < best else f"+{100 * more / best:,.0f}%"


def chart(rows: Sequence[Row]) -> charts.Spec:
    """A field for each force, peer and mark: the first goal on which the plan is worse than the best known."""
    points: list[dict[str, Any]] = []
    titles = []
    for force, regime in distinct(rows, "force", "regime"):
        own = where(rows, force=force, regime=regime)
        best = best_of(own)
        titles.append(f"{force}, {regime}")
        for row in own:
            reached = plan(row)
            worse = None if reached is None else behind(reached, best)
            state = "no plan" if reached is None else "best known" if worse is None else worse[0]
            text = "best" if state == "best known" else "" if worse is None else words(worse)
            points.append(
                {
                    "force": titles[-1],
                    "peer": label(row["peer"]),
                    "after": f"{row['size']:g} s",
                    "state": state,
                    "text": text,
                }
            )
    marks = [f"{mark:g} s" for mark in sorted({row["size"] for row in rows})]
    x = charts.name("after", "after", sort=marks, axis={"labelAngle": 0})
    y = charts.name("peer", sort=list(LABELS.values()))
    legend = {"orient": "bottom", "symbolType": "square"}
    colour = charts.colours("state", dict(zip(STATES, SHADES, strict=True)), legend=legend)
    fields = {
        "mark": {"type": "rect", "stroke": "white"},
        "encoding": {"x": x, "y": y, "color": colour},
    }
    texts = {
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {"x": x, "y": y, "text": {"field": "text", "type": "nominal"}},
    }
    return {
        "title": {
            "text": "Plan in hand: the first goal on which it is worse than the best known, and by how much",
            "subtitle": "In strict order: unplaced, excess, disruption, fairness. "
            "No goal can make up for an earlier one.",
        },
        "data": charts.data(points),
        "facet": charts.name("force", sort=titles, header={"labelFontSize": 12}),
        "columns": 3,
        "spec": {"width": 190, "height": 210, "layer": [fields, texts]},
    }
