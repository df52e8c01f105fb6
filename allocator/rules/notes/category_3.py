from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Note
from allocator.rules.ledger import Ledger


class Category3(Note):
    """A high-risk domestic abuse case outside MAPPA should be considered for a category 3 referral."""

    id = "category-3"
    says = "Case {case} is a high-risk domestic abuse case in no MAPPA category: consider a category 3 referral."

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for case in ledger.force.cases:
            if "da" in case.needs and ledger.force.high_risk(case) and case.category == 0:
                yield Finding(self.id, "note", 0, case=case.case_id)
