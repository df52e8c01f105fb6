"""Decide, fairly and provably, which offender manager looks after which offender.

    from allocator import allocate, check, read_force

    force = read_force("scenarios/surrey-2022")
    result = allocate(force)
    assert result.proven and not check(result.plan).broken

Each name is loaded when it is first used, so that reading and checking never load the solver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allocator.analysis.compare import compare
    from allocator.analysis.diagnose import diagnose
    from allocator.analysis.frontier import frontier
    from allocator.analysis.recommend import recommend
    from allocator.analysis.scenario import Scenario
    from allocator.analysis.scenario_files import read_scenario
    from allocator.analysis.try_scenarios import try_scenarios
    from allocator.analysis.why import why
    from allocator.analysis.why_not import why_not
    from allocator.checking import Checked, check, check_cover
    from allocator.db.store import Store
    from allocator.domain.cover import Cover, CoverResult
    from allocator.domain.force import Case, Force, Officer, Premises
    from allocator.domain.plan import Finding, GoalValue, Plan
    from allocator.domain.policy import Policy
    from allocator.domain.result import Progress, Result
    from allocator.errors import AllocatorError, InputError
    from allocator.files import read_force, read_plan, write_force
    from allocator.solver.allocate import allocate
    from allocator.solver.cover import solve_cover
    from allocator.solver.pool import SolverPool

_HOME = {
    "AllocatorError": "allocator.errors",
    "Case": "allocator.domain.force",
    "Checked": "allocator.checking",
    "Cover": "allocator.domain.cover",
    "CoverResult": "allocator.domain.cover",
    "Finding": "allocator.domain.plan",
    "Force": "allocator.domain.force",
    "GoalValue": "allocator.domain.plan",
    "InputError": "allocator.errors",
    "Officer": "allocator.domain.force",
    "Plan": "allocator.domain.plan",
    "Policy": "allocator.domain.policy",
    "Premises": "allocator.domain.force",
    "Progress": "allocator.domain.result",
    "Result": "allocator.domain.result",
    "Scenario": "allocator.analysis.scenario",
    "SolverPool": "allocator.solver.pool",
    "Store": "allocator.db.store",
    "allocate": "allocator.solver.allocate",
    "check": "allocator.checking",
    "check_cover": "allocator.checking",
    "compare": "allocator.analysis.compare",
    "diagnose": "allocator.analysis.diagnose",
    "frontier": "allocator.analysis.frontier",
    "read_force": "allocator.files",
    "read_plan": "allocator.files",
    "read_scenario": "allocator.analysis.scenario_files",
    "recommend": "allocator.analysis.recommend",
    "solve_cover": "allocator.solver.cover",
    "try_scenarios": "allocator.analysis.try_scenarios",
    "why": "allocator.analysis.why",
    "why_not": "allocator.analysis.why_not",
    "write_force": "allocator.files",
}

__all__ = [
    "AllocatorError",
    "Case",
    "Checked",
    "Cover",
    "CoverResult",
    "Finding",
    "Force",
    "GoalValue",
    "InputError",
    "Officer",
    "Plan",
    "Policy",
    "Premises",
    "Progress",
    "Result",
    "Scenario",
    "SolverPool",
    "Store",
    "allocate",
    "check",
    "check_cover",
    "compare",
    "diagnose",
    "frontier",
    "read_force",
    "read_plan",
    "read_scenario",
    "recommend",
    "solve_cover",
    "try_scenarios",
    "why",
    "why_not",
    "write_force",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'allocator' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
