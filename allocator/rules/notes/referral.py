from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Note
from allocator.rules.ledger import Ledger

FORUMS = frozenset({"marac", "matac"})


class Referral(Note):
    """A domestic abuse case at MAPPA level 2 or 3 that no MARAC or MATAC discusses should be considered for either.

    Told only in a force whose cases name one of these meetings.
    """

    id = "referral"
    says = (
        "Case {case} is a domestic abuse case at MAPPA level {level} that neither MARAC nor MATAC discusses:"
        " consider either."
    )

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        if not any(case.forums & FORUMS for case in ledger.force.cases):
            return
        for case in ledger.force.cases:
            if "da" in case.needs and case.level in (2, 3) and not case.forums & FORUMS:
                yield Finding(self.id, "note", 0, case=case.case_id, facts={"level": case.level})
