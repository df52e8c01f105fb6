from __future__ import annotations

from allocator.rules.base import Goal, Posting, Total
from allocator.rules.ledger import Ledger
from allocator.rules.limits import LIMITS


class Excess(Goal):
    """Limits are exceeded by as few cases as possible: the sum of all excesses."""

    id = "excess"
    says = "Cases above limits"

    def value(self, ledger: Ledger) -> int:
        return sum(finding.amount for limit in LIMITS for finding in limit.findings(ledger))

    def objective(self, model: Posting) -> Total:
        return model.total_excess()
