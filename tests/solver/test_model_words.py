"""What the model's words come to: steps, pools and exchanges, against counting by hand."""

from itertools import product

import numpy as np

from allocator.rules.columns import NOBODY, Columns
from allocator.rules.linear import Line
from allocator.solver.balance import balance
from allocator.solver.engines import solve
from allocator.solver.greedy import greedy_plan
from allocator.solver.model import Model
from allocator.solver.parts import choices, split_into_parts, whole_part
from allocator.solver.state import SOLVED
from allocator.solver.tally import Tally
from tests.oracle.forces import random_unit
from tests.tiny import force, new, officer


def least(model, line):
    """The value of a line when minimised."""
    answer = solve(
        model.linear,
        line,
        "cp-sat",
        10,
        hint=[0] * len(model.linear.lower),
        seed=0,
        seconds=60,
        found=lambda values: None,
    )
    return line.at(answer.values)


def test_steps_are_the_sum_above_thresholds():
    for thresholds, least_held, most_held in product(
        ([3, 5, 5, 8], [0, 0, 2], [], [20, 30], [4]), (0, 2, 4), (4, 6, 12)
    ):
        for held in range(least_held, most_held + 1):
            open_to = choices(Columns(force([officer("A")], [])))
            model = Model(open_to, whole_part(open_to), ())
            variable = model.linear.variable(least_held, most_held)
            cost = model.steps(variable, thresholds)
            model.linear.at_most(held - variable, 0)  # at least so much is held, and what is held costs
            assert least(model, cost) == sum(max(0, held - t) for t in thresholds), (thresholds, held)
            values = [0] * len(model.linear.lower)
            values[variable.number] = held
            for derived in model.derived:
                values[derived.variable] = derived.value(lambda line, at=values: line.at(at))
            assert model.linear.holds(values)
            assert cost.at(values) == sum(max(0, held - t) for t in thresholds)


def test_cases_of_several_homes_share_a_pool():
    officers = [officer("A"), officer("S", division="South"), officer("W", division="West")]
    cases = [new(f"{home}{k}", division=home) for home in ("North", "South", "West") for k in range(3)]
    of = force(officers, cases, divisions={"cross": True}, limits={"cases": 4})
    open_to = choices(Columns(of))
    model = Model(open_to, whole_part(open_to), SOLVED[:2])
    disruption = SOLVED[1].objective(model)
    for plan in product(range(3), repeat=3):  # one case of each home moves about, the others stay at home
        officers_of = np.repeat(np.arange(3), 3)
        officers_of[[0, 3, 6]] = plan
        values = model.values(officers_of)
        assert model.linear.holds(values)
        assert disruption.at(values) == 24 * sum(o != home for home, o in enumerate(plan))
        again = model.plan(values, np.full(9, NOBODY))
        assert np.bincount(again, minlength=3).tolist() == np.bincount(officers_of, minlength=3).tolist()
        assert disruption.at(model.values(again)) <= disruption.at(values)


def test_levelling_changes_nothing_but_fairness_and_never_for_the_worse():
    better = 0
    for seed in range(40):
        open_to = choices(Columns(random_unit(seed)))
        for part in split_into_parts(open_to):
            cut = open_to.part(part)
            start = greedy_plan(cut, whole_part(cut))
            tally = Tally(cut, whole_part(cut), start)
            plan = balance(tally, cut, start)
            before, after = tally.values(SOLVED), Tally(cut, whole_part(cut), plan).values(SOLVED)
            assert after[:2] == before[:2]
            assert after[2] <= before[2]
            better += after[2] < before[2]
    assert better


def test_a_coarser_model_narrows_a_finer_one_without_losing_plans():
    for seed in range(6):
        open_to = choices(Columns(random_unit(seed)))
        for part in split_into_parts(open_to):
            cut = open_to.part(part)
            start = greedy_plan(cut, whole_part(cut))
            coarse = Model(cut, whole_part(cut), SOLVED[:2])
            fine = Model(cut, whole_part(cut), SOLVED, within=coarse)
            values = fine.values(start)
            assert fine.linear.holds(values)
            reached = [goal.objective(fine).at(fine.values(start)) for goal in SOLVED[:2]]
            assert tuple(reached) == Tally(cut, whole_part(cut), start).values(SOLVED)[:2]


def test_a_line_of_one_variable_knows_its_number():
    assert Line({7: 1}).number == 7
