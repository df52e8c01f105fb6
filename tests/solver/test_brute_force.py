"""The best of all plans of random tiny forces, by a program written from the contract alone."""

import random

import pytest
from hypothesis import given, settings

from allocator.checking import check
from tests.oracle.brute import best
from tests.oracle.forces import forces, random_force
from tests.oracle.goals import broken, goal_values
from tests.solver.conftest import solve_inline


def assert_best(force):
    found = solve_inline(force)
    assert found.proved
    assert found.values == tuple(best(force))
    assert found.values == goal_values(force, found.plan.officers) == tuple(check(found.plan).goals.values())
    assert not check(found.plan).broken
    assert not broken(force, found.plan.officers)


@settings(max_examples=2000, deadline=None)
@given(forces())
def test_the_best_of_all_plans(force):
    assert_best(force)


@pytest.mark.parametrize("block", range(8))
def test_the_best_of_all_plans_of_denser_forces(block):
    for seed in range(40 * block, 40 * block + 40):
        assert_best(random_force(seed, officers=4, cases=7))


def test_without_moves_is_the_best_plan_with_a_budget_of_none():
    for seed in range(150):
        force = random_force(seed, officers=4, cases=7)
        none = force.changed(policy=force.policy.merged({"relationship": {"max_moves": 0}}))
        assert solve_inline(force).without == tuple(best(none)), seed


@settings(max_examples=200, deadline=None)
@given(forces())
def test_order_of_input_changes_nothing(force):
    mixed = random.Random(7)
    shuffled = force.changed(
        officers=tuple(mixed.sample(force.officers, len(force.officers))),
        cases=tuple(mixed.sample(force.cases, len(force.cases))),
        premises=tuple(mixed.sample(force.premises, len(force.premises))),
    )
    first, second = solve_inline(force), solve_inline(shuffled)
    assert first.values == second.values
    assert dict(first.plan.officer_of) == dict(second.plan.officer_of)
