from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding
from allocator.domain.policy import Policy
from allocator.rules.base import Asking, MovementRule, PolicySetting
from allocator.rules.columns import Bools, Columns, Ints
from allocator.rules.ledger import Ledger
from allocator.rules.placement import is_permitted


class Budget(MovementRule):
    """At most ``max_moves`` permitted cases of each home move; of the whole force where divisions cross."""

    id = "budget"
    says = "{moves:permitted case} of {of} would move; the most is {limit}."
    because = "no case that may stay is to move"
    eased_by = (PolicySetting("relationship", "max_moves", "Moves allowed"),)

    def pinned(self, columns: Columns, permitted: Bools) -> Bools:
        return permitted & (columns.policy.relationship.max_moves == 0)

    def keeps(self, force: Force, case: Case) -> bool:
        return force.policy.relationship.max_moves == 0

    def without(self, policy: Policy) -> Policy:
        return policy.merge({"relationship": {"max_moves": None}})

    def binding_facts(self, force: Force, cases: Sequence[Case]) -> Mapping[str, Any]:
        return {"limit": force.policy.relationship.max_moves}

    def binding(self, facts: Mapping[str, Any]) -> str:
        return f"Of the cases that could stay, at most {facts['limit']:,} may move."

    def load(self, columns: Columns) -> Ints | None:
        """One code for each budget that a case draws on."""
        if columns.policy.relationship.max_moves is None:
            return None
        return np.zeros_like(columns.home) if columns.policy.divisions.cross else columns.home

    def post(self, model: Asking) -> None:
        limit = model.policy.relationship.max_moves
        if limit is None:
            return
        for budget in model.budgets(self):
            model.at_most(model.moves_drawing_on(budget, self), limit)

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        limit = ledger.policy.relationship.max_moves
        if limit is None:
            return
        moves: Counter[str] = Counter()
        for case, officer_id in ledger.plan:
            if officer_id not in (case.officer, None) and is_permitted(ledger.force, case):
                moves["the force" if ledger.policy.divisions.cross else ledger.force.home(case)] += 1
        for of, count in sorted(moves.items()):
            if count > limit:
                yield Finding(self.id, "broken", 1, facts={"of": of, "moves": count, "limit": limit})
