from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Ints, Limit, Posting
from allocator.rules.columns import Columns
from allocator.rules.ledger import Ledger


class Arrivals(Limit):
    """No officer receives more than ``arrivals_per_cycle`` cases at premises in one cycle."""

    id = "arrivals"
    says = "{officer} would receive {received:case} at premises this cycle; the most is {limit}."

    def load(self, columns: Columns) -> Ints:
        return columns.at_premises.astype(int)

    def post(self, model: Posting) -> None:
        for o in model.officers:
            model.limit(self, o, (model.received(o, self), model.policy.premises.arrivals_per_cycle, 1))

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        limit = ledger.policy.premises.arrivals_per_cycle
        for officer in ledger.force.officers:
            received = sum(1 for case in ledger.received[officer.officer_id] if case.setting == "premises")
            if received > limit:
                facts = {"received": received, "limit": limit}
                yield Finding(self.id, "excess", received - limit, officer=officer.officer_id, facts=facts)
