from __future__ import annotations

import numpy as np

from allocator.rules.base import Goal, Ints, Posting
from allocator.rules.columns import Columns
from allocator.rules.ledger import Ledger
from allocator.rules.linear import Line


class Fairness(Goal):
    """Workload is as even as possible: points above each band of the fair share, summed over bands and officers.

    Bands t_k = floor(P * capacity * k * band / (C * 100)) for whole k with 50 <= k * band <= 200; the further above
    the fair share, the steeper. Counted for officers open or closed with capacity above 0.
    """

    id = "fairness"
    says = "Points above the fair share, weighted by distance"

    def load(self, columns: Columns) -> Ints:
        """Workload points of each case."""
        return columns.points

    def objective(self, model: Posting) -> Line:
        columns, total = model.columns, model.nothing()
        band = model.policy.fairness.band_percent
        counts = (columns.open | columns.closed) & (columns.capacity > 0)
        covered = (columns.current >= 0) & columns.absent[columns.current]
        for o in model.officers:
            if not counts[o]:
                continue
            here = np.ones_like(counts)
            home = np.ones_like(covered)
            if not model.policy.divisions.cross:
                here = columns.officer_division == columns.officer_division[o]
                home = columns.home == columns.officer_division[o]
            points = int(columns.points[home & ~covered].sum())
            capacity = int(columns.capacity[here & counts].sum())
            bands = range(-(-50 // band), 200 // band + 1)
            thresholds = [points * int(columns.capacity[o]) * k * band // (capacity * 100) for k in bands]
            total.add(model.steps(model.held(o, self), thresholds))
        return total

    def value(self, ledger: Ledger) -> int:
        band, total = ledger.policy.fairness.band_percent, 0
        for officer in ledger.force.officers:
            if not ledger.fair(officer):
                continue
            shared, capacity = ledger.workload[officer.division]
            held = ledger.points(officer)
            for k in range(201):
                if 50 <= k * band <= 200:
                    total += max(0, held - shared * officer.capacity * k * band // (capacity * 100))
        return total
