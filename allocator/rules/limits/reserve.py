from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from allocator.domain.force import Officer, Premises
from allocator.domain.plan import Finding
from allocator.rules.base import Limit, PolicySetting, Posting
from allocator.rules.ledger import Ledger
from allocator.rules.limits.case_limit import CASES
from allocator.rules.movement.buddied import Buddied, has_support
from allocator.rules.movement.open import Open
from allocator.rules.start import case_limit, cases_at_start


class Reserve(Limit):
    """The room that the next arrivals at premises need is not used up.

    Room is the sum of max(0, L - n) over linked officers who may receive; it stays at least
    min(expected_arrivals, room0), room0 being the same sum at the start of the cycle.
    """

    id = "reserve"
    says = "{premises} would have room for {room:arrival}; it needs room for {needed}."
    of = "premises"
    binds = "{who} keeps room for {expected:expected arrival}{over}."
    cures = frozenset({"officer-linked"})
    eased_by = (PolicySetting("premises", "reserve_arrivals", "No room is reserved for arrivals", False), CASES)

    def post(self, model: Posting) -> None:
        columns = model.columns
        if not model.policy.premises.reserve_arrivals:
            return
        may = (Open().may(columns) & Buddied().may(columns))[0]
        expected, spare = columns.expected_arrivals, np.maximum(0, columns.limit - columns.cases_start)
        links = columns.linked[:, expected > 0].sum(axis=1)
        serving = np.flatnonzero(may & (links > 0))
        taken = model.limit_taken(serving, links[serving] > 1)
        for k, linked in enumerate(columns.linked[serving].T):
            needed = min(expected[k], spare[serving[linked]].sum())
            if needed > 0:
                most = columns.limit[serving[linked]].sum() - needed
                model.limit(self, np.array([k]), (taken[linked].sum(), most))

    def binding_facts(self, ledger: Ledger, who: str) -> Mapping[str, Any]:
        return {"expected": ledger.force.premises_by_id[who].expected_arrivals}

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        if not ledger.policy.premises.reserve_arrivals:
            return
        for premises in ledger.force.premises:
            room = room_at_start = 0
            for officer in ledger.force.officers:
                if _serves(ledger, officer, premises):
                    limit = case_limit(ledger.force, officer)
                    room += max(0, limit - ledger.cases(officer))
                    room_at_start += max(0, limit - len(cases_at_start(ledger.force, officer)))
            needed = min(premises.expected_arrivals, room_at_start)
            if room < needed:
                facts = {"room": room, "needed": needed}
                yield Finding(self.id, "excess", needed - room, premises=premises.premises_id, facts=facts)


def _serves(ledger: Ledger, officer: Officer, premises: Premises) -> bool:
    if premises.premises_id not in officer.premises or officer.status != "open" or officer.capacity == 0:
        return False
    return has_support(ledger.force, officer)
