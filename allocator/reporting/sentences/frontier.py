"""What moves buy, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from allocator.analysis.frontier import Frontier
from allocator.reporting.sentences.goals import IN_FILES


def rule_words(names: Mapping[str, str] = IN_FILES) -> str:
    """Which point is the knee."""
    return (
        f"of the points with the least {names['excess']}, the one whose {names['fairness']} lies furthest below the "
        "straight line from the first to the last of them"
    )


def asked_sentence(frontier: Frontier, names: Mapping[str, str] = IN_FILES) -> str:
    """What each point is."""
    of = "of the force" if frontier.force.policy.divisions.cross else "of each division"
    return (
        f"For each number of cases {of} that may move and need not, the plan with least "
        f"{names['unplaced']}, then {names['excess']}, then {names['fairness']}, then {names['disruption']}."
    )


def sentences(frontier: Frontier, names: Mapping[str, str] = IN_FILES) -> Iterator[str]:
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
        yield f"The knee is at {knee.moves} moves ({rule_words(names)}).{against}"
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
