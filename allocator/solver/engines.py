"""Three engines inside OR-Tools, CP-SAT, SCIP and HiGHS, each on one thread, given the same linear model.

All are reached through MathOpt, which loads in a third of the time that ``cp_model`` takes. Effort is counted in
CP-SAT's deterministic time and in the others' nodes, never by the clock, so that chance cannot choose the plan; the
clock only ends a run.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    result_pb2,
    solution_pb2,
    sparse_containers_pb2,
)
from ortools.math_opt.core.python import solver
from ortools.math_opt.python import mathopt

from allocator.rules.columns import Ints
from allocator.rules.linear import UNBOUNDED, LinearModel, Lines, sorted_terms

Floats = NDArray[np.float64]
Engine = Literal["cp-sat", "scip", "scip-cuts", "highs"]

_KINDS = {
    "cp-sat": mathopt.SolverType.CP_SAT,
    "scip": mathopt.SolverType.GSCIP,
    "scip-cuts": mathopt.SolverType.GSCIP,
    "highs": mathopt.SolverType.HIGHS,
}

# Bounds come back as floats of whole numbers. CP-SAT reckons in whole numbers; the others are asked for a gap below
# one, and believed to within this, or to within so much of a large bound.
TOLERANCE = 1e-3
RELATIVE = 1e-7
MOST = 1e15  # what a variable may count: far above all points of a nation
FEASIBLE = solution_pb2.SOLUTION_STATUS_FEASIBLE


@dataclass(frozen=True)
class Answer:
    """What an engine found: the best solution's value of each variable, and what no solution is below."""

    values: Ints | None
    bound: int | None


@dataclass(frozen=True)
class Relaxation:
    """Least value of a line when variables need not be whole.

    Attributes
    ----------
    bound : int
        The least whole value that the line can have.
    values : (variables,) floats
        Of each variable where the line is least.
    costs : (variables,) floats
        What raising each variable by one adds to it: its reduced cost.
    """

    least: float
    bound: int
    values: Floats
    costs: Floats


def solve(
    linear: LinearModel,
    objective: Lines,
    engine: Engine,
    effort: float,
    *,
    hint: Ints,
    seed: int,
    seconds: float,
    found: Callable[[Ints], None],
) -> Answer:
    """Minimise a line over a linear model.

    Parameters
    ----------
    engine : {"cp-sat", "scip", "scip-cuts", "highs"}
        SCIP bare of all but search, or with its cuts.
    effort : float
        Units of deterministic time for CP-SAT, nodes for the others.
    hint : (variables,) ints
        A solution to start from; HiGHS does not take it.
    seconds : float
        Time left, infinite when there is no limit.
    found : callable
        Told of each better solution that CP-SAT finds on its way.
    """
    count = len(linear.lower)
    params, extra = _parameters(seconds), model_parameters_pb2.ModelSolveParametersProto()
    params.random_seed = seed % 2**31
    registration, callback = callback_pb2.CallbackRegistrationProto(), None
    if engine != "highs":
        start = extra.solution_hints.add().variable_values
        start.ids.extend(range(count))
        start.values.extend(hint.tolist())
    if engine == "cp-sat":
        params.threads = 1
        params.cp_sat.linearization_level = 2
        params.cp_sat.cp_model_probing_level = 0  # with the next two a third less work on ordinary parts, none more
        params.cp_sat.max_presolve_iterations = 1
        params.cp_sat.use_sat_inprocessing = False
        params.cp_sat.max_deterministic_time = effort
        params.cp_sat.mip_max_bound = MOST  # beyond its own bound it would cut off values unsaid
        registration.request_registration.append(callback_pb2.CALLBACK_EVENT_MIP_SOLUTION)

        def callback(data: callback_pb2.CallbackDataProto) -> callback_pb2.CallbackResultProto:
            found(_whole(data.primal_solution_vector, count))
            return callback_pb2.CallbackResultProto()

    else:
        params.relative_gap_tolerance = 0.0
        params.absolute_gap_tolerance = 1 - 10 * TOLERANCE
        params.node_limit = int(effort)
        if engine in ("scip", "scip-cuts"):
            params.threads = 1
            params.heuristics = mathopt.Emphasis.OFF  # a plan is at hand
            if engine == "scip":
                params.presolve, params.cuts = mathopt.Emphasis.LOW, mathopt.Emphasis.OFF
            params.gscip.bool_params["misc/catchctrlc"] = False
            extra.branching_priorities.ids.extend(linear.decisive.tolist())
            extra.branching_priorities.values.extend([1] * len(linear.decisive))
        else:
            params.highs.string_options["parallel"] = "off"
            params.highs.int_options["threads"] = 1
    result = _run(_proto(linear, objective, whole=True), _KINDS[engine], params, extra, registration, callback)
    values = None
    if result.solutions:
        best = result.solutions[0].primal_solution
        if best.feasibility_status == FEASIBLE:
            values = _whole(best.variable_values, count)
    dual = result.termination.objective_bounds.dual_bound
    return Answer(values, _round_up(objective, dual, engine == "cp-sat") if math.isfinite(dual) else None)


