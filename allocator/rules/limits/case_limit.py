from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.base import Limit, Posting
from allocator.rules.ledger import Ledger
from allocator.rules.start import case_limit


class CaseLimit(Limit):
    """No officer holds more cases than their limit: n <= L = floor(cases * capacity / 100)."""

    id = "case-limit"
    says = "{officer} would hold {cases:case}; the limit is {limit}."

    def post(self, model: Posting) -> None:
        columns = model.columns
        for o in model.officers:
            if columns.open[o] or columns.closed[o]:
                model.limit(self, o, (model.held(o), int(columns.limit[o]), 1))

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for officer in ledger.force.officers:
            if officer.status not in ("open", "closed"):
                continue
            held, limit = ledger.cases(officer), case_limit(ledger.force, officer)
            if held > limit:
                facts = {"cases": held, "limit": limit}
                yield Finding(self.id, "excess", held - limit, officer=officer.officer_id, facts=facts)
