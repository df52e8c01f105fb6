"""Timefold's own score of a plan is what the check says of it, where Timefold and a JDK are installed."""

from pathlib import Path

import pytest

from allocator import Plan, check, read_force
from allocator.rules.ledger import Ledger
from benchmarks.peers.protocol import Skipped
from benchmarks.peers.timefold import Java, solve

EXAMPLES = Path(__file__).parents[1] / "data" / "examples"


def in_tens(force):
    """The same force with ten times the points: workload is then counted in units of more than one point."""
    points = Ledger(Plan.as_it_stands(force)).points_of
    return force.replace(cases=tuple(c.model_copy(update={"points": 10 * points(c)}) for c in force.cases))


@pytest.mark.parametrize("name", ["budget", "cross", "former", "edges", "corners"])
def test_every_plan_has_the_score_that_the_check_finds(name):
    try:
        java = Java.here()
    except Skipped as reason:
        pytest.skip(str(reason))
    force = in_tens(read_force(EXAMPLES / name))
    clock, *found = solve(java, force, 1, seed=0)
    assert clock is None and found
    for plan in found:
        checked = check(Plan(force, tuple(plan.officers)))
        assert not checked.broken
        assert plan.score == [0, *(checked.goals[goal] for goal in ("excess", "disruption", "fairness"))]
