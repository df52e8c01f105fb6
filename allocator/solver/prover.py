"""Goal by goal from a valid plan to a proved one, whatever the plan is of: an allocation, or cover."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Protocol

import numpy as np

from allocator.errors import happened_at
from allocator.rules.columns import Ints
from allocator.rules.linear import LinearModel, Lines
from allocator.solver.engines import RELATIVE, TOLERANCE, Answer, Engine, Relaxation, relax, solve, step
from allocator.solver.state import State

_LOG = logging.getLogger(__name__)


class Solvable(Protocol):
    """A linear model whose variables' values say a plan, and the other way round."""

    linear: LinearModel

    @property
    def cases(self) -> int:
        """Cases that it is about."""
        ...

    @property
    def mostly_placed(self) -> bool:
        """Whether most of its cases have to be placed."""
        ...

    def values(self, plan: Ints) -> Ints:
        """Value of every variable under a plan."""
        ...

    def plan(self, values: Ints, start: Ints) -> Ints:
        """The plan that values say, written over a copy of another."""
        ...


# Engines and efforts in turn. SCIP first: a small model, even of a part over its limits, it proves bare in a hundredth
# of a second or two, a larger one with its cuts. CP-SAT for what takes more search, and HiGHS where its bound stalls.
SCHEDULE: tuple[tuple[Engine, float], ...] = (
    ("scip", 200),
    ("scip-cuts", 500),
    ("cp-sat", 3),
    ("highs", 5_000),
    ("scip-cuts", 5_000),
    ("cp-sat", 120),
    ("highs", 20_000),
)
SMALL = 1_000  # variables, up to which SCIP is asked bare
# The last goal of a large part, of so many cases, HiGHS looks at first: its root proves most, where SCIP's takes long.
LARGE = 4_000
LOOK: tuple[Engine, float] = ("highs", 20)


def engine_schedule(
    model: Solvable, objective: Lines, value: int, last: bool = False
) -> tuple[tuple[Engine, float], ...]:
    """Engines and efforts in turn for a model, the value that a plan at hand has, and whether no goal comes after.

    SCIP is left out where most cases have to be placed: it gives up greedy's even plan for any other. Where the value
    counts so many steps that floats cannot tell the last of them, SCIP and HiGHS could prove nothing.
    """
    left_out: set[Engine] = set() if len(model.linear.lower) <= SMALL else {"scip"}
    if model.mostly_placed:
        left_out |= {"scip", "scip-cuts"}
    if value - objective.constant.item() > step(objective) / RELATIVE:
        left_out |= {"scip", "scip-cuts", "highs"}
    turns = (LOOK, *SCHEDULE) if last and model.cases >= LARGE else SCHEDULE
    return tuple((engine, effort) for engine, effort in turns if engine not in left_out)


NEARBY, A_VARIABLE = 0.1, 2e-5  # CP-SAT's effort near the relaxation, at least and for each variable
CHEAPEST = 6  # of so many variables one is free there although relaxation and plan agree on it


