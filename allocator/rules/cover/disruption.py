from __future__ import annotations

from allocator.rules.base import Total
from allocator.rules.cover.base import CoverGoal, CoverPosting
from allocator.rules.cover.ledger import CoverLedger


class CoverDisruption(CoverGoal):
    """Cover changes hands as little as possible, and goes to who knows the person and is near, in relationship-months.

    relationship.base where who covers the case now may go on and another does; relationship.former where its coverer
    has not managed it before although one who has may cover it; divisions.away where its coverer's division is not its
    home.
    """

    id = "disruption"
    says = "Relationship-months lost by cover"

    def objective(self, model: CoverPosting) -> Total:
        return model.cost(model.columns.disruption)

    def value(self, ledger: CoverLedger) -> int:
        weights, total = ledger.policy.relationship, 0
        for case, officer in ledger.cover:
            if officer is None:
                continue
            may = ledger.may(case)
            if case.covered_by in may and officer != case.covered_by:
                total += weights.base
            if officer not in case.former and any(who in case.former for who in may):
                total += weights.former
            if ledger.force.officer_by_id[officer].division != ledger.force.home(case):
                total += ledger.policy.divisions.away
        return total
