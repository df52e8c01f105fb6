from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from allocator.domain.plan import Finding
from allocator.rules.base import Limit, PolicySetting, Posting
from allocator.rules.ledger import Ledger


class Intake(Limit):
    """No officer receives more cases in one cycle than their intake: r <= floor(intake * capacity / 100).

    For an untrained officer ``untrained_intake`` stands in place of ``intake``.
    """

    id = "intake"
    says = "{officer} would receive {received:case} this cycle; the intake is {limit}."
    binds = "{who} receives {received:case} of at most {limit} this cycle{over}."
    eased_by = (
        PolicySetting("limits", "intake", "Intake"),
        PolicySetting("training", "untrained_intake", "Intake of untrained officers"),
    )

    def post(self, model: Posting) -> None:
        columns, policy = model.columns, model.policy
        full = np.where(columns.trained, policy.limits.intake, policy.training.untrained_intake)
        model.limit(self, np.arange(len(full)), (model.cases_received(), full * columns.capacity // 100))

    def binding_facts(self, ledger: Ledger, who: str) -> Mapping[str, Any]:
        officer, policy = ledger.force.officer_by_id[who], ledger.policy
        full = policy.limits.intake if officer.trained else policy.training.untrained_intake
        return {"received": len(ledger.received[who]), "limit": full * officer.capacity // 100}

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for officer in ledger.force.officers:
            facts = self.binding_facts(ledger, officer.officer_id)
            over = facts["received"] - facts["limit"]
            if over > 0:
                yield Finding(self.id, "excess", over, officer=officer.officer_id, facts=facts)
