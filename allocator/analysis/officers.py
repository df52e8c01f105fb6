"""Each officer's caseload before the cycle and under the plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allocator.caseloads import Caseload, caseload
from allocator.domain.force import Officer
from allocator.domain.plan import Finding, Plan
from allocator.rules.ledger import Ledger


@dataclass(frozen=True, slots=True)
class OfficerChange:
    """One officer before the cycle and under the plan.

    Attributes
    ----------
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
    """Every officer's caseload before and under a plan, by its ledger and the findings of its check, in order."""
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
