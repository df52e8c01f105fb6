"""The best of all plans of random tiny forces, by a program written from the contract alone.

TINY_FORCES=5000 python -m pytest tests/solver/test_brute_force.py -k seeded
solves 5,000 of them in place of 2,000; with ``-n auto`` the blocks run side by side.
"""

import os
import random

import pytest
from hypothesis import given, settings

from tests.agreement import assert_check_agrees
from tests.describing import describe
from tests.oracle.brute import best
from tests.oracle.forces import forces, random_force, random_plan
from tests.oracle.goals import broken, goal_values
from tests.solver.conftest import solve_inline

COUNT = int(os.environ.get("TINY_FORCES", "2000"))
BLOCKS = 20
SIZES = ({}, {}, {"officers": 3, "cases": 5}, {"officers": 4, "cases": 7})


def assert_best(force):
    found = solve_inline(force)
    assert found.proved, describe(found.plan)
    assert found.values == tuple(best(force)), describe(found.plan)
    assert found.values == goal_values(force, found.plan.officers)
    assert not broken(force, found.plan.officers), describe(found.plan)
    assert_check_agrees(force, found.plan.officers)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_best_of_all_plans_of_seeded_forces(block):
    for seed in range(block, COUNT, BLOCKS):
        force = random_force(seed, **SIZES[seed // BLOCKS % len(SIZES)])
        try:
            assert_best(force)
            assert_check_agrees(force, random_plan(seed, force))
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise


@settings(max_examples=200, deadline=None)
@given(forces())
def test_the_best_of_all_plans(force):
    assert_best(force)


def test_without_moves_is_the_best_plan_with_a_budget_of_none():
    for seed in range(150):
        force = random_force(seed, officers=4, cases=7)
        none = force.replace(policy=force.policy.merge({"relationship": {"max_moves": 0}}))
        assert solve_inline(force).without == tuple(best(none)), seed


@settings(max_examples=200, deadline=None)
@given(forces())
def test_order_of_input_changes_nothing(force):
    mixed = random.Random(7)
    shuffled = force.replace(
        officers=tuple(mixed.sample(force.officers, len(force.officers))),
        cases=tuple(mixed.sample(force.cases, len(force.cases))),
        premises=tuple(mixed.sample(force.premises, len(force.premises))),
    )
    first, second = solve_inline(force), solve_inline(shuffled)
    assert first.values == second.values
    assert dict(first.plan.officer_of) == dict(second.plan.officer_of)
