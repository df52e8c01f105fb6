"""The textbook model says of every plan of a tiny force what the check says, and its optimum is the oracle's."""

import random
import time

import pytest

from allocator import Plan, check
from benchmarks.peers import cpsat
from benchmarks.peers.divided import divided
from benchmarks.peers.goal_by_goal import climb
from benchmarks.peers.most_room import most_room
from benchmarks.peers.protocol import GOALS
from benchmarks.peers.textbook import Textbook
from tests.oracle.brute import best
from tests.oracle.forces import random_force
from tests.oracle.goals import receivers
from tests.tiny import every_plan


def small_force(seed):
    return random_force(seed, cases=random.Random(seed).randint(1, 4))


def reached(books, plan):
    """What the models of all parts have for a plan, None where one of them does not admit it."""
    total = [0] * len(GOALS)
    for book, cases in books:
        officers = {k: plan[k] for k in cases}
        if any(officers[k] not in book.holders(k) for k in cases):
            return None
        if not book.linear.holds(book.values(0, officers)):
            return None
        total = [a + b for a, b in zip(total, book.reached(officers), strict=True)]
    return total


@pytest.mark.parametrize("block", range(4))
def test_model_and_check_agree_on_every_plan(block):
    admitted = refused = 0
    for seed in range(30 * block, 30 * block + 30):
        f = small_force(seed)
        books = [(Textbook(f, officers, cases), cases) for officers, cases in divided(f)]
        whole = [(Textbook(f, f.officers, range(len(f.cases))), range(len(f.cases)))]
        for plan in every_plan(f):
            checked = check(plan)
            left_out = any(o is None and receivers(f, case) for case, o in plan)
            expected = None if checked.broken or left_out else list(checked.goals.values())
            assert reached(books, plan.officers) == reached(whole, plan.officers) == expected, (seed, plan.officers)
            admitted, refused = admitted + (expected is not None), refused + (expected is None)
    assert admitted > 50 and refused > 500


def test_the_optimum_is_that_of_all_plans():
    for seed in range(40):
        f = random_force(seed, officers=3, cases=6)
        plan, bounds = most_room(f), dict.fromkeys(GOALS, 0)
        for officers, cases in divided(f):
            told = []
            book = Textbook(f, officers, cases)
            climb(book, {k: plan[k] for k in cases}, cpsat.engine(1, seed), time.perf_counter() + 60, told.append)
            for each in told:
                for position, officer in (each.plan or {}).items():
                    plan[position] = officer
                if each.goal:
                    assert each.proved
                    bounds[each.goal] += each.bound
        checked = check(Plan(f, tuple(plan)))
        assert not checked.broken
        assert tuple(bounds.values()) == tuple(checked.goals.values()) == tuple(best(f)), seed
