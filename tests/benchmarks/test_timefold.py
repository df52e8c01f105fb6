"""Timefold's own score of a plan is what the check says of it, where Timefold and a JDK are installed."""

from pathlib import Path

import pytest

from allocator import Plan, check, read_force
from benchmarks.peers.protocol import Skipped
from benchmarks.peers.timefold import Java, solve

EXAMPLES = Path(__file__).parents[1] / "data" / "examples"


@pytest.mark.parametrize("name", ["budget", "cross"])
def test_every_plan_has_the_score_that_the_check_finds(name):
    try:
        java = Java.here()
    except Skipped as reason:
        pytest.skip(str(reason))
    force = read_force(EXAMPLES / name)
    clock, *found = solve(java, force, 1, seed=0)
    assert clock is None and found
    for plan in found:
        checked = check(Plan(force, tuple(plan.officers)))
        assert not checked.broken
        assert plan.score == [0, *(checked.goals[goal] for goal in ("excess", "disruption", "fairness"))]
