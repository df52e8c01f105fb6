"""CP-SAT, called through its own Python interface, as an engine for `goal_by_goal`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ortools.sat.python import cp_model

from benchmarks.peers.goal_by_goal import Answer, Engine
from benchmarks.peers.linear import Line, LinearModel


class Found(cp_model.CpSolverSolutionCallback):
    """Hands on each better solution."""

    def __init__(self, found: Callable[[list[int]], None]) -> None:
        super().__init__()
        self._found = found

    def on_solution_callback(self) -> None:
        self._found(list(self.response_proto.solution))


def engine(workers: int, seed: int, **parameters: Any) -> Engine:
    """CP-SAT on a number of workers; every parameter not given keeps its default."""

    def minimise(
        linear: LinearModel, line: Line, start: list[int], seconds: float, found: Callable[[list[int]], None]
    ) -> Answer:
        if seconds <= 0:
            return Answer(None, -math.inf)
        model, variables = built(linear)
        used = [v for v, c in line.terms.items() if c]
        weights = [line.terms[v] for v in used]
        model.minimize(cp_model.LinearExpr.weighted_sum([variables[v] for v in used], weights) + line.constant)
        for variable, value in zip(variables, start, strict=True):
            model.add_hint(variable, value)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = workers
        solver.parameters.random_seed = seed
        solver.parameters.max_time_in_seconds = seconds
        for name, value in parameters.items():
            setattr(solver.parameters, name, value)
        status = solver.solve(model, Found(found))
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Answer(list(solver.response_proto.solution), solver.best_objective_bound)
        if status == cp_model.MODEL_INVALID:
            raise RuntimeError("CP-SAT refuses the model")
        return Answer(None, solver.best_objective_bound if status == cp_model.UNKNOWN else -math.inf)

    return minimise


def built(linear: LinearModel) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """A linear model in CP-SAT's words."""
    model = cp_model.CpModel()
    variables = [model.new_int_var(low, high, "") for low, high in zip(linear.lower, linear.upper, strict=True)]
    for terms, least, most in linear.rows:
        line = cp_model.LinearExpr.weighted_sum([variables[v] for v in terms], list(terms.values()))
        model.add_linear_constraint(line, -(2**60) if least is None else least, most)
    return model, variables
