from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocator.domain.plan import Finding
from allocator.rules.base import Limit, Posting
from allocator.rules.columns import Bools, Columns, Ints
from allocator.rules.ledger import Ledger
from allocator.rules.movement.relieved import FREEZE
from allocator.rules.placement import is_permitted
from allocator.rules.start import starts_over_limit


class Frozen(Limit):
    """An officer who starts the cycle over a limit is given no case but at premises.

    Here are counted new cases and cases that may not stay where they are; ``relieved`` bars the rest.
    """

    id = "frozen"
    says = "{officer} starts over a limit, yet would be given {amount:case}: {cases}."
    binds = "{who} starts the cycle over a limit, so should be given no case but at premises{over}."
    eased_by = (FREEZE,)

    def load(self, columns: Columns) -> Ints:
        return np.asarray(~columns.permitted & ~columns.at_premises, dtype=np.int64)

    def concerns(self, columns: Columns) -> Bools:
        return np.logical_and(columns.over_limit, columns.policy.limits.freeze_over_limit)

    def post(self, model: Posting) -> None:
        concerned = np.flatnonzero(self.concerns(model.columns))
        model.limit(self, concerned, (model.cases_received(self)[concerned], 0))

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        if not ledger.policy.limits.freeze_over_limit:
            return
        for officer in ledger.force.officers:
            given = [
                case.case_id
                for case in ledger.received[officer.officer_id]
                if case.setting != "premises" and not is_permitted(ledger.force, case)
            ]
            if given and starts_over_limit(ledger.force, officer):
                facts = {"cases": tuple(given)}
                yield Finding(self.id, "excess", len(given), officer=officer.officer_id, facts=facts)
