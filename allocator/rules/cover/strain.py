from __future__ import annotations

import numpy as np

from allocator.rules.base import Total
from allocator.rules.cover.base import CoverGoal, CoverPosting
from allocator.rules.cover.ledger import CoverLedger
from allocator.rules.start import case_limit, high_risk_allowed


class Strain(CoverGoal):
    """Cover adds as little as possible above the limits of those who cover, and gives the untrained no grave cases.

    In hundredths of a case, a covered case counting percent of its load: max(0, 100 n + q k - 100 max(L, n)) and the
    same for high-risk cases and the share, over all officers; and 100 for each covered case whose risk is in
    training.risks and whose coverer is not trained.
    """

    id = "strain"
    says = "Hundredths of a case that cover adds above limits"

    def objective(self, model: CoverPosting) -> Total:
        columns, percent = model.columns, model.columns.policy.cover.percent
        room = 100 * np.maximum(columns.limit - columns.held, 0)
        room_high = 100 * np.maximum(columns.allowed - columns.held_high, 0)
        above = model.steps(model.covered(), room[:, None], percent).sum()
        above = above + model.steps(model.covered(columns.high), room_high[:, None], percent).sum()
        return above + model.cost(100 * (columns.grave[:, None] & ~columns.trained))

    def value(self, ledger: CoverLedger) -> int:
        percent, total = ledger.policy.cover.percent, 0
        for officer in ledger.force.officers:
            covered = ledger.covered[officer.officer_id]
            if not covered:
                continue
            cases, high = ledger.plan.cases(officer), ledger.plan.high_risk(officer)
            limit, allowed = case_limit(ledger.force, officer), high_risk_allowed(ledger.force, officer, cases)
            total += max(0, 100 * cases + percent * len(covered) - 100 * max(limit, cases))
            total += max(0, 100 * high + percent * ledger.high_risk(officer) - 100 * max(allowed, high))
            if not officer.trained:
                total += sum(100 for case in covered if case.risk in ledger.policy.training.risks)
        return total
