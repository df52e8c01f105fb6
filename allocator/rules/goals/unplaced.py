from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Goal
from allocator.rules.ledger import Ledger
from allocator.rules.notes.nobody_can import receiver


class Unplaced(Goal):
    """As few cases as possible have nobody, the riskiest weighing most: the sum of unplaced[risk] over them.

    Limits bend, so a case that need not stay where it is has nobody exactly when nobody may receive it: the value
    follows from the input alone and no solve is needed.
    """

    id = "unplaced"
    says = "Unplaced cases, weighted by risk"

    def value(self, ledger: Ledger) -> int:
        weights = ledger.policy.unplaced
        return sum(getattr(weights, case.risk) for case, officer in ledger.plan if officer is None)

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        """A note for each case that a plan leaves out although somebody may receive it, so that none goes unseen."""
        for case, officer_id in ledger.plan:
            able = receiver(ledger.force, case) if officer_id is None else None
            if able is not None:
                yield Finding(self.id, "note", 0, case=case.case_id, facts={"risk": case.risk, "receiver": able})

    def sentence(self, finding: Finding) -> str:
        """The finding in words; ``says`` names what the goal counts."""
        return f"Case {finding.case} is left with nobody, though {finding.facts['receiver']} may receive it."
