"""How a peer with an exact engine works: goal by goal in strict order, on parts side by side in processes.

A goal is minimised and then fixed at the value found, and the next one starts from the plan at hand. Time is one limit
for all goals; a goal that is not proved when it is out ends the part with the plan so far. All parts are at work at
once, `AT_ONCE` at most, even where there are fewer cores: measured, the whole is proved as soon as with one part a
core, and no part waits for its first better plan while a harder one has the core.
"""

from __future__ import annotations

import math
import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Protocol

from benchmarks.peers.linear import Line, LinearModel
from benchmarks.peers.protocol import GOALS, Teller

TOLERANCE = 1e-4  # bounds of whole numbers that come as floats are believed to within this
LATE = 3.0  # seconds after the limit at which an engine that did not stop is stopped
AT_ONCE = 8  # parts at work at the same time
GLIMPSE = 0.1  # seconds at least between two plans kept from inside an engine's run

Officers = Mapping[int, str | None]  # officer_id for the position of each case in the force


@dataclass(frozen=True)
class Answer:
    """The best solution that an engine found, None where it found none, and a bound that no solution is below."""

    values: list[int] | None
    bound: float


class Engine(Protocol):
    """Minimise a line over a linear model, from a solution, within seconds; tell better solutions on the way."""

    def __call__(
        self, linear: LinearModel, line: Line, start: list[int], seconds: float, found: Callable[[list[int]], None]
    ) -> Answer: ...


class Problem(Protocol):
    """A model of one part for each goal, with plans going in and out."""

    goals: Sequence[str]

    def model(self, number: int, reached: Sequence[int]) -> tuple[LinearModel, Line]:
        """The model of a goal, with the goals before it at the values reached, and the line to be minimised."""
        ...

    def values(self, number: int, plan: Officers) -> list[int]:
        """Value of every variable of that model under a plan."""
        ...

    def plan(self, number: int, values: list[int]) -> Officers:
        """The plan of a solution of that model."""
        ...

    def reached(self, plan: Officers) -> tuple[int, ...]:
        """What a plan reaches on each goal."""
        ...


@dataclass(frozen=True)
class Told:
    """What a part tells: a better plan, or a goal's bound and whether it is proved."""

    plan: Officers | None = None
    goal: str = ""
    bound: int = 0
    proved: bool = False


def climb(problem: Problem, plan: Officers, engine: Engine, until: float, tell: Callable[[Told], None]) -> None:
    """Work on the goals of one part in order, from a plan, until a moment of ``time.perf_counter``."""
    best, glimpsed = problem.reached(plan), -math.inf

    def take(number: int, linear: LinearModel, values: list[int]) -> None:
        nonlocal plan, best
        if not linear.holds(values):  # floats that were rounded
            return
        candidate = problem.plan(number, values)
        reached = problem.reached(candidate)
        if reached < best:
            plan, best = candidate, reached
            tell(Told(plan=plan))

    for number, goal in enumerate(problem.goals):
        linear, line = problem.model(number, best[:number])
        bound = linear.span(line)[0]
        if bound < best[number]:

            def glimpse(values: list[int], number: int = number, linear: LinearModel = linear) -> None:
                nonlocal glimpsed
                if time.perf_counter() - glimpsed > GLIMPSE:
                    take(number, linear, values)
                    glimpsed = time.perf_counter()

            answer = engine(linear, line, problem.values(number, plan), until - time.perf_counter(), glimpse)
            if answer.values is not None:
                take(number, linear, answer.values)
            if math.isfinite(answer.bound):
                bound = max(bound, math.ceil(answer.bound - TOLERANCE))
        proved = bound >= best[number]
        tell(Told(goal=goal, bound=bound, proved=proved))
        if not proved:
            return


@dataclass
class Crew:
    """Parts solved side by side, each in a process of its own, and what they tell put together.

    Parameters
    ----------
    teller : Teller
    plan : list of (str or None)
        A valid plan of the whole force.
    engine : Engine
    """

    teller: Teller
    plan: list[str | None]
    engine: Engine
    _bounds: list[dict[str, int]] = field(default_factory=list)
    _proved: list[set[str]] = field(default_factory=list)

    def run(self, builders: Sequence[Callable[[], Problem]], cases: Sequence[Sequence[int]]) -> None:
        """Solve parts, the first ones first.

        Parameters
        ----------
        builders : sequence of callable
            Each makes the problem of one part, in the process that will solve it.
        cases : sequence of sequence of int
            Positions of the cases of each part.
        """
        self.teller.plan(self.plan)
        self._bounds = [{} for _ in builders]
        self._proved = [set() for _ in builders]
        until = time.perf_counter() + self.teller.left
        waiting = list(range(len(builders)))
        working: dict[Connection, tuple[int, multiprocessing.Process]] = {}
        context = multiprocessing.get_context("fork")
        while (waiting or working) and time.perf_counter() < until + LATE:
            while waiting and len(working) < AT_ONCE:
                number = waiting.pop(0)
                start = {position: self.plan[position] for position in cases[number]}
                mine, theirs = context.Pipe(duplex=False)
                process = context.Process(
                    target=_work, args=(builders[number], start, self.engine, until, theirs), daemon=True
                )
                process.start()
                theirs.close()
                working[mine] = (number, process)
            for connection in wait(list(working), timeout=0.5):
                number, process = working[connection]
                try:
                    self._hear(number, connection.recv())
                except EOFError:
                    process.join()
                    if process.exitcode is not None and process.exitcode > 0:  # killed, for memory say: its plan stands
                        raise RuntimeError(f"a part's process ended with {process.exitcode}") from None
                    del working[connection]
        for _, process in working.values():
            process.kill()
            process.join()
        self._gather()

    def _hear(self, number: int, told: Told) -> None:
        if told.plan is not None:
            for position, officer in told.plan.items():
                self.plan[position] = officer
            self.teller.plan(self.plan)
            return
        self._bounds[number][told.goal] = told.bound
        if told.proved:
            self._proved[number].add(told.goal)
        self._gather()

    def _gather(self) -> None:
        """Add up what the parts have proved, as far as the first goal that some part has not."""
        for goal in GOALS:
            if goal in self.teller.proofs:
                continue
            self.teller.bound(goal, sum(bounds.get(goal, 0) for bounds in self._bounds))
            if not all(goal in proved for proved in self._proved):
                return
            self.teller.proved(goal)


def _work(build: Callable[[], Problem], start: Officers, engine: Engine, until: float, connection: Connection) -> None:
    climb(build(), start, engine, until, connection.send)
    connection.close()
