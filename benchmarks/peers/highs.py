"""HiGHS, called through highspy, as an engine for `goal_by_goal`."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import highspy
import numpy as np

from benchmarks.peers.goal_by_goal import TOLERANCE, Answer, Engine
from benchmarks.peers.linear import Line, LinearModel


def engine(threads: int, seed: int, **options: Any) -> Engine:
    """HiGHS on a number of threads, asked for a gap of zero; every option not given keeps its default.

    It begins with the plan at hand as its MIP start. HiGHS 1.16 can carry a start through presolve wrongly, and then
    ends with a solution whose value is above the optimum that it reports; it is then run again in the time left, first
    without a start and then without presolve. So it is where it says that there is no solution.
    """
    settings = {"output_flag": False, "threads": threads, "random_seed": seed % 2**31, "mip_rel_gap": 0.0, **options}

    def minimise(
        linear: LinearModel, line: Line, start: list[int], seconds: float, found: Callable[[list[int]], None]
    ) -> Answer:
        until = time.perf_counter() + seconds
        answer = Answer(None, -math.inf)
        for begin, more in ((start, {}), (None, {}), (None, {"presolve": "off"})):
            left = until - time.perf_counter()
            if left <= 0:
                break
            answer, ended = _once(linear, line, begin, {**settings, **more, "time_limit": left}, found)
            if not ended or (answer.values is not None and line.at(answer.values) <= answer.bound + TOLERANCE):
                break
        return answer

    return minimise


def _once(
    linear: LinearModel,
    line: Line,
    start: list[int] | None,
    settings: dict[str, Any],
    found: Callable[[list[int]], None],
) -> tuple[Answer, bool]:
    """One run, and whether it ended before its time was out."""
    solver = highspy.Highs()
    for name, value in settings.items():
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise RuntimeError(f"HiGHS refuses {name} = {value}")
    _pass(solver, linear, line)
    if start is not None:
        solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), np.array(start, dtype=float))
    solver.cbMipImprovingSolution += lambda event: found(_whole(event.data_out.mip_solution))
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
        return Answer(None, -math.inf), True
    values = None
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        values = _whole(solver.getSolution().col_value)
    return Answer(values, info.mip_dual_bound), status == highspy.HighsModelStatus.kOptimal


def _whole(values: Any) -> list[int]:
    return np.rint(values).astype(np.int64).tolist()


def _pass(solver: highspy.Highs, linear: LinearModel, line: Line) -> None:
    """Give a linear model, rows first, to the solver."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(linear.lower), len(linear.rows)
    cost = np.zeros(lp.num_col_)
    for variable, coefficient in line.terms.items():
        cost[variable] = coefficient
    lp.col_cost_, lp.offset_ = cost, line.constant
    lp.col_lower_, lp.col_upper_ = np.array(linear.lower, dtype=float), np.array(linear.upper, dtype=float)
    lp.row_lower_ = np.array([-highspy.kHighsInf if least is None else least for _, least, _ in linear.rows])
    lp.row_upper_ = np.array([most for *_, most in linear.rows], dtype=float)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = lp.num_col_, lp.num_row_
    used = [[(v, c) for v, c in terms.items() if c] for terms, _, _ in linear.rows]
    lp.a_matrix_.start_ = np.cumsum([0, *map(len, used)]).astype(np.int32)
    lp.a_matrix_.index_ = np.array([v for row in used for v, _ in row], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([c for row in used for _, c in row], dtype=float)
    if solver.passModel(lp) == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refuses the model")
