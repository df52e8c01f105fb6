from __future__ import annotations

from collections import defaultdict

from allocator.rules.base import Total
from allocator.rules.cover.base import CoverGoal, CoverPosting
from allocator.rules.cover.ledger import CoverLedger


class CoverFairness(CoverGoal):
    """Workload with cover is as even as possible: points above each band of the fair share, in hundredths.

    Bands u_i = floor(P' * capacity * i * band / (C * 100)) for whole i with 50 <= i * band <= 200; P' counts each case
    to cover as percent of its points. Counted for officers open or closed with capacity above 0.
    """

    id = "fairness"
    says = "Hundredths of points above the fair share with cover, weighted by distance"

    def objective(self, model: CoverPosting) -> Total:
        columns = model.columns
        counted = columns.counted
        carried = model.covered(columns.points)[counted]
        begins = columns.thresholds[counted] - 100 * columns.held_points[counted, None]
        return model.steps(carried, begins, columns.policy.cover.percent * columns.points_unit).sum()

    def value(self, ledger: CoverLedger) -> int:
        band, percent, total = ledger.policy.fairness.band_percent, ledger.policy.cover.percent, 0
        bands = [k * band for k in range(201) if 50 <= k * band <= 200]
        shared, capacity = self._shares(ledger)
        for officer in ledger.force.officers:
            if not ledger.plan.fair(officer):
                continue
            group = "" if ledger.policy.divisions.cross else officer.division
            carried = 100 * ledger.plan.points(officer) + percent * ledger.points(officer)
            for of_share in bands:
                begins = shared[group] * officer.capacity * of_share // (capacity[group] * 100)
                total += max(0, carried - begins)
        return total

    def _shares(self, ledger: CoverLedger) -> tuple[dict[str, int], dict[str, int]]:
        """Points in hundredths (P') and capacity (C) to share in each division, or in the force where they cross."""
        force, cross = ledger.force, ledger.policy.divisions.cross
        away = {case.case_id for case in ledger.cover.cases}
        points: dict[str, int] = defaultdict(int)
        capacity: dict[str, int] = defaultdict(int)
        for case in force.cases:
            weight = ledger.policy.cover.percent if case.case_id in away else 100
            points["" if cross else force.home(case)] += weight * ledger.plan.points_of(case)
        for officer in force.officers:
            if ledger.plan.fair(officer):
                capacity["" if cross else officer.division] += officer.capacity
        return points, capacity
