from __future__ import annotations

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
        bands = range(-(-50 // band), 200 // band + 1)
        for o in model.officers:
            if columns.capacity[o] == 0 or not (columns.open[o] or columns.closed[o]):
                continue
            share = int(columns.shared_points[o]) * int(columns.capacity[o]) * band
            whole = int(columns.shared_capacity[o]) * 100
            total.add(model.steps(model.held(o, self), [share * k // whole for k in bands]))
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
