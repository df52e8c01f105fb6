from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import MovementRule
from allocator.rules.ledger import Ledger
from allocator.rules.placement import is_permitted


class KeptOrMoved(MovementRule):
    """A permitted case is kept or moved, never unplaced."""

    id = "permitted"
    optional = False  # that a case which may stay is not put out is no choice: nobody is left without an officer
    says = "Case {case} may stay with {officer}, so it cannot be left without an officer."

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for case, officer_id in ledger.plan:
            if officer_id is None and is_permitted(ledger.force, case):
                yield Finding(self.id, "broken", 1, officer=case.officer, case=case.case_id)
