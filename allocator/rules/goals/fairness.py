from __future__ import annotations

import numpy as np

from allocator.rules.base import Goal, Posting, Total
from allocator.rules.columns import Columns, Ints
from allocator.rules.ledger import Ledger


class Fairness(Goal):
    """Workload is as even as possible: points above each band of the fair share, summed over bands and officers.

    Bands t_k = floor(P * capacity * k * band / (C * 100)) for whole k with 50 <= k * band <= 200; the further above
    the fair share, the steeper. Counted for officers open or closed with capacity above 0.
    """

    id = "fairness"
    says = "Points above the fair share, weighted by distance"

    def load(self, columns: Columns) -> Ints:
        """Workload points of each case, in units of ``columns.points_unit``."""
        return columns.points

    def counted(self, columns: Columns) -> Ints:
        """Officers whose workload counts: positions."""
        return np.flatnonzero((columns.open | columns.closed) & (columns.capacity > 0))

    def thresholds(self, columns: Columns) -> Ints:
        """Points at which each band of a share begins (t_k): shape (officers who count, bands)."""
        counted, band = self.counted(columns), columns.policy.fairness.band_percent
        percents = np.arange(-(-50 // band), 200 // band + 1) * band
        share, whole = columns.shared_points * columns.capacity, columns.shared_capacity * 100
        return np.asarray(share[counted, None] * percents // whole[counted, None])

    def objective(self, model: Posting) -> Total:
        held = model.cases_held(self)[self.counted(model.columns)]
        return model.steps(held, self.thresholds(model.columns), model.columns.points_unit).sum()

    def value(self, ledger: Ledger) -> int:
        band, total = ledger.policy.fairness.band_percent, 0
        percents = [k * band for k in range(201) if 50 <= k * band <= 200]
        for officer in ledger.force.officers:
            if not ledger.fair(officer):
                continue
            shared, capacity = ledger.workload[officer.division]
            held = ledger.points(officer)
            for percent in percents:
                total += max(0, held - shared * officer.capacity * percent // (capacity * 100))
        return total
