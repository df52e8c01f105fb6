from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocator.domain.plan import Finding
from allocator.domain.policy import RISKS
from allocator.rules.base import Limit, Posting
from allocator.rules.columns import Bools, Columns, Ints
from allocator.rules.ledger import Ledger


class Novice(Limit):
    """An officer without MOSOVO training is given no case whose risk is in ``training.risks``."""

    id = "novice"
    says = "{officer} is not MOSOVO-trained, yet would be given {amount:case} of a risk that asks for it: {cases}."
    binds = "{who} is not MOSOVO-trained, so should be given no case of a risk that asks for it{over}."

    def load(self, columns: Columns) -> Ints:
        return np.isin(columns.risk, [RISKS.index(risk) for risk in columns.policy.training.risks]).astype(np.int64)

    def concerns(self, columns: Columns) -> Bools:
        return ~columns.trained

    def post(self, model: Posting) -> None:
        concerned = np.flatnonzero(self.concerns(model.columns))
        model.limit(self, concerned, (model.cases_received(self)[concerned], 0))

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for officer in ledger.force.officers:
            received = ledger.received[officer.officer_id]
            given = [case.case_id for case in received if case.risk in ledger.policy.training.risks]
            if given and not officer.trained:
                facts = {"cases": tuple(given)}
                yield Finding(self.id, "excess", len(given), officer=officer.officer_id, facts=facts)
