from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Note
from allocator.rules.ledger import Ledger


class Cover(Note):
    """The cases that an absent officer holds under the plan need somebody to cover them."""

    id = "cover"
    says = "{officer} is absent and holds {count:case} to be covered."

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for officer in ledger.force.officers:
            held = ledger.held[officer.officer_id]
            if officer.status == "absent" and held:
                facts = {"count": len(held), "cases": tuple(case.case_id for case in held)}
                yield Finding(self.id, "note", 0, officer=officer.officer_id, facts=facts)
