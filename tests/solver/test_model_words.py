"""What the model's words come to: steps, pools and exchanges, against counting by hand."""

from itertools import product

import numpy as np

from allocator.rules.columns import NOBODY, Columns
from allocator.rules.linear import LinearModel, Lines
from allocator.solver.balance import balance
from allocator.solver.engines import solve
from allocator.solver.greedy import greedy_plan
from allocator.solver.model import Model
from allocator.solver.parts import choices, split_into_parts
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
        hint=np.zeros_like(model.linear.lower),
        seed=0,
        seconds=60,
        found=lambda values: None,
    )
    return line.value(answer.values)


def test_steps_are_the_sum_above_thresholds():
    for thresholds, least_held, most_held in product(
        ([3, 5, 5, 8], [0, 0, 2], [], [20, 30], [4]), (0, 2, 4), (4, 6, 12)
    ):
        for held in range(least_held, most_held + 1):
            open_to = choices(Columns(force([officer("A")], [])))
            model = Model(open_to, ())
            variables = model.linear.variables(least_held, np.array([most_held]))
            line = Lines.of(variables)
            cost = model.steps(line, np.array([thresholds], dtype=np.int64))
            model.linear.at_most(-1 * line, -held)  # at least so much is held, and what is held costs
            assert least(model, cost) == sum(max(0, held - t) for t in thresholds), (thresholds, held)
            values = np.zeros_like(model.linear.lower)
            values[variables] = held
            for derived in model.derived:
                values[derived.variables] = derived.at(values)
            assert model.linear.holds(values)
            assert cost.value(values) == sum(max(0, held - t) for t in thresholds)


def test_cases_of_several_homes_share_a_pool():
    officers = [officer("A"), officer("S", division="South"), officer("W", division="West")]
    cases = [new(f"{home}{k}", division=home) for home in ("North", "South", "West") for k in range(3)]
    of = force(officers, cases, divisions={"cross": True}, limits={"cases": 4})
    open_to = choices(Columns(of))
    model = Model(open_to, SOLVED[:2])
    disruption = SOLVED[1].objective(model)
    for plan in product(range(3), repeat=3):  # one case of each home moves about, the others stay at home
        officers_of = np.repeat(np.arange(3), 3)
        officers_of[[0, 3, 6]] = plan
        values = model.values(officers_of)
        assert model.linear.holds(values)
        assert disruption.value(values) == 24 * sum(o != home for home, o in enumerate(plan))
        again = model.plan(values, np.full(9, NOBODY))
        assert np.bincount(again, minlength=3).tolist() == np.bincount(officers_of, minlength=3).tolist()
        assert disruption.value(model.values(again)) <= disruption.value(values)


def test_levelling_changes_nothing_but_fairness_and_never_for_the_worse():
    better = 0
    for seed in range(40):
        open_to = choices(Columns(random_unit(seed)))
        for part in split_into_parts(open_to):
            cut = open_to.part(part)
            start = greedy_plan(cut)
            plan = balance(cut, start)
            before, after = Tally(cut.columns, start).values(SOLVED), Tally(cut.columns, plan).values(SOLVED)
            assert after[:2] == before[:2]
            assert after[2] <= before[2]
            better += after[2] < before[2]
    assert better


def test_a_coarser_model_narrows_a_finer_one_without_losing_plans():
    for seed in range(6):
        open_to = choices(Columns(random_unit(seed)))
        for part in split_into_parts(open_to):
            cut = open_to.part(part)
            start = greedy_plan(cut)
            coarse = Model(cut, SOLVED[:2])
            fine = Model(cut, SOLVED, within=coarse)
            values = fine.values(start)
            assert fine.linear.holds(values)
            reached = [goal.objective(fine).value(fine.values(start)) for goal in SOLVED[:2]]
            assert tuple(reached) == Tally(cut.columns, start).values(SOLVED)[:2]


def test_lines_are_added_multiplied_picked_and_summed_as_numbers_are():
    chance = np.random.default_rng(0)
    for _ in range(100):
        terms = int(chance.integers(0, 30))
        row, variable, coefficient = (chance.integers(low, high, terms) for low, high in ((0, 6), (0, 9), (-5, 6)))
        lines, other = Lines(chance.integers(-9, 9, 6), row, variable, coefficient), Lines.of(np.arange(6))
        values, which = chance.integers(0, 9, 9), chance.permutation(6)[:3]
        numbers, factors = lines.at(values), chance.integers(-3, 4, 6)
        assert (lines + other).at(values).tolist() == (numbers + other.at(values)).tolist()
        assert (2 * lines - other * factors + 7).at(values).tolist() == (
            2 * numbers - other.at(values) * factors + 7
        ).tolist()
        assert lines[which].at(values).tolist() == numbers[which].tolist()
        assert lines[numbers > 0].at(values).tolist() == numbers[numbers > 0].tolist()
        assert lines.sum().value(values) == numbers.sum()


def test_rows_hold_what_was_asked_of_them():
    chance = np.random.default_rng(1)
    for _ in range(100):
        linear = LinearModel()
        variables = linear.variables(chance.integers(-2, 1, 4), chance.integers(0, 3, 4))
        rows, which = chance.integers(0, 3, 8), chance.integers(0, 4, 8)  # a variable may come twice in a row
        lines = Lines(chance.integers(-2, 3, 3), rows, variables[which], chance.integers(-2, 3, 8))
        bound, same = chance.integers(-3, 4, 3), chance.integers(0, 2)
        ask = linear.equal if same else linear.at_most
        ask(lines, bound)
        assert list(zip(*map(np.ndarray.tolist, linear.terms), strict=True)) == sorted(
            set(zip(*map(np.ndarray.tolist, linear.terms), strict=True))
        )
        for values in product(*map(range, linear.lower, linear.upper + 1)):
            reached = lines.at(np.array(values))
            kept = (reached == bound) if same else (reached <= bound)
            assert linear.holds(np.array(values)) == kept.all()
            least, most = linear.span(lines)
            assert ((least <= reached) & (reached <= most)).all()
        assert not linear.holds(linear.upper + 1)
