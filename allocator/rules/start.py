"""What the check knows of the start of the cycle: whom each officer holds then, and who starts over a limit."""

from __future__ import annotations

from allocator.domain.force import Case, Force, Officer


def at_start(force: Force, officer: Officer) -> tuple[Case, ...]:
    """Current cases of an officer (n0 of them)."""
    return force.cases_of.get(officer.officer_id, ())


def high_at_start(force: Force, officer: Officer) -> int:
    """High-risk cases among them (h0)."""
    return sum(1 for case in at_start(force, officer) if force.high_risk(case))


def case_limit(force: Force, officer: Officer) -> int:
    """Cases that an officer may hold (L)."""
    return force.policy.limits.cases * officer.capacity // 100


def share(force: Force, officer: Officer, cases: int) -> int:
    """High-risk cases that an officer may hold among ``cases`` (S)."""
    limits = force.policy.limits
    allowed = limits.high_risk_percent * cases // 100
    if len(at_start(force, officer)) < limits.small_caseload:
        return max(allowed, limits.high_risk_min)
    return allowed


def allowed(force: Force, officer: Officer, cases: int) -> int:
    """High-risk cases that an officer may hold among ``cases`` (A).

    Nobody who starts above the share comes within it by being given more people.
    """
    start = len(at_start(force, officer))
    if high_at_start(force, officer) > share(force, officer, start):
        return share(force, officer, min(cases, start))
    return share(force, officer, cases)


def starts_over(force: Force, officer: Officer) -> bool:
    """Whether an officer starts the cycle over a limit."""
    start = len(at_start(force, officer))
    return start > case_limit(force, officer) or high_at_start(force, officer) > share(force, officer, start)
