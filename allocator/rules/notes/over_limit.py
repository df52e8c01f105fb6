from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Note
from allocator.rules.ledger import Ledger


class OverLimit(Note):
    """An officer who starts the cycle over a limit is named, whether or not the plan brings them under."""

    id = "over-limit"
    says = (
        "{officer} starts the cycle over a limit ({cases:case} of {limit}, {high_risk} high risk of {allowed} allowed)"
        " and should be given no new case other than at premises."
    )

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        if not ledger.policy.limits.freeze_over_limit:
            return
        for officer in ledger.force.officers:
            if not ledger.starts_over(officer):
                continue
            start = ledger.start[officer.officer_id]
            facts = {
                "cases": len(start),
                "limit": ledger.limit(officer),
                "high_risk": sum(1 for case in start if ledger.force.high_risk(case)),
                "allowed": ledger.high_risk_allowed(officer, len(start)),
            }
            yield Finding(self.id, "note", 0, officer=officer.officer_id, facts=facts)
