"""Patterns: what they say of a part of new cases and officers alike is what the model of all flows says."""

import math
import random

import numpy as np
import pytest

from allocator import Premises
from allocator.rules.columns import NOBODY, Columns
from allocator.solver import goals, patterns
from allocator.solver.greedy import greedy_plan
from allocator.solver.parts import choices, split_into_parts
from allocator.solver.patterns import find_patterns
from allocator.solver.state import SOLVED
from allocator.solver.tally import Tally
from tests.tiny import current, force, new, officer


def unit(seed):
    """One part: two to four officers who are alike, and up to nine new cases, often too many for them."""
    rng = random.Random(seed)
    names = [f"o{k}" for k in range(rng.randint(2, 4))]
    cases = [
        new(
            f"c{k}",
            risk=rng.choice(["low", "medium", "high", "very_high"]),
            setting=rng.choice(["community", "custody"]),
            points=rng.choice([None, *range(1, 9)]),
        )
        for k in range(rng.randint(1, 9))
    ]
    limits = {
        "cases": rng.choice([2, 3, 50]),
        "intake": rng.choice([1, 2, 50]),
        "high_risk_min": rng.choice([0, 1, 2]),
    }
    fairness = {"band_percent": rng.choice([1, 5, 20])}
    drawn = force([officer(name) for name in names], cases, limits=limits, fairness=fairness)
    (part,) = split_into_parts(open_to := choices(Columns(drawn)))
    return open_to.part(part)


def proved(cut):
    state = goals.PartSolver(cut, greedy_plan(cut), deadline=math.inf).run()
    assert state.proved
    return state


def test_patterns_and_flows_prove_the_same(monkeypatch):
    exceeded = set()
    for seed in range(60):
        cut = unit(seed)
        by_patterns = proved(cut)
        with monkeypatch.context() as patched:
            patched.setattr(goals, "find_patterns", lambda open_to, excess: None)
            by_flows = proved(cut)
        assert by_patterns.values == by_flows.values, seed
        assert Tally(cut.columns, by_patterns.plan).values(SOLVED) == by_patterns.values
        exceeded.add(by_patterns.values[0] > 0)
    assert exceeded == {True, False}


def test_any_plan_has_its_patterns_and_they_say_what_it_comes_to():
    for seed in range(60):
        cut, rng = unit(seed), np.random.default_rng(seed)
        start = np.full(len(cut.columns.case_ids), NOBODY)
        for _ in range(5):
            plan = rng.integers(len(cut.columns.officer_ids), size=len(start))
            reached = Tally(cut.columns, plan).values(SOLVED)
            model = find_patterns(cut, reached[0])
            values = model.values(plan)
            assert model.linear.holds(values)
            assert model.objective.value(values) == reached[2]
            assert Tally(cut.columns, model.plan(values, start)).values(SOLVED) == reached
            if reached[0]:
                tighter = find_patterns(cut, reached[0] - 1)
                wide = len(tighter.linear.lower) < len(values)  # some pattern of the plan is beyond what may be
                assert wide or not tighter.linear.holds(values)


@pytest.mark.parametrize(
    "officers, cases, sites",
    [
        ([officer("A"), officer("B", capacity=80)], [new("n1")], []),
        (
            [officer("A"), officer("B", premises=frozenset({"AP1"}))],
            [new("n1")],
            [Premises(premises_id="AP1", division="North")],
        ),
        ([officer("A"), officer("B")], [new("n1"), new("n2", excluded=frozenset({"A"}))], []),
        ([officer("A"), officer("B")], [new("n1"), new("n2", former=frozenset({"A"}))], []),
        ([officer("A"), officer("B")], [new("n1"), current("c1", "B")], []),
        ([officer("A"), officer("B")], [new("n1"), current("c1", "B", locked=True)], []),
    ],
    ids=["part time", "linked", "excluded", "former", "with a case that may move", "with a case that stays"],
)
def test_where_anything_tells_officers_apart_there_are_none(officers, cases, sites):
    open_to = choices(Columns(force(officers, cases, sites)))
    assert find_patterns(open_to.part(split_into_parts(open_to)[0]), 0) is None


def test_where_an_officer_can_get_too_many_of_them_there_are_none(monkeypatch):
    cut = unit(3)
    some = len(find_patterns(cut, 0).linear.lower)
    monkeypatch.setattr(patterns, "MOST", some - 1)
    assert find_patterns(cut, 0) is None
    monkeypatch.setattr(patterns, "MOST", some)
    assert find_patterns(cut, 0) is not None