def step(objective: Lines) -> int:
    """How far apart the values of a line are at least; engines are given the line in such steps."""
    return int(np.gcd.reduce(objective.coefficient, initial=0)) or 1


def _round_up(objective: Lines, bound: float, exact: bool = False) -> int:
    """The least value that a line can have when an engine says that its steps are not below a bound."""
    doubt = TOLERANCE if exact else max(TOLERANCE, RELATIVE * abs(bound))
    return int(objective.constant.item()) + step(objective) * math.ceil(bound - doubt)


def relax(linear: LinearModel, objective: Lines, seconds: float) -> Relaxation | None:
    """Minimise a line where variables need not be whole; None where that was not done to its end."""
    result = _run(_proto(linear, objective, whole=False), mathopt.SolverType.GLOP, _parameters(seconds))
    if result.termination.reason != result_pb2.TERMINATION_REASON_OPTIMAL or not result.solutions:
        return None
    best = result.solutions[0]
    if best.dual_solution.feasibility_status != FEASIBLE:
        return None
    values, costs = (
        _spread(vector, len(linear.lower))
        for vector in (best.primal_solution.variable_values, best.dual_solution.reduced_costs)
    )
    least, apart = best.primal_solution.objective_value, step(objective)
    constant = int(objective.constant.item())
    return Relaxation(constant + apart * least, _round_up(objective, least), values, apart * costs)


def _run(
    model: model_pb2.ModelProto,
    kind: mathopt.SolverType,
    params: mathopt.SolveParameters,
    extra: model_parameters_pb2.ModelSolveParametersProto | None = None,
    registration: callback_pb2.CallbackRegistrationProto | None = None,
    callback: Callable[[callback_pb2.CallbackDataProto], callback_pb2.CallbackResultProto] | None = None,
) -> result_pb2.SolveResultProto:
    """Solve, past MathOpt's objects for each variable: making them took as long as the engines on ordinary parts."""
    return solver.solve(
        model,
        kind.value,
        mathopt.StreamableSolverInitArguments().to_proto(),
        params.to_proto(),
        extra or model_parameters_pb2.ModelSolveParametersProto(),
        None,
        registration or callback_pb2.CallbackRegistrationProto(),
        callback,
        None,
    )


def _spread(vector: sparse_containers_pb2.SparseDoubleVectorProto, count: int) -> Floats:
    values = np.zeros(count)
    values[list(vector.ids)] = list(vector.values)
    return values


def _whole(vector: sparse_containers_pb2.SparseDoubleVectorProto, count: int) -> Ints:
    return np.rint(_spread(vector, count)).astype(np.int64)


def _parameters(seconds: float) -> mathopt.SolveParameters:
    params = mathopt.SolveParameters()
    if math.isfinite(seconds):
        params.time_limit = timedelta(seconds=max(0.01, seconds))
    return params


def _proto(linear: LinearModel, objective: Lines, whole: bool) -> model_pb2.ModelProto:
    proto = model_pb2.ModelProto()
    variables, rows, matrix = proto.variables, proto.linear_constraints, proto.linear_constraint_matrix
    count = len(linear.lower)
    variables.ids.extend(range(count))
    variables.lower_bounds.extend(linear.lower.tolist())
    variables.upper_bounds.extend(linear.upper.tolist())
    variables.integers.extend([whole] * count)
    _, used, coefficients = sorted_terms(objective)
    proto.objective.linear_coefficients.ids.extend(used.tolist())
    proto.objective.linear_coefficients.values.extend((coefficients // step(objective)).tolist())
    rows.ids.extend(range(len(linear.most)))
    rows.lower_bounds.extend(np.where(linear.least == -UNBOUNDED, -np.inf, linear.least).tolist())
    rows.upper_bounds.extend(linear.most.tolist())
    row, variable, coefficient = linear.terms
    matrix.row_ids.extend(row.tolist())
    matrix.column_ids.extend(variable.tolist())
    matrix.coefficients.extend(coefficient.tolist())
    return proto
