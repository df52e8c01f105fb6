"""What a frontier says: how even workload can be made for how many moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from allocator.analysis.frontier import Frontier
from allocator.files.plan_files import json_bytes
from allocator.files.writing import csv_text
from allocator.reporting.documents import goal_documents, picked
from allocator.reporting.goals import IN_FILES
from allocator.reporting.model import Cell, Chart, Column, Report, Table, Text, figures, sentences
from allocator.reporting.renderers.charts import draw
from allocator.reporting.renderers.html import report_page
from allocator.reporting.words import figure

BAR = 20  # signs for the greatest fairness


def frontier_report(frontier: Frontier) -> Report:
    """A frontier as a table with a bar a point."""
    force = frontier.force
    return Report(
        f"{force.name}, cycle of {force.cycle_date.isoformat()}",
        (
            Text(asked_sentence(frontier)),
            Text(""),
            _bars(frontier),
            Text(""),
            *sentences(*frontier_sentences(frontier)),
        ),
    )


def _bars(frontier: Frontier) -> Table:
    columns = (
        *figures("moves", "made", "unplaced", "excess", "fairness", "disruption"),
        Column("fairness above the least"),
    )
    values = [point.goals[2].value for point in frontier.points]
    least, span = min(values), max(1, max(values) - min(values))
    rows = list[tuple[Cell, ...]]()
    for point, value in zip(frontier.points, values, strict=True):
        length = -(-(value - least) * BAR // span)
        mark = " knee" if point is frontier.knee else ""
        rows.append((point.moves, point.moved, *map(figure, point.goals), "█" * length + mark))
    return Table(columns, tuple(rows))


def frontier_table(frontier: Frontier) -> Table:
    """One row a point: its goals in strict order, and whether they are proved."""
    columns = (
        Column("moves allowed"),
        *figures("moves made", "unplaced", "excess", "fairness", "disruption", "proved"),
    )
    rows = [
        (point.moves, point.moved, *(goal.value for goal in point.goals), "yes" if point.goals[-1].proven else "no")
        for point in frontier.points
    ]
    return Table(columns, tuple(rows), caption="The best plan for each number of moves", chart=frontier_chart(frontier))


def frontier_chart(frontier: Frontier) -> Chart:
    """Goals over the number of moves."""
    points = [(point.moves, *(goal.value for goal in point.goals)) for point in frontier.points]
    knee = None if frontier.knee is None else frontier.knee.moves
    return Chart("frontier", "What moves buy", "moves allowed that need not be", points, knee)


def frontier_document(frontier: Frontier) -> dict[str, Any]:
    """Compose the JSON of a frontier."""
    return {
        "force": frontier.force.name,
        "cycle_date": frontier.force.cycle_date.isoformat(),
        "seconds": round(frontier.seconds, 3),
        "stopped": frontier.stopped,
        "complete": frontier.complete,
        "knee": frontier.knee and frontier.knee.moves,
        "points": [
            {**picked(point, "moves", "moved"), "goals": goal_documents(point.goals)} for point in frontier.points
        ],
        "says": [asked_sentence(frontier), *frontier_sentences(frontier)],
    }


def frontier_files(frontier: Frontier) -> dict[str, bytes]:
    """Compose the files of a frontier: a table, a chart, a page with both, and its JSON."""
    table = frontier_table(frontier)
    rows = [[title.replace(" ", "_") for title in table.header], *table.texts()]
    said = sentences(asked_sentence(frontier), *frontier_sentences(frontier))
    page = Report(f"How even for how many moves? {frontier.force.name}", (*said, table))
    return {
        "frontier.csv": csv_text(rows).encode(),
        "frontier.json": json_bytes(frontier_document(frontier)),
        "frontier.svg": draw(frontier_chart(frontier)).encode(),
        "frontier.html": report_page(page),
    }


def asked_sentence(frontier: Frontier, names: Mapping[str, str] = IN_FILES) -> str:
    """What each point is."""
    of = "of the force" if frontier.force.policy.divisions.cross else "of each division"
    return (
        f"For each number of cases {of} that may move and need not, the plan with least "
        f"{names['unplaced']}, then {names['excess']}, then {names['fairness']}, then {names['disruption']}."
    )


def frontier_sentences(frontier: Frontier, names: Mapping[str, str] = IN_FILES) -> Iterator[str]:
    """The knee and its rule, the end, and what is not proved or missing."""
    knee = frontier.knee
    if knee is not None:
        first = frontier.points[0]
        changes = ", ".join(
            f"{names[goal.name]} {goal.value:,} instead of {before.value:,}"
            for goal, before in zip(knee.goals, first.goals, strict=True)
            if goal.value != before.value
        )
        against = f" Against {first.moves} moves: {changes}." if changes else ""
        yield f"The knee is at {knee.moves} moves ({_knee_words(names)}).{against}"
    if frontier.complete:
        last = frontier.points[-1]
        sure = all(goal.proven for goal in last.goals)
        yield f"More than {last.moves} moves {'would buy nothing' if sure else 'bought nothing more that was found'}."
    unproved = [str(point.moves) for point in frontier.points if not point.goals[-1].proven]
    if unproved:
        yield f"Not proved best: the points of {', '.join(unproved)} moves."
    else:
        yield "Every point is proved best."
    if frontier.stopped is not None:
        why = {"interrupted": "Ctrl-C", "time limit": "the time limit"}.get(frontier.stopped, frontier.stopped)
        yield f"Cut short by {why}: {len(frontier.points)} points are known."


def _knee_words(names: Mapping[str, str]) -> str:
    """Which point is the knee."""
    return (
        f"of the points with the least {names['excess']}, the one whose {names['fairness']} lies furthest below the "
        "straight line from the first to the last of them"
    )
