from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from allocator.domain.plan import Finding
from allocator.rules.base import Limit, PolicySetting, Posting
from allocator.rules.columns import Columns, Ints
from allocator.rules.ledger import Ledger
from allocator.rules.linear import UNBOUNDED
from allocator.rules.start import high_risk_allowed


class HighRiskShare(Limit):
    """No officer holds more high-risk cases than the share A(n) of their cases; who starts above it gains by no case.

    A(n) = S(n) = floor(high_risk_percent * n / 100), and at least ``high_risk_min`` for an officer who starts the cycle
    with a small caseload; for who starts above the share A(n) = S(min(n, n0)), so that nobody comes within it by being
    given more people.
    """

    id = "high-risk-share"
    says = "{officer} would hold {high_risk:high-risk case} of {cases}; the share allows {allowed}."
    binds = "{who} holds {high_risk:high-risk case} of {cases} and may hold {allowed}{over}."
    to_officer = (
        "You hold {high_risk:high-risk case} among {cases:case}; your share allows {allowed}: {amount} too many."
    )
    eased_by = (PolicySetting("limits", "high_risk_percent", "High-risk share, percent,"),)

    def load(self, columns: Columns) -> Ints:
        return columns.high.astype(int)

    def post(self, model: Posting) -> None:
        columns, limits = model.columns, model.policy.limits
        serving, share = np.flatnonzero(columns.open | columns.closed), limits.high_risk_percent
        high, cases = model.cases_held(self)[serving], model.cases_held()[serving]
        most = np.where(columns.over_share, share * columns.cases_start // 100, UNBOUNDED)[serving]
        above = high - model.floor(share * cases, 100, most)
        small = columns.small[serving] & (limits.high_risk_min > 0)
        model.limit(self, serving[~small], (above[~small], 0))
        model.limit(self, serving[small], (above[small], 0), (high[small], limits.high_risk_min))

    def binding_facts(self, ledger: Ledger, who: str) -> Mapping[str, Any]:
        officer = ledger.force.officer_by_id[who]
        cases, high = ledger.cases(officer), ledger.high_risk(officer)
        return {"cases": cases, "high_risk": high, "allowed": high_risk_allowed(ledger.force, officer, cases)}

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for officer in ledger.force.officers:
            if officer.status not in ("open", "closed"):
                continue
            facts = self.binding_facts(ledger, officer.officer_id)
            over = facts["high_risk"] - facts["allowed"]
            if over > 0:
                yield Finding(self.id, "excess", over, officer=officer.officer_id, facts=facts)
