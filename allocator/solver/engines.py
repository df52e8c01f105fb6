"""The two engines inside OR-Tools, CP-SAT and HiGHS, each on one thread, given the same linear model.

Both are reached through MathOpt, which loads in a third of the time that ``cp_model`` takes. Effort is counted in
CP-SAT's deterministic time and in HiGHS's nodes, never by the clock, so that chance cannot choose the plan; the clock
only ends a run.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from allocator.rules.linear import Line, LinearModel

Engine = Literal["cp-sat", "highs"]

# Bounds come back as floats of whole numbers; HiGHS is asked for a gap below one, and believed to within this, or to
# within so much of a large bound.
TOLERANCE = 1e-3
RELATIVE = 1e-7


@dataclass(frozen=True)
class Answer:
    """What an engine found.

    Attributes
    ----------
    values : list of int or None
        Value of each variable in the best solution found.
    bound : int or None
        No solution is below it.
    """

    values: list[int] | None
    bound: int | None


@dataclass(frozen=True)
class Relaxed:
    """Least value of a line when variables need not be whole.

    Attributes
    ----------
    least : float
    costs : list of float
        What raising each variable by one adds to it: its reduced cost.
    """

    least: float
    costs: list[float]


def solve(
    linear: LinearModel,
    objective: Line,
    engine: Engine,
    effort: float,
    *,
    hint: list[int],
    seed: int,
    seconds: float,
    found: Callable[[list[int]], None],
) -> Answer:
    """Minimise a line over a linear model.

    Parameters
    ----------
    linear : LinearModel
    objective : Line
    engine : {"cp-sat", "highs"}
    effort : float
        Units of deterministic time for CP-SAT, nodes for HiGHS.
    hint : list of int
        A solution to start from; HiGHS takes none.
    seed : int
    seconds : float
        Time left, infinite when there is no limit.
    found : callable
        Told of each better solution that CP-SAT finds on its way.
    """
    model = mathopt.Model.from_model_proto(_proto(linear, objective, whole=True))
    variables = list(model.variables())
    params = _limited(seconds)
    params.random_seed = seed % 2**31
    extra = mathopt.ModelSolveParameters()
    registration, callback = None, None
    if engine == "cp-sat":
        params.threads = 1
        params.cp_sat.linearization_level = 2
        params.cp_sat.max_deterministic_time = effort
        extra.solution_hints.append(mathopt.SolutionHint(dict(zip(variables, map(float, hint), strict=True))))
        registration = mathopt.CallbackRegistration(events={mathopt.Event.MIP_SOLUTION})

        def callback(data: mathopt.CallbackData) -> mathopt.CallbackResult:
            if data.solution is not None:
                found([round(data.solution[v]) for v in variables])
            return mathopt.CallbackResult()

    else:
        params.node_limit = int(effort)
        params.relative_gap_tolerance = 0.0
        params.absolute_gap_tolerance = 1 - 10 * TOLERANCE
        params.highs.string_options["parallel"] = "off"
        params.highs.int_options["threads"] = 1
    kind = mathopt.SolverType.CP_SAT if engine == "cp-sat" else mathopt.SolverType.HIGHS
    result = mathopt.solve(model, kind, params=params, model_params=extra, callback_reg=registration, cb=callback)
    values = None
    if result.has_primal_feasible_solution():
        values = [round(value) for value in result.variable_values(variables)]
    dual = result.termination.objective_bounds.dual_bound
    return Answer(values, rounded_up(dual) if math.isfinite(dual) else None)


def rounded_up(bound: float) -> int:
    """The least whole number that a value can have when an engine says that it is not below a bound."""
    return math.ceil(bound - max(TOLERANCE, RELATIVE * abs(bound)))


def relax(linear: LinearModel, objective: Line, seconds: float) -> Relaxed | None:
    """Minimise a line where variables need not be whole; None where that was not done to its end."""
    model = mathopt.Model.from_model_proto(_proto(linear, objective, whole=False))
    result = mathopt.solve(model, mathopt.SolverType.GLOP, params=_limited(seconds))
    if result.termination.reason != mathopt.TerminationReason.OPTIMAL or not result.has_dual_feasible_solution():
        return None
    return Relaxed(result.objective_value(), list(result.reduced_costs(list(model.variables()))))


def _limited(seconds: float) -> mathopt.SolveParameters:
    params = mathopt.SolveParameters()
    if math.isfinite(seconds):
        params.time_limit = timedelta(seconds=max(0.01, seconds))
    return params


def _proto(linear: LinearModel, objective: Line, whole: bool) -> model_pb2.ModelProto:
    proto = model_pb2.ModelProto()
    variables, rows, matrix = proto.variables, proto.linear_constraints, proto.linear_constraint_matrix
    count = len(linear.lower)
    variables.ids.extend(range(count))
    variables.lower_bounds.extend(linear.lower)
    variables.upper_bounds.extend(linear.upper)
    variables.integers.extend([whole] * count)
    used = sorted(v for v, c in objective.terms.items() if c)
    proto.objective.offset = objective.constant
    proto.objective.linear_coefficients.ids.extend(used)
    proto.objective.linear_coefficients.values.extend(objective.terms[v] for v in used)
    rows.ids.extend(range(len(linear.rows)))
    for number, (terms, least, most) in enumerate(linear.rows):
        rows.lower_bounds.append(-math.inf if least is None else least)
        rows.upper_bounds.append(most)
        used = sorted(v for v, c in terms.items() if c)
        matrix.row_ids.extend([number] * len(used))
        matrix.column_ids.extend(used)
        matrix.coefficients.extend(terms[v] for v in used)
    return proto
