from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Ints, Limit, Posting
from allocator.rules.columns import Columns
from allocator.rules.ledger import Ledger


class HighRiskShare(Limit):
    """No officer holds more high-risk cases than their share: h <= A(n) = floor(high_risk_percent * n / 100).

    An officer who starts the cycle with a small caseload may hold ``high_risk_min`` whatever the percent allows.
    """

    id = "high-risk-share"
    says = "{officer} would hold {high_risk:high-risk case} of {cases}; the share allows {allowed}."

    def load(self, columns: Columns) -> Ints:
        return columns.high.astype(int)

    def post(self, model: Posting) -> None:
        columns, limits = model.columns, model.policy.limits
        for o in model.officers:
            if not (columns.open[o] or columns.closed[o]):
                continue
            high = model.held(o, self)
            allowed = model.floor(limits.high_risk_percent * model.held(o), 100)
            sides = [(high - allowed, 0, 1)]
            if columns.small[o] and limits.high_risk_min > 0:
                sides.append((high, limits.high_risk_min, 1))
            model.limit(self, o, *sides)

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for officer in ledger.force.officers:
            if officer.status not in ("open", "closed"):
                continue
            cases, high = ledger.cases(officer), ledger.high_risk(officer)
            allowed = ledger.high_risk_allowed(officer, cases)
            if high > allowed:
                facts = {"cases": cases, "high_risk": high, "allowed": allowed}
                yield Finding(self.id, "excess", high - allowed, officer=officer.officer_id, facts=facts)
