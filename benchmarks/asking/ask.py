"""Answers to questions about one force, as users ask them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from allocator import Force, SolverPool, allocate, read_force
from benchmarks.race import ROOT
from benchmarks.races import OURS
from benchmarks.rows import Row, row

QUESTION = "How long does an answer take?"
SURREY = ROOT / "scenarios" / "surrey-2022"
ROUNDS = 5
RECOMMEND, REPLAN, WHY, WHY_NOT = "recommend", "recommend, the rest planned anew", "why", "why not"
SCENARIO, FRONTIER = "scenario: ", "frontier to its end"


def ask(quick: bool) -> Iterator[Row]:
    """One row a call."""
    from allocator import frontier, read_scenario, recommend, try_scenarios, why, why_not

    force = read_force(SURREY)
    cases, officers = subjects(force)
    for number in range(1, (1 if quick else ROUNDS) + 1):
        case, officer = cases[number - 1], officers[number - 1]
        yield timed(force, RECOMMEND, number, partial(recommend, force, case))
        yield timed(force, REPLAN, number, partial(recommend, force, case, replan=True))
        yield timed(force, WHY, number, partial(why, force, case))
        yield timed(force, WHY_NOT, number, partial(why_not, force, case, officer))
    scenarios = sorted(SURREY.parent.glob("*.toml"))
    for path in scenarios[:2] if quick else scenarios:
        yield timed(force, SCENARIO + path.stem, 1, partial(try_scenarios, force, [read_scenario(path)]))
    yield timed(force, FRONTIER, 1, partial(frontier, force, last=3 if quick else None))


def subjects(force: Force) -> tuple[list[str], list[str]]:
    """Cases moved, placed and kept in turn, and for each an officer of its home who is not its own."""
    plan, chance = allocate(force).plan, Random(0)
    of_action = [chance.sample(plan.actions[action], ROUNDS) for action in ("moved", "placed", "kept")]
    cases = [case for three in zip(*of_action, strict=True) for case in three]
    officers = []
    for case in cases:
        others = [o.officer_id for o in force.officers_of[force.home(case)] if o.officer_id != case.officer]
        officers.append(chance.choice(others))
    return [case.case_id for case in cases], officers


def timed(force: Force, step: str, number: int, call: Callable[..., object]) -> Row:
    """One call, with workers that are ready and remember nothing."""
    with SolverPool() as pool:
        pool.ready()
        begun = time.perf_counter()
        call(pool=pool)
        seconds = time.perf_counter() - begun
    sizes = {"officers": len(force.officers), "cases": len(force.cases)}
    return row(force="Surrey", regime="as it ships", **sizes, step=step, peer=OURS, run=number, seconds=seconds)
