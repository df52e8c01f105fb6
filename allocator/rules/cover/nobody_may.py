from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.cover.base import CoverNote
from allocator.rules.cover.ledger import CoverLedger
from allocator.rules.cover.who_may import cover_bar
from allocator.rules.notes.nobody_can import counted_bars


class NobodyMayCover(CoverNote):
    """A case that nobody may cover; each other officer is told with the first rule that bars them."""

    id = "uncovered"
    says = "Nobody may cover case {case} of {officer}: {reasons}."

    def findings(self, ledger: CoverLedger) -> Iterator[Finding]:
        for case, officer_id in ledger.cover:
            if officer_id is not None:
                continue
            absent = ledger.cover.absent(case)
            barred = {
                other.officer_id: cover_bar(ledger.force, other, case)
                for other in ledger.force.officers
                if other.officer_id != absent
            }
            reasons = tuple(counted_bars(barred)) or ("there is no other officer",)
            facts = {"risk": case.risk, "barred": barred, "reasons": reasons}
            yield Finding(self.id, "note", 0, officer=absent, case=case.case_id, facts=facts)
