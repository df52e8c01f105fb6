from __future__ import annotations

from allocator.rules.base import Goal
from allocator.rules.ledger import Ledger


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
