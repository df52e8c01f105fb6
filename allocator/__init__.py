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
    from allocator.checking import Checked, check
    from allocator.domain.force import Case, Force, Officer, Premises
    from allocator.domain.plan import Finding, GoalValue, Plan
    from allocator.domain.policy import Policy
    from allocator.domain.result import Progress, Result
    from allocator.errors import AllocatorError, InputError
    from allocator.explain.diagnose import diagnose
    from allocator.explain.recommend import recommend
    from allocator.explain.why import why
    from allocator.explain.why_not import why_not
    from allocator.files import read_force, read_plan, write_force
    from allocator.solver.allocate import allocate
    from allocator.solver.standby import Standby
    from allocator.store.store import Store
    from allocator.whatif.compare import compare
    from allocator.whatif.frontier import frontier
    from allocator.whatif.reading import read_scenario
    from allocator.whatif.run import try_scenarios
    from allocator.whatif.scenario import Scenario

_HOME = {
    "AllocatorError": "allocator.errors",
    "Case": "allocator.domain.force",
    "Checked": "allocator.checking",
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
    "Scenario": "allocator.whatif.scenario",
    "Standby": "allocator.solver.standby",
    "Store": "allocator.store.store",
    "allocate": "allocator.solver.allocate",
    "check": "allocator.checking",
    "compare": "allocator.whatif.compare",
    "diagnose": "allocator.explain.diagnose",
    "frontier": "allocator.whatif.frontier",
    "read_force": "allocator.files",
    "read_plan": "allocator.files",
    "read_scenario": "allocator.whatif.reading",
    "recommend": "allocator.explain.recommend",
    "try_scenarios": "allocator.whatif.run",
    "why": "allocator.explain.why",
    "why_not": "allocator.explain.why_not",
    "write_force": "allocator.files",
}

__all__ = [
    "AllocatorError",
    "Case",
    "Checked",
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
    "Standby",
    "Store",
    "allocate",
    "check",
    "compare",
    "diagnose",
    "frontier",
    "read_force",
    "read_plan",
    "read_scenario",
    "recommend",
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
