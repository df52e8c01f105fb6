"""Sixteen forces with values proved elsewhere: reached, proved, and recomputed by the check."""

import json
from pathlib import Path

import pytest

from allocator import allocate, check, read_force
from tests.describing import describe
from tests.oracle.goals import goal_values

DATA = Path(__file__).parents[1] / "data"
EXPECTED = {
    folder / name: values
    for folder in (DATA / "examples", DATA / "examples-tiny")
    for name, values in json.loads((folder / "expected.json").read_text()).items()
}


def test_no_force_is_left_out():
    assert set(EXPECTED) == {file.parent for file in DATA.glob("examples*/*/officers.csv")}
    assert len(EXPECTED) == 16
    assert all(list(values) == ["unplaced", "excess", "disruption", "fairness"] for values in EXPECTED.values())


@pytest.mark.parametrize("folder", EXPECTED, ids=lambda folder: folder.name)
def test_every_goal_is_proved_at_its_known_value(folder):
    force, expected = read_force(folder), EXPECTED[folder]
    result = allocate(force)
    assert {goal.name: goal.value for goal in result.goals} == expected, describe(result.plan)
    assert all(goal.proven and goal.bound == goal.value for goal in result.goals), result.goals
    assert check(result.plan).goals == expected, describe(result.plan)
    assert not check(result.plan).broken, describe(result.plan)
    assert goal_values(force, result.plan.officers) == tuple(expected.values()), describe(result.plan)
    if folder.name == "no-moves":  # nothing moves that could stay, so the best plan without moves is this one
        assert result.without_moves == result.goals
