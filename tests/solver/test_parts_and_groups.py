"""How a force is cut up: parts that no rule ties, groups that no rule can tell apart, and greedy's first plan."""

import numpy as np

from allocator.checking import check
from allocator.domain.force import Premises
from allocator.domain.plan import Plan
from allocator.rules.columns import NOBODY, Columns
from allocator.rules.goals.disruption import Disruption
from allocator.rules.goals.fairness import Fairness
from allocator.solver.engines import relax, solve
from allocator.solver.greedy import greedy_plan
from allocator.solver.groups import group_cases
from allocator.solver.model import Model
from allocator.solver.parts import choices, split_into_parts
from allocator.solver.prover import fix_by_reduced_cost, near
from allocator.solver.state import SOLVED
from allocator.synth import draw_divisions
from tests.oracle.forces import random_unit
from tests.tiny import current, force, new, officer

TWO = [officer("A"), officer("B"), officer("S", division="South"), officer("T", division="South")]


def parts_of(of):
    columns = Columns(of)
    return [{columns.officer_ids[o] for o in part.officers} for part in split_into_parts(choices(columns))]


def test_divisions_are_parts():
    cases = [new("a"), new("b", division="South")]
    assert parts_of(force(TWO, cases)) == [{"A", "B"}, {"S", "T"}]
    assert parts_of(force(TWO, cases, divisions={"cross": True})) == [{"A", "B", "S", "T"}]


def test_a_case_at_premises_elsewhere_ties_two_divisions():
    officers = [officer("A", premises=frozenset({"AP"})), officer("S", division="South", premises=frozenset({"AP"}))]
    at = new("a", setting="premises", premises="AP")
    assert parts_of(force(officers, [at], [Premises(premises_id="AP", division="South")])) == [{"A", "S"}]


def test_reserved_room_ties_the_officers_it_counts_on():
    officers = [officer("A", premises=frozenset({"AP"})), officer("S", division="South", premises=frozenset({"AP"}))]
    site = Premises(premises_id="AP", division="South", expected_arrivals=1)
    assert parts_of(force(officers, [], [site])) == [{"A", "S"}]
    unreserved = force(officers, [], [site])
    unreserved = unreserved.replace(policy=unreserved.policy.merge({"premises": {"reserve_arrivals": False}}))
    assert parts_of(unreserved) == [{"A"}, {"S"}]


def test_groups_are_as_fine_as_the_goals_in_force():
    of = force(
        TWO[:2], [new("c1"), new("c2", risk="medium"), new("c3", risk="high"), current("c4", "A"), current("c5", "A")]
    )
    open_to = choices(Columns(of))

    def sizes(*goals):
        groups = group_cases(open_to, open_to.pinned, goals, moves=True)
        return sorted(groups.size.tolist()), groups.stock_size.tolist()

    assert sizes() == ([1, 4], [2])  # limits see only whether a case is high risk
    assert sizes(Disruption(), Fairness()) == ([1, 1, 3], [2])  # points tell medium from low


def test_all_engines_and_the_relaxation_agree():
    for seed in range(3):
        drawn = random_unit(seed)
        open_to = choices(Columns(drawn))
        cut = open_to.part(split_into_parts(open_to)[0])
        model = Model(cut, SOLVED)
        excess = SOLVED[0].objective(model)
        hint = model.values(greedy_plan(cut))
        answers = [
            solve(
                model.linear,
                excess,
                engine,
                1000,
                hint=hint,
                seed=0,
                seconds=60,
                found=lambda values: None,
            )
            for engine in ("cp-sat", "scip", "scip-cuts", "highs")
        ]
        values = [excess.value(answer.values) for answer in answers]
        assert len({*values, *(answer.bound for answer in answers)}) == 1
        relaxed = relax(model.linear, excess, 60)
        assert relaxed.least <= values[0] + 1e-6 <= excess.value(hint) + 1e-6
        bounds = model.linear.lower.copy(), model.linear.upper.copy()
        with near(model.linear, relaxed, hint):  # a smaller model, in which the plan at hand still is
            assert model.linear.holds(hint)
            assert (model.linear.lower < model.linear.upper).sum() < np.less(*bounds).sum()
        assert np.array_equal((model.linear.lower, model.linear.upper), bounds)
        fix_by_reduced_cost(model.linear, relaxed, values[0])  # cuts off no solution of that value
        assert all(model.linear.holds(answer.values) for answer in answers)


def test_greedy_moves_nobody_who_may_stay_and_leaves_out_nobody_it_need_not():
    drawn = draw_divisions(3)
    columns = Columns(drawn)
    open_to = choices(columns)
    plan = np.where(open_to.permitted, columns.current, NOBODY)
    for part in split_into_parts(open_to):
        plan[part.cases] = part.outward(greedy_plan(open_to.part(part)))
    of = dict(zip(columns.case_ids, plan, strict=True))
    made = Plan(
        drawn, tuple(None if of[c.case_id] == NOBODY else columns.officer_ids[of[c.case_id]] for c in drawn.cases)
    )
    assert not check(made).broken
    assert (plan[open_to.permitted] == columns.current[open_to.permitted]).all()
    assert ((plan == NOBODY) == open_to.stuck).all()
