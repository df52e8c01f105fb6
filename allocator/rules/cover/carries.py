from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.cover.base import CoverNote
from allocator.rules.cover.ledger import CoverLedger
from allocator.rules.start import case_limit, high_risk_allowed


class Carries(CoverNote):
    """What each officer who covers carries before, and with cover."""

    id = "carries"
    says = (
        "{officer} holds {cases:case}, {high_risk} of high risk, and covers {covered} more, {covered_high} of high "
        "risk; the limits are {limit} and {allowed}."
    )

    def findings(self, ledger: CoverLedger) -> Iterator[Finding]:
        for officer in ledger.force.officers:
            covered = ledger.covered[officer.officer_id]
            if not covered:
                continue
            cases = ledger.plan.cases(officer)
            facts = {
                "cases": cases,
                "high_risk": ledger.plan.high_risk(officer),
                "points": ledger.plan.points(officer),
                "covered": len(covered),
                "covers": tuple(case.case_id for case in covered),
                "covered_high": ledger.high_risk(officer),
                "covered_points": ledger.points(officer),
                "limit": case_limit(ledger.force, officer),
                "allowed": high_risk_allowed(ledger.force, officer, cases),
                "for": tuple(sorted({ledger.cover.absent(case) for case in covered})),
            }
            yield Finding(self.id, "note", 0, officer=officer.officer_id, facts=facts)
