from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Goal
from allocator.rules.ledger import Ledger
from allocator.rules.notes.nobody_can import first_bar


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
            if officer_id is not None:
                continue
            for officer in ledger.force.officers:
                if officer.officer_id != case.officer and first_bar(ledger.force, officer, case) is None:
                    facts = {"risk": case.risk, "receiver": officer.officer_id}
                    yield Finding(self.id, "note", 0, case=case.case_id, facts=facts)
                    break

    def sentence(self, finding: Finding) -> str:
        """The finding in words; ``says`` names what the goal counts."""
        return f"Case {finding.case} is left with nobody, though {finding.facts['receiver']} may receive it."
