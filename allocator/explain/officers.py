"""Each officer's caseload before the cycle and under the plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allocator.domain.force import Officer
from allocator.domain.plan import Finding, Plan
from allocator.rules.ledger import Ledger


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


@dataclass(frozen=True, slots=True)
class OfficerChange:
    """One officer before the cycle and under the plan.

    Attributes
    ----------
    officer : Officer
    before, after : Caseload
    received, given_up : int
        Cases moved or placed to the officer; current cases that they no longer hold.
    findings : tuple of Finding
        What the check says about the officer.
    """

    officer: Officer
    before: Caseload
    after: Caseload
    received: int
    given_up: int
    findings: tuple[Finding, ...]

    @property
    def has_capacity(self) -> bool:
        """Whether any caseload is expected of the officer; without it no percentage of one means anything."""
        return self.officer.capacity > 0

    @property
    def over(self) -> bool:
        """Whether the officer exceeds any limit under the plan."""
        return any(finding.kind == "excess" for finding in self.findings)

    @property
    def changed(self) -> bool:
        """Whether any case comes or goes."""
        return self.received > 0 or self.given_up > 0


def officer_changes(ledger: Ledger, findings: Iterable[Finding]) -> tuple[OfficerChange, ...]:
    """Every officer's caseload before and after, in the force's order.

    Parameters
    ----------
    ledger : Ledger
        Of the plan.
    findings : iterable of Finding
        Of the check of the same plan.
    """
    start = Ledger(Plan.as_it_stands(ledger.force))
    about: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.officer is not None:
            about.setdefault(finding.officer, []).append(finding)
    changes = []
    for officer in ledger.force.officers:
        before, after = caseload(start, officer), caseload(ledger, officer)
        received = len(ledger.received[officer.officer_id])
        changes.append(
            OfficerChange(
                officer=officer,
                before=before,
                after=after,
                received=received,
                given_up=before.cases + received - after.cases,
                findings=tuple(about.get(officer.officer_id, ())),
            )
        )
    return tuple(changes)


def caseload(ledger: Ledger, officer: Officer) -> Caseload:
    """Count an officer's caseload under the ledger's plan."""
    cases = ledger.cases(officer)
    return Caseload(
        cases=cases,
        limit=ledger.limit(officer),
        high_risk=ledger.high_risk(officer),
        allowed=ledger.high_risk_allowed(officer, cases),
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
