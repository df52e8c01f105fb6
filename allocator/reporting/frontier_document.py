"""The frontier as JSON, as CSV and as rows of a table."""

from __future__ import annotations

import csv
import io
from typing import Any

from allocator.analysis.frontier import Frontier
from allocator.reporting.charts import frontier_chart
from allocator.reporting.document import goal_document
from allocator.reporting.html import page
from allocator.reporting.sentences.frontier import asked_sentence, sentences

HEADER = ("moves allowed", "moves made", "unplaced", "excess", "fairness", "disruption", "proved")


def frontier_document(frontier: Frontier) -> dict[str, Any]:
    """Compose the JSON of a frontier.

    Parameters
    ----------
    frontier : Frontier
    """
    return {
        "force": frontier.force.name,
        "cycle_date": frontier.force.cycle_date.isoformat(),
        "seconds": round(frontier.seconds, 3),
        "stopped": frontier.stopped,
        "complete": frontier.complete,
        "knee": frontier.knee and frontier.knee.moves,
        "points": [
            {"moves": point.moves, "moved": point.moved, "goals": [goal_document(goal) for goal in point.goals]}
            for point in frontier.points
        ],
        "says": [asked_sentence(frontier), *sentences(frontier)],
    }


def rows(frontier: Frontier) -> list[tuple[str, ...]]:
    """One row a point, under `HEADER`."""
    return [
        (
            str(point.moves),
            str(point.moved),
            *(str(goal.value) for goal in point.goals),
            "yes" if point.goals[-1].proven else "no",
        )
        for point in frontier.points
    ]


def drawn(frontier: Frontier, href: str = "") -> str:
    """Draw a frontier.

    Parameters
    ----------
    frontier : Frontier
    href : str
        Where a point leads to, with ``{}`` for its number of moves.
    """
    figures = []
    for point in frontier.points:
        unplaced, excess, fairness, disruption = (goal.value for goal in point.goals)
        figures.append((point.moves, unplaced, excess, fairness, disruption))
    return frontier_chart(figures, None if frontier.knee is None else frontier.knee.moves, href)


def frontier_files(frontier: Frontier, document: bytes) -> dict[str, bytes]:
    """Compose the files of a frontier: a table, a chart, and a page with both.

    Parameters
    ----------
    frontier : Frontier
    document : bytes
        Its JSON.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[title.replace(" ", "_") for title in HEADER], *rows(frontier)])
    svg = drawn(frontier)
    title = f"How even for how many moves? {frontier.force.name}"
    told = [asked_sentence(frontier), *sentences(frontier)]
    html = page("frontier.html", title=title, sentences=told, svg=svg, header=HEADER, rows=rows(frontier))
    return {
        "frontier.csv": text.getvalue().encode(),
        "frontier.json": document,
        "frontier.svg": svg.encode(),
        "frontier.html": html,
    }
