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
        """Workload points of each case, in units of ``columns.points_unit``."""
        return columns.points

    def thresholds(self, columns: Columns, officer: int) -> list[int]:
        """Points at which each band of an officer's share begins (t_k); none where the officer does not count."""
        if columns.capacity[officer] == 0 or not (columns.open[officer] or columns.closed[officer]):
            return []
        band = columns.policy.fairness.band_percent
        share = int(columns.shared_points[officer]) * int(columns.capacity[officer]) * band
        whole = int(columns.shared_capacity[officer]) * 100
        return [share * k // whole for k in range(-(-50 // band), 200 // band + 1)]

    def objective(self, model: Posting) -> Line:
        total = model.nothing()
        for o in model.officers:
            total.add(
                model.steps(model.cases_held(o, self), self.thresholds(model.columns, o), model.columns.points_unit)
            )
        return total

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
