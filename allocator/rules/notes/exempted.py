from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Note
from allocator.rules.ledger import Ledger


class Exempted(Note):
    """A case that is with an officer by an exemption is named as long as it is there."""

    id = "exempted"
    says = "Case {case} is with {officer} by exemption from the rule {exempt_from} (reason: {reason})."

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for exemption in ledger.force.exemptions:
            if ledger.plan.officer_of[exemption.case_id] == exemption.officer_id:
                facts = {"exempt_from": exemption.rule, "reason": exemption.reason}
                yield Finding(self.id, "note", 0, officer=exemption.officer_id, case=exemption.case_id, facts=facts)
