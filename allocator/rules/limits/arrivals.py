from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from allocator.domain.plan import Finding
from allocator.rules.base import Limit, PolicySetting, Posting
from allocator.rules.columns import Columns, Ints
from allocator.rules.ledger import Ledger


class Arrivals(Limit):
    """No officer receives more than ``arrivals_per_cycle`` cases at premises in one cycle."""

    id = "arrivals"
    says = "{officer} would receive {received:case} at premises this cycle; the most is {limit}."
    binds = "{who} receives {received:case} at premises of at most {limit} this cycle{over}."
    cures = frozenset({"officer-linked"})
    eased_by = (PolicySetting("premises", "arrivals_per_cycle", "Arrivals at premises per officer"),)

    def load(self, columns: Columns) -> Ints:
        return columns.at_premises.astype(int)

    def post(self, model: Posting) -> None:
        received = model.cases_received(self)
        model.limit(self, np.arange(len(received)), (received, model.policy.premises.arrivals_per_cycle))

    def binding_facts(self, ledger: Ledger, who: str) -> Mapping[str, Any]:
        received = sum(1 for case in ledger.received[who] if case.setting == "premises")
        return {"received": received, "limit": ledger.policy.premises.arrivals_per_cycle}

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for officer in ledger.force.officers:
            facts = self.binding_facts(ledger, officer.officer_id)
            over = facts["received"] - facts["limit"]
            if over > 0:
                yield Finding(self.id, "excess", over, officer=officer.officer_id, facts=facts)
