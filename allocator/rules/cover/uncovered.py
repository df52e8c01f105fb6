from __future__ import annotations

from allocator.rules.base import Total
from allocator.rules.cover.base import CoverGoal, CoverPosting
from allocator.rules.cover.ledger import CoverLedger


class Uncovered(CoverGoal):
    """Every case that somebody may cover is covered, the riskiest of the others weighing most.

    The sum of unplaced[risk] over cases to cover that nobody may cover: it follows from the input alone.
    """

    id = "uncovered"
    says = "Cases that nobody covers, weighted by risk"

    def value(self, ledger: CoverLedger) -> int:
        weights = ledger.policy.unplaced
        return sum(getattr(weights, case.risk) for case, officer in ledger.cover if officer is None)

    def objective(self, model: CoverPosting) -> Total:
        columns = model.columns
        return int(columns.unplaced[~columns.able.any(axis=1)].sum())
