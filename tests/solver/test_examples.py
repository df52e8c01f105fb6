"""Six forces with values proved elsewhere: reached, proved, and recomputed by the check."""

import json
from pathlib import Path

import pytest

from allocator import allocate, check, read_force
from tests.oracle.goals import goal_values

EXAMPLES = Path(__file__).parents[1] / "data" / "examples"
EXPECTED = json.loads((EXAMPLES / "expected.json").read_text())


@pytest.mark.parametrize("name", EXPECTED)
def test_every_goal_is_proved_at_its_known_value(name):
    force = read_force(EXAMPLES / name)
    result = allocate(force)
    assert {goal.name: goal.value for goal in result.goals} == EXPECTED[name]
    assert all(goal.proven and goal.bound == goal.value for goal in result.goals)
    assert check(result.plan).goals == EXPECTED[name]
    assert not check(result.plan).broken
    assert goal_values(force, result.plan.officers) == tuple(EXPECTED[name].values())
    if name == "no-moves":  # nothing moves that could stay, so the best plan without moves is this one
        assert result.without_moves == result.goals
