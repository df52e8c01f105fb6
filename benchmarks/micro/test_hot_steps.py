"""The steps of a run that take the time, each by itself, on the ordinary county force.

    python -m pytest benchmarks/micro --benchmark-json=FILE

Two such files are compared by ``python -m benchmarks.compare``. Nothing here says how long a step may take.
"""

from __future__ import annotations

import math

import pytest

from allocator import Force, Plan, check, read_force
from allocator.files.digest import digest
from allocator.files.plan_files import plan_csv
from allocator.rules.columns import Columns
from allocator.solver.engines import solve
from allocator.solver.greedy import greedy_plan
from allocator.solver.model import Model
from allocator.solver.parts import Choices, choices, split_into_parts
from allocator.solver.state import SOLVED
from benchmarks.forces import drawn, folder
from benchmarks.peers.most_room import most_room


@pytest.fixture(scope="module")
def force() -> Force:
    return drawn("county", "ordinary")


@pytest.fixture(scope="module")
def open_to(force: Force) -> Choices:
    return choices(Columns(force))


@pytest.fixture(scope="module")
def largest(open_to: Choices) -> Choices:
    return open_to.part(split_into_parts(open_to)[0])


@pytest.fixture(scope="module")
def smallest(open_to: Choices) -> Choices:
    parts = (open_to.part(part) for part in reversed(split_into_parts(open_to)))
    return next(part for part in parts if part.must.any())


@pytest.fixture(scope="module")
def plan(force: Force) -> Plan:
    return Plan(force, tuple(most_room(force)))


def test_read_a_folder(benchmark):
    benchmark(read_force, folder("county", "ordinary"))


def test_columns(benchmark, force):
    benchmark(Columns, force)


def test_choices_and_parts(benchmark, force):
    columns = Columns(force)
    benchmark(lambda: split_into_parts(choices(columns)))


def test_greedy(benchmark, largest):
    benchmark(greedy_plan, largest)


@pytest.mark.parametrize("number", range(len(SOLVED)), ids=[goal.id for goal in SOLVED])
def test_build_the_model(benchmark, largest, number):
    benchmark(model, largest, number)


def test_prove_excess(benchmark, smallest):
    """The first goal of the smallest part, from greedy's plan, with CP-SAT."""
    built, objective = model(smallest, 0)
    hint = built.values(greedy_plan(smallest))

    def prove():
        return solve(
            built.linear, objective, "cp-sat", 10, hint=hint, seed=0, seconds=math.inf, found=lambda values: None
        )

    answer = benchmark(prove)
    assert answer.bound == objective.value(answer.values)


def test_check(benchmark, plan):
    benchmark(check, plan)


def test_digest(benchmark, force):
    benchmark(digest, force)


def test_write_plan_csv(benchmark, plan):
    benchmark(plan_csv, plan)


def model(part: Choices, number: int):
    """The model that a goal of a part needs, and the goal's line."""
    built = Model(part, SOLVED[: number + 1])
    return built, SOLVED[number].objective(built)
