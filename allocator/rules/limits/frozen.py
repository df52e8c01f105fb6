from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocator.domain.plan import Finding
from allocator.rules.base import Bools, Ints, Limit, Posting
from allocator.rules.columns import NOBODY, Columns
from allocator.rules.ledger import Ledger


class Frozen(Limit):
    """An officer who starts the cycle over a limit is given no new case, unless it is at premises."""

    id = "frozen"
    says = "{officer} starts over a limit, yet would be given {amount:new case}: {cases}."

    def load(self, columns: Columns) -> Ints:
        return np.where(columns.at_premises, 0, columns.current == NOBODY).astype(np.int64)

    def concerns(self, columns: Columns) -> Bools:
        return np.logical_and(columns.over_limit, columns.policy.limits.freeze_over_limit)

    def post(self, model: Posting) -> None:
        concerned = self.concerns(model.columns)
        for o in model.officers:
            if concerned[o]:
                model.limit(self, o, (model.received(o, self), 0, 1))

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        if not ledger.policy.limits.freeze_over_limit:
            return
        for officer in ledger.force.officers:
            given = [
                case.case_id
                for case in ledger.received[officer.officer_id]
                if case.officer is None and case.setting != "premises"
            ]
            if given and ledger.starts_over(officer):
                facts = {"cases": tuple(given)}
                yield Finding(self.id, "excess", len(given), officer=officer.officer_id, facts=facts)
