"""One part, goal by goal: each is proved best, or left with its gap, before the next is looked at."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from allocator.errors import happened_at
from allocator.rules.base import Goal
from allocator.rules.columns import Ints
from allocator.rules.linear import LinearModel, Lines
from allocator.solver.balance import balance
from allocator.solver.engines import RELATIVE, TOLERANCE, Answer, Engine, Relaxation, relax, solve, step
from allocator.solver.model import Model
from allocator.solver.parts import Choices
from allocator.solver.patterns import Patterns, find_patterns
from allocator.solver.state import SOLVED, State
from allocator.solver.tally import Tally

_LOG = logging.getLogger(__name__)

# Engines and efforts in turn. SCIP first: a small model, even of a part over its limits, it proves bare in a hundredth
# of a second or two, a larger one with its cuts. In the largest a look at HiGHS comes first: its root proves most, where
# SCIP's takes long. CP-SAT for what takes more search, and HiGHS where its bound stalls.
LOOK: tuple[Engine, float] = ("highs", 20)
SCHEDULE: tuple[tuple[Engine, float], ...] = (
    ("scip", 200),
    LOOK,
    ("scip-cuts", 500),
    ("cp-sat", 3),
    ("highs", 5_000),
    ("scip-cuts", 5_000),
    ("cp-sat", 120),
    ("highs", 20_000),
)
SMALL = 1_000  # variables, up to which SCIP is asked bare
LARGE = 4_000  # cases, from which HiGHS is asked before SCIP's cuts


def engine_schedule(model: Model | Patterns, objective: Lines, value: int) -> tuple[tuple[Engine, float], ...]:
    """Engines and efforts in turn for a model and the value that a plan at hand has.

    SCIP is left out where most cases have to be placed: it gives up greedy's even plan for any other. Where the value
    counts so many steps that floats cannot tell the last of them, SCIP and HiGHS could prove nothing.
    """
    left_out: set[Engine] = set() if len(model.linear.lower) <= SMALL else {"scip"}
    if 2 * model.open_to.must.sum() > len(model.open_to.must):
        left_out |= {"scip", "scip-cuts"}
    if value - objective.constant.item() > step(objective) / RELATIVE:
        left_out |= {"scip", "scip-cuts", "highs"}
    looks = len(model.open_to.must) >= LARGE
    return tuple(turn for turn in SCHEDULE if turn[0] not in left_out and (looks or turn != LOOK))


NEARBY, A_VARIABLE = 0.1, 2e-5  # CP-SAT's effort near the relaxation, at least and for each variable
CHEAPEST = 6  # of so many variables one is free there although relaxation and plan agree on it


@dataclass
class PartSolver:
    """One part on its way from a valid plan to a proved one.

    Parameters
    ----------
    open_to : Choices
        Of the part alone.
    start : (cases,) ints
        A valid plan.
    moves : bool
        Whether permitted cases may move.
    deadline : float
        Clock time (``time.time``) at which to stop; infinite for none.
    report : callable
        Told of every step forward.
    goals : tuple of Goal
        In the order in which they are minimised.
    """

    open_to: Choices
    start: Ints
    moves: bool = True
    seed: int = 0
    deadline: float = math.inf
    report: Callable[[State], None] = lambda state: None
    goals: tuple[Goal, ...] = SOLVED
    plan: Ints = field(init=False)
    state: State = field(init=False)

    def __post_init__(self) -> None:
        self.plan, self._last = self.start, len(self.goals) - 1
        self._usual = [goal.id for goal in self.goals] == [goal.id for goal in SOLVED]
        self._narrowed: Model | None = None
        self.state = State(self.plan, self._values(self.plan), (0,) * len(self.goals))

    @property
    def seconds(self) -> float:
        """Time left."""
        return self.deadline - time.time()

    def run(self) -> State:
        """Improve and prove each goal in turn, as far as effort and time allow."""
        if self._usual and not self._is_met(0) and self.seconds > 0:
            self._attempt(self._try_least_excess)
        for number in range(self._last + 1):
            if self.seconds > 0:
                self._attempt(partial(self._improve, number))
            self._advance(replace(self.state, goal=number + 1))
        return self.state

    def _attempt(self, work: Callable[[], None]) -> None:
        """Take one step; where it fails inside the program, plan and bounds stay as they are, and the log says so."""
        try:
            work()
        except Exception as error:
            self._narrowed = None
            _LOG.error("A step towards a better plan failed, and the plan so far stands: %s", happened_at(error))

    def _try_least_excess(self) -> None:
        """Look for the least disruption at the least excess that the relaxation allows: mostly that proves both."""
        model = Model(self.open_to, SOLVED[:2], self.moves)
        excess, disruption = [goal.objective(model) for goal in SOLVED[:2]]
        if self._relax(model, excess, 0) is None or self._is_met(0):
            return
        model.linear.at_most(excess, self.state.bounds[0])
        relaxed = relax(model.linear, disruption, self.seconds)
        if relaxed is None:
            return
        for engine, effort in engine_schedule(model, disruption, self.state.values[1]):
            if engine == "highs":
                break
            answer = self._solve(model, disruption, 1, engine, effort)
            if self._is_met(0):
                self._raise_bound(1, relaxed.bound)
                self._raise_bound(1, answer.bound or 0)
            if (self._is_met(0) and self._is_met(1)) or self.seconds <= 0:
                break
        if self._is_met(0):
            fix_by_reduced_cost(model.linear, relaxed, self.state.values[1])
            self._narrowed = model

    def _improve(self, number: int) -> None:
        """Prove one goal, in a model no finer than it needs and narrowed by what the goals before it leave open."""
        if self._is_met(number) and (
            number in (0, self._last) or self._narrowed is not None or self._is_met(self._last)
        ):
            return
        if number == self._last and self._usual:
            self._attempt(lambda: self._consider(balance(self.open_to, self.plan), number))
        model, objective = self._model(number)
        relaxed = self._relax(model, objective, number)
        if relaxed is not None and not self._is_met(number):
            with near(model.linear, relaxed, model.values(self.plan)):
                self._solve(model, objective, number, "cp-sat", max(NEARBY, A_VARIABLE * len(model.linear.lower)))
            fix_by_reduced_cost(model.linear, relaxed, self.state.values[number])
        for engine, effort in engine_schedule(model, objective, self.state.values[number]):
            if self._is_met(number) or self.seconds <= 0:
                break
            answer = self._solve(model, objective, number, engine, effort)
            if answer.bound is not None:
                self._raise_bound(number, answer.bound)
        if relaxed is not None and number < self._last:
            fix_by_reduced_cost(model.linear, relaxed, self.state.values[number])
        self._narrowed = model if isinstance(model, Model) else None

    def _model(self, number: int) -> tuple[Model | Patterns, Lines]:
        """A model no finer than a goal needs, narrowed by what the goals before it leave open, and the goal's line."""
        fairness = number == self._last and self._usual
        if fairness and (patterns := find_patterns(self.open_to, self.state.values[0])):
            return patterns, patterns.objective
        model = Model(self.open_to, self.goals[: number + 1], self.moves, self._narrowed)
        *earlier, objective = [goal.objective(model) for goal in self.goals[: number + 1]]
        for line, value in zip(earlier, self.state.values, strict=False):
            model.linear.at_most(line, value)
        return model, objective

    def _solve(self, model: Model | Patterns, objective: Lines, number: int, engine: Engine, effort: float) -> Answer:
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

    def _relax(self, model: Model | Patterns, objective: Lines, number: int) -> Relaxation | None:
        relaxed = relax(model.linear, objective, self.seconds)
        if relaxed is not None:
            self._raise_bound(number, relaxed.bound)
        return relaxed

    def _values(self, plan: Ints) -> tuple[int, ...]:
        return Tally(self.open_to.columns, plan).values(self.goals)

    def _is_met(self, number: int) -> bool:
        return self.state.values[number] <= self.state.bounds[number]

    def _take(self, model: Model | Patterns, number: int, values: Ints) -> None:
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
