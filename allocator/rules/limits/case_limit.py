from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from allocator.domain.plan import Finding
from allocator.rules.base import Limit, PolicySetting, Posting
from allocator.rules.ledger import Ledger
from allocator.rules.start import case_limit

CASES = PolicySetting("limits", "cases", "Limit of cases")


class CaseLimit(Limit):
    """No officer holds more cases than their limit: n <= L = floor(cases * capacity / 100)."""

    id = "case-limit"
    says = "{officer} would hold {cases:case}; the limit is {limit}."
    binds = "{who} may hold {limit:case} and holds {cases}{over}."
    to_officer = "You hold {cases:case}; your limit is {limit}: {amount} too many."
    eased_by = (CASES,)

    def post(self, model: Posting) -> None:
        columns = model.columns
        serving = np.flatnonzero(columns.open | columns.closed)
        model.limit(self, serving, (model.cases_held()[serving], columns.limit[serving]))

    def binding_facts(self, ledger: Ledger, who: str) -> Mapping[str, Any]:
        officer = ledger.force.officer_by_id[who]
        return {"cases": ledger.cases(officer), "limit": case_limit(ledger.force, officer)}

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for officer in ledger.force.officers:
            if officer.status not in ("open", "closed"):
                continue
            facts = self.binding_facts(ledger, officer.officer_id)
            over = facts["cases"] - facts["limit"]
            if over > 0:
                yield Finding(self.id, "excess", over, officer=officer.officer_id, facts=facts)
