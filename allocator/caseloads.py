"""What one officer holds under a plan, and what the policy allows them."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.domain.force import Officer
from allocator.rules.ledger import Ledger
from allocator.rules.start import case_limit, high_risk_allowed


@dataclass(frozen=True, slots=True)
class Caseload:
    """What one officer holds at one time, and what the policy allows them.

    Attributes
    ----------
    cases, limit : int
        Cases held (n) and allowed (L).
    high_risk, allowed : int
        High-risk cases held (h) and allowed among that many cases (A(n)).
    points : int
        Workload points (p).
    fair_percent : int or None
        Points as percent of the fair share, floor(100 * p * C / (P * capacity)); None where the officer does
        not count in fairness or there are no points to share.
    """

    cases: int
    limit: int
    high_risk: int
    allowed: int
    points: int
    fair_percent: int | None

    @property
    def share(self) -> float | None:
        """High-risk cases as percent of all, to one decimal; None without cases."""
        if self.cases == 0:
            return None
        return (2000 * self.high_risk + self.cases) // (2 * self.cases) / 10


def caseload(ledger: Ledger, officer: Officer) -> Caseload:
    """Count an officer's caseload under the ledger's plan."""
    cases = ledger.cases(officer)
    return Caseload(
        cases=cases,
        limit=case_limit(ledger.force, officer),
        high_risk=ledger.high_risk(officer),
        allowed=high_risk_allowed(ledger.force, officer, cases),
        points=ledger.points(officer),
        fair_percent=fair_percent(ledger, officer),
    )


def fair_percent(ledger: Ledger, officer: Officer) -> int | None:
    """Points as whole percent of the officer's fair share; None where there is no such share."""
    if not ledger.fair(officer):
        return None
    points, capacity = ledger.workload[officer.division]
    if points == 0:
        return None
    return 100 * ledger.points(officer) * capacity // (points * officer.capacity)
