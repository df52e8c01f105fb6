from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Note
from allocator.rules.ledger import Ledger
from allocator.rules.movement.buddied import has_support


class BuddyNeeded(Note):
    """An open untrained officer without a buddy who serves needs one before they can receive a case."""

    id = "buddy-needed"
    says = "{officer} is untrained and needs a buddy who serves before they can receive a case."

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for officer in ledger.force.officers:
            if officer.status == "open" and not has_support(ledger.force, officer):
                yield Finding(self.id, "note", 0, officer=officer.officer_id)
