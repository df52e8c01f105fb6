"""Insisting on who has a case: the best of all plans in which it is so, by trying them all."""

from itertools import product

import pytest

from allocator.errors import InputError
from allocator.solver.allocate import allocate
from tests.describing import values_of
from tests.inline import InlinePool
from tests.oracle import brute
from tests.oracle.forces import random_force
from tests.tiny import current, force, new, officer

INLINE = InlinePool()


def best_with(one, wanted):
    """Least values of the plans in which cases are with one of the officers wanted, None where there is none."""
    measure = brute.Measure(one)
    found = [
        measure.values(plan)
        for plan in brute.plans(one)
        if all(o in wanted[c.case_id] for c, o in zip(one.cases, plan, strict=True) if c.case_id in wanted)
    ]
    return min(found, default=None)


def insisted(one, wanted):
    try:
        result = allocate(one, insist=wanted, pool=INLINE)
    except InputError:
        return None
    assert result.proven and result.without_moves == ()
    for case, officer_id in result.plan:
        assert case.case_id not in wanted or officer_id in wanted[case.case_id]
    return values_of(result.plan, (goal.value for goal in result.goals))


@pytest.mark.parametrize("block", range(4))
def test_one_case_with_one_officer(block):
    barred = 0
    for seed in range(20 * block, 20 * block + 20):
        one = random_force(seed, officers=3, cases=5)
        for case, member in product(one.cases, one.officers):
            wanted = {case.case_id: [member.officer_id]}
            expected = best_with(one, wanted)
            barred += expected is None
            assert insisted(one, wanted) == expected, (seed, wanted)
    assert barred > 20


def test_one_case_with_some_officers_and_two_at_once():
    for seed in range(60):
        one = random_force(seed, officers=4, cases=5)
        first, second = one.cases[0], one.cases[-1]
        some = [o.officer_id for o in one.officers if o.officer_id != first.officer]
        for wanted in ({first.case_id: some}, {first.case_id: some, second.case_id: [one.officers[0].officer_id]}):
            assert insisted(one, wanted) == best_with(one, wanted), (seed, wanted)


def test_unknown_ids_are_told_together():
    one = force([officer("OM-1")], [new("c1")])
    with pytest.raises(InputError) as error:
        allocate(one, insist={"c2": ["OM-1"], "c1": ["OM-7"]}, pool=INLINE)
    assert [problem.value for problem in error.value.problems] == ["c2", "OM-7"]
    assert "Maybe OM-1 is meant." in str(error.value)


def test_what_the_rules_bar_is_refused():
    one = force([officer("A"), officer("B", status="closed")], [current("c1", "A", locked=True)])
    with pytest.raises(InputError, match="somebody whom the rules leave case c1 with"):
        allocate(one, insist={"c1": ["B"]}, pool=INLINE)
    assert allocate(one, insist={"c1": ["A"]}, pool=INLINE).plan.officers == ("A",)


def test_a_budget_holds_for_what_is_insisted_on():
    # Each of c1 and c2 may stay with A, and one case of the division may move.
    one = force([officer("A"), officer("B")], [current("c1", "A"), current("c2", "A")], relationship={"max_moves": 1})
    assert allocate(one, insist={"c1": ["B"]}, pool=INLINE).plan.officers == ("B", "A")
    with pytest.raises(InputError, match="at most 1 moves of cases that could stay"):
        allocate(one, insist={"c1": ["B"], "c2": ["B"]}, pool=INLINE)