class Prover:
    """Keeps the best plan so far with its values and bounds while goals are proved in turn.

    Parameters
    ----------
    start : (cases,) ints
        A valid plan.
    goals : int
        How many are minimised, in strict order.
    deadline : float
        Clock time (``time.time``) at which to stop; infinite for none.
    report : callable
        Told of every step forward.
    """

    def __init__(self, start: Ints, goals: int, seed: int, deadline: float, report: Callable[[State], None]) -> None:
        self.plan, self.seed, self.deadline, self.report = start, seed, deadline, report
        self.state = State(start, self._values(start), (0,) * goals)

    @property
    def seconds(self) -> float:
        """Time left."""
        return self.deadline - time.time()

    def _values(self, plan: Ints) -> tuple[int, ...]:
        """What a plan reaches on every goal."""
        raise NotImplementedError

    def _attempt(self, work: Callable[[], None]) -> bool:
        """Take one step; where it fails inside the program, plan and bounds stay as they are, and the log says so."""
        try:
            work()
        except Exception as error:
            _LOG.error("A step towards a better plan failed, and the plan so far stands: %s", happened_at(error))
            return False
        return True

    def _prove(self, model: Solvable, objective: Lines, number: int) -> Relaxation | None:
        """Improve and prove one goal in a model, as far as effort and time allow; narrow the model as it goes."""
        relaxed = self._relax(model, objective, number)
        if relaxed is not None and not self._is_met(number):
            with near(model.linear, relaxed, model.values(self.plan)):
                self._solve(model, objective, number, "cp-sat", max(NEARBY, A_VARIABLE * len(model.linear.lower)))
            fix_by_reduced_cost(model.linear, relaxed, self.state.values[number])
        last = number == len(self.state.values) - 1
        for engine, effort in engine_schedule(model, objective, self.state.values[number], last):
            if self._is_met(number) or self.seconds <= 0:
                break
            answer = self._solve(model, objective, number, engine, effort)
            if answer.bound is not None:
                self._raise_bound(number, answer.bound)
        return relaxed

    def _solve(self, model: Solvable, objective: Lines, number: int, engine: Engine, effort: float) -> Answer:
        """Minimise with one engine, and keep what it found, on its way too.

        A solution's plan can be better than the solution says, so that of one met on the way may reach as much as that
        of the last. So all are looked at: where time decides which, it decides between equal plans. They are few.
        """
        answer = solve(
            model.linear,
            objective,
            engine,
            effort,
            hint=model.values(self.plan),
            seed=self.seed,
            seconds=self.seconds,
            found=partial(self._take, model, number),
        )
        if answer.values is not None:
            self._take(model, number, answer.values)
        return answer

    def _relax(self, model: Solvable, objective: Lines, number: int) -> Relaxation | None:
        relaxed = relax(model.linear, objective, self.seconds)
        if relaxed is not None:
            self._raise_bound(number, relaxed.bound)
        return relaxed

    def _is_met(self, number: int) -> bool:
        return self.state.values[number] <= self.state.bounds[number]

    def _take(self, model: Solvable, number: int, values: Ints) -> None:
        """Keep what an engine found where it keeps every row and is a better plan than the one at hand."""
        if not model.linear.holds(values):
            return
        self._consider(model.plan(values, self.plan), number)

    def _consider(self, plan: Ints, number: int) -> None:
        """Keep a plan where it is better than the one at hand on the goals so far."""
        reached = self._values(plan)
        if reached[: number + 1] < self.state.values[: number + 1]:
            self.plan = plan
            self._advance(replace(self.state, plan=plan, values=reached))

    def _raise_bound(self, number: int, bound: int) -> None:
        bounds = list(self.state.bounds)
        if bounds[number] < bound <= self.state.values[number]:  # a bound above a known value proves nothing
            bounds[number] = bound
            self._advance(replace(self.state, bounds=tuple(bounds)))

    def _advance(self, state: State) -> None:
        self.state = state
        self.report(state)


@contextmanager
def near(linear: LinearModel, relaxed: Relaxation, values: Ints) -> Iterator[None]:
    """Meanwhile leave open only what a relaxation and a plan's values disagree about, and what is cheapest to change.

    A relaxation induced neighbourhood (Danna, Rothberg and Le Pape 2005), widened by reduced costs: small, and better
    plans are mostly in it.
    """
    lower, upper = linear.lower, linear.upper
    costs = np.abs(relaxed.costs)
    kept = np.abs(relaxed.values - values) < TOLERANCE
    kept &= costs > np.sort(costs)[len(costs) // CHEAPEST]
    linear.lower, linear.upper = np.where(kept, values, lower), np.where(kept, values, upper)
    try:
        yield
    finally:
        linear.lower, linear.upper = lower, upper


def fix_by_reduced_cost(linear: LinearModel, relaxed: Relaxation, value: int) -> None:
    """Narrow variables that cannot leave their bound without raising a line above a value it need not exceed.

    Reduced-cost fixing: where the relaxation has line >= b, and raising a variable by one from its lower bound adds d,
    at most floor((value - b) / d) steps are possible; and likewise from the upper bound.
    """
    slack = value - relaxed.least + RELATIVE * abs(relaxed.least)
    costly = np.abs(relaxed.costs) >= TOLERANCE
    span = linear.upper - linear.lower
    steps = np.floor(slack / np.where(costly, np.abs(relaxed.costs), 1) + TOLERANCE)
    steps = np.where(costly, np.minimum(steps, span), span).astype(np.int64)
    rises = relaxed.costs > 0
    linear.upper = np.where(rises, linear.lower + steps, linear.upper)
    linear.lower = np.where(rises, linear.lower, linear.upper - steps)
