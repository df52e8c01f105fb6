from __future__ import annotations

import numpy as np

from allocator.domain.force import Case
from allocator.rules.base import Goal, Ints, Posting
from allocator.rules.columns import NOBODY, Columns
from allocator.rules.ledger import Ledger
from allocator.rules.linear import Line


class Disruption(Goal):
    """As little knowledge of people as possible is lost, counted in relationship-months.

    A current case moved costs base + min(months, months_cap), high_risk more where it is high risk and settle more
    where months < settle_months; a case received by an officer outside its home costs away.
    """

    id = "disruption"
    says = "Relationship-months lost"

    def load(self, columns: Columns) -> Ints:
        """Cost of ending each current relationship, 0 for a new case."""
        weights = columns.policy.relationship
        cost = weights.base + np.minimum(columns.months, weights.months_cap)
        cost = cost + weights.high_risk * columns.high + weights.settle * (columns.months < weights.settle_months)
        return np.where(columns.current == NOBODY, 0, cost)

    def objective(self, model: Posting) -> Line:
        return model.ended(self) + model.policy.divisions.away * model.received_away()

    def value(self, ledger: Ledger) -> int:
        total = 0
        for case, officer_id in ledger.plan:
            if officer_id is None or officer_id == case.officer:
                continue
            if ledger.force.officer_by_id[officer_id].division != ledger.force.home(case):
                total += ledger.policy.divisions.away
            if case.officer is not None:
                total += self.ending(ledger, case)
        return total

    def ending(self, ledger: Ledger, case: Case) -> int:
        """Cost of ending a current case's relationship."""
        weights, months = ledger.policy.relationship, ledger.months(case)
        cost = weights.base + min(months, weights.months_cap)
        if ledger.force.high_risk(case):
            cost += weights.high_risk
        if months < weights.settle_months:
            cost += weights.settle
        return cost
