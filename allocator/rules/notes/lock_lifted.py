from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Note
from allocator.rules.ledger import Ledger
from allocator.rules.placement import is_permitted


class LockLifted(Note):
    """A lock on a case that is not permitted where it is has been lifted."""

    id = "lock-lifted"
    says = "Case {case} was pinned to {officer}, who may not hold it, so the pin is lifted."

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for case in ledger.force.cases:
            if case.locked and not is_permitted(ledger.force, case):
                yield Finding(self.id, "note", 0, officer=case.officer, case=case.case_id)
