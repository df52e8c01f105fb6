"""No valid force fails: whatever is allowed as input gets a checked plan, and a fault of one step costs no plan."""

import random

import numpy as np
import pytest

from allocator import allocate, check
from allocator.solver import goals, prover
from tests.inline import InlinePool
from tests.solver.drawn import drawn
from tests.tiny import current, force, new, officer

SEEDS = 420
CHUNK = 30


@pytest.fixture(autouse=True)
def little_effort(monkeypatch):
    """Engines are given little to do: what is asked here is whether a plan comes out, not how good it is."""
    monkeypatch.setattr(prover, "SCHEDULE", (("scip", 20), ("cp-sat", 0.1)))


def valid(result):
    checked = check(result.plan)
    assert not checked.broken
    assert checked.goals == {goal.name: goal.value for goal in result.goals}
    assert all(goal.bound <= goal.value for goal in (*result.goals, *result.without_moves))


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_every_drawn_unit_is_planned_without_a_fault(first, caplog):
    for seed in range(first, first + CHUNK):
        valid(allocate(drawn(seed), pool=InlinePool()))
        assert not caplog.records, (seed, caplog.text)


STEPS = ("balance", "relax", "solve", "fix_by_reduced_cost", "near", "Model")


@pytest.mark.parametrize("failing", STEPS)
@pytest.mark.parametrize("error", [IndexError("a table too short"), MemoryError(), RuntimeError("engine")])
def test_a_fault_in_one_step_leaves_the_plan_so_far_unproved_and_is_logged(failing, error, monkeypatch, caplog):
    def fails(*args, **kwargs):
        raise error

    for module in (goals, prover):
        if hasattr(module, failing):
            monkeypatch.setattr(module, failing, fails)
    results = [allocate(drawn(seed), pool=InlinePool()) for seed in range(8)]
    for result in results:
        valid(result)
    if failing in ("solve", "Model"):  # without the others, what is left may prove all the same
        assert not all(result.proven for result in results)
    assert type(error).__name__ in caplog.text
    assert not any(case.case_id in caplog.text for result in results for case in result.force.cases)


def test_the_best_plan_so_far_is_kept_when_a_later_step_fails(monkeypatch):
    real = prover.solve

    def fails_at_fairness(linear, objective, *args, **kwargs):
        if len(seen) > 0:
            raise RuntimeError
        seen.append(objective)
        return real(linear, objective, *args, **kwargs)

    seen = []
    of = force(
        [officer("A", capacity=10), officer("B"), officer("C")],
        [current(f"c{k}", "A") for k in range(8)] + [new(f"n{k}") for k in range(4)],
    )
    before = allocate(of, pool=InlinePool())
    monkeypatch.setattr(prover, "solve", fails_at_fairness)
    after = allocate(of, pool=InlinePool())
    valid(after)
    assert seen
    assert after.goals[1].value == before.goals[1].value


def test_thresholds_far_above_and_below_every_caseload():
    """Points at both ends of the range in one part, under the narrowest band and the widest."""
    for band in (1, 100):
        cases = [new(f"c{k}", points=points) for k, points in enumerate([0, 1, 999_999, 1_000_000, 500_000])]
        of = force([officer("A"), officer("B", capacity=1)], cases, fairness={"band_percent": band})
        valid(allocate(of, pool=InlinePool()))


def test_the_model_is_no_larger_for_larger_points():
    """Multiplying all points by K multiplies thresholds where these are whole, and changes neither plan nor proof."""
    for seed in range(60):
        chance = random.Random(seed)
        capacities = [chance.choice([20, 50, 80, 100]) for _ in range(4)]
        whole = 100 * sum(capacities)  # P * capacity * k * band / (C * 100) is whole when every P is a multiple of this
        officers = [officer(f"O{k}", capacity=capacity) for k, capacity in enumerate(capacities)]
        points = [whole * chance.randint(1, 9) for _ in range(40)]
        holders = [chance.choice(["O0", "O1", "O2", "O3", None]) for _ in points]

        def scaled(factor, officers=officers, points=points, holders=holders):
            cases = [
                new(f"c{k:02}", points=factor * p) if o is None else current(f"c{k:02}", o, points=factor * p)
                for k, (p, o) in enumerate(zip(points, holders, strict=True))
            ]
            return allocate(force(officers, cases), pool=InlinePool())

        one, many = scaled(1), scaled(2)
        assert one.plan.officers == many.plan.officers
        assert [g.proven for g in one.goals] == [g.proven for g in many.goals]
        assert [g.value for g in one.goals[:3]] == [g.value for g in many.goals[:3]]
        assert 2 * one.goals[3].value == many.goals[3].value
        assert 2 * one.goals[3].bound == many.goals[3].bound


def test_four_cases_of_a_million_points_are_proved():
    # P = 4,000,000; the fair share of each is 2,000,000 and so is what each holds: thresholds of 50, 55 ... 95 percent
    # lie below by 50, 45 ... 5 percent of it, 275 percent in all, so 5,500,000 for each of the two.
    result = allocate(force([officer("A"), officer("B")], [new(f"c{k}", points=1_000_000) for k in range(4)]))
    assert result.proven
    assert result.goals[3].value == 11_000_000


def test_levelling_weighs_an_exchange_as_fairness_does():
    from allocator.rules.columns import Columns
    from allocator.solver.balance import unfair

    for seed in range(40):
        columns, fairness = Columns(drawn(seed)), goals.SOLVED[2]
        for thresholds in fairness.thresholds(columns):
            for points in (0, 1, 7, 10**6, 10**8):
                reached = columns.points_unit * points
                expected = sum(max(0, reached - t) for t in thresholds)
                assert unfair(thresholds, np.array([reached]))[0] == expected
