from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Bools, Movement
from allocator.rules.columns import Columns
from allocator.rules.ledger import Ledger
from allocator.rules.placement import permitted


class Locked(Movement):
    """A case that a supervisor has pinned stays where it is, if it is permitted there."""

    id = "locked"
    says = "Case {case} is pinned to {officer} and cannot move."

    def pinned(self, columns: Columns, permitted: Bools) -> Bools:
        return columns.locked & permitted

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for case, officer_id in ledger.plan:
            if case.locked and officer_id not in (case.officer, None) and permitted(ledger.force, case):
                yield Finding(self.id, "broken", 1, officer=case.officer, case=case.case_id)
