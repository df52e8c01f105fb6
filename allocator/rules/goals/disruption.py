from __future__ import annotations

import numpy as np

from allocator.domain.force import Case, Force
from allocator.rules.base import Goal, Posting, Total
from allocator.rules.columns import NOBODY, Columns, Ints
from allocator.rules.ledger import Ledger
from allocator.rules.notes.nobody_can import first_bar


class Disruption(Goal):
    """As little knowledge of people as possible is lost, counted in relationship-months.

    A current case moved costs base + min(months, months_cap), high_risk more where it is high risk and settle more
    where months < settle_months; a case received by an officer outside its home costs away; and a case received by an
    officer who has not managed it before costs former, where one who has, other than its present officer, may receive
    it.
    """

    id = "disruption"
    says = "Relationship-months lost"

    def load(self, columns: Columns) -> Ints:
        """Cost of ending each current relationship, 0 for a new case."""
        weights = columns.policy.relationship
        cost = weights.base + np.minimum(columns.months, weights.months_cap)
        cost = cost + weights.high_risk * columns.high + weights.settle * (columns.months < weights.settle_months)
        return np.where(columns.current == NOBODY, 0, cost)

    def objective(self, model: Posting) -> Total:
        total = model.load_of_moves(self) + model.policy.divisions.away * model.cases_received_away()
        return total + model.policy.relationship.former * model.cases_received_by_strangers()

    def value(self, ledger: Ledger) -> int:
        total = 0
        for case, officer_id in ledger.plan:
            if officer_id is None or officer_id == case.officer:
                continue
            if ledger.force.officer_by_id[officer_id].division != ledger.force.home(case):
                total += ledger.policy.divisions.away
            if case.officer is not None:
                total += self.ending(ledger, case)
            if case.former and officer_id not in case.former and formers(ledger.force, case):
                total += ledger.policy.relationship.former
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


def formers(force: Force, case: Case) -> list[str]:
    """Officers other than the present one who have managed a case before and may receive it. The check's side."""
    return [
        officer_id
        for officer_id in sorted(case.former - {case.officer})
        if (officer := force.officer_by_id.get(officer_id)) and first_bar(force, officer, case) is None
    ]
