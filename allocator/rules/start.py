"""What the check knows of the start of the cycle: whom each officer holds then, and who starts over a limit."""

from __future__ import annotations

from allocator.domain.force import Case, Force, Officer


def cases_at_start(force: Force, officer: Officer) -> tuple[Case, ...]:
    """Current cases of an officer (n0 of them)."""
    return force.cases_of.get(officer.officer_id, ())


def high_risk_at_start(force: Force, officer: Officer) -> int:
    """High-risk cases among them (h0)."""
    return force.high_risk_of.get(officer.officer_id, 0)


def case_limit(force: Force, officer: Officer) -> int:
    """Cases that an officer may hold (L)."""
    return force.policy.limits.cases * officer.capacity // 100


def high_risk_share(force: Force, officer: Officer, cases: int) -> int:
    """High-risk cases that an officer may hold among ``cases`` (S)."""
    limits = force.policy.limits
    allowed = limits.high_risk_percent * cases // 100
    if len(cases_at_start(force, officer)) < limits.small_caseload:
        return max(allowed, limits.high_risk_min)
    return allowed


def high_risk_allowed(force: Force, officer: Officer, cases: int) -> int:
    """High-risk cases that an officer may hold among ``cases`` (A).

    Nobody who starts above the share comes within it by being given more people.
    """
    start = len(cases_at_start(force, officer))
    if high_risk_at_start(force, officer) > high_risk_share(force, officer, start):
        return high_risk_share(force, officer, min(cases, start))
    return high_risk_share(force, officer, cases)


def starts_over_limit(force: Force, officer: Officer) -> bool:
    """Whether an officer starts the cycle over a limit."""
    start = len(cases_at_start(force, officer))
    return start > case_limit(force, officer) or high_risk_at_start(force, officer) > high_risk_share(
        force, officer, start
    )
