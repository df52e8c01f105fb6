from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Limit, Posting
from allocator.rules.ledger import Ledger


class Intake(Limit):
    """No officer receives more cases in one cycle than their intake: r <= floor(intake * capacity / 100).

    For an untrained officer ``untrained_intake`` stands in place of ``intake``.
    """

    id = "intake"
    says = "{officer} would receive {received:case} this cycle; the intake is {limit}."

    def post(self, model: Posting) -> None:
        columns, policy = model.columns, model.policy
        for o in model.officers:
            full = policy.limits.intake if columns.trained[o] else policy.training.untrained_intake
            model.limit(self, o, (model.received(o), full * int(columns.capacity[o]) // 100, 1))

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for officer in ledger.force.officers:
            policy = ledger.policy
            full = policy.limits.intake if officer.trained else policy.training.untrained_intake
            received, limit = len(ledger.received[officer.officer_id]), full * officer.capacity // 100
            if received > limit:
                facts = {"received": received, "limit": limit}
                yield Finding(self.id, "excess", received - limit, officer=officer.officer_id, facts=facts)
