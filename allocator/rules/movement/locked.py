from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding
from allocator.rules.base import Counted, MovementRule
from allocator.rules.columns import Bools, Columns
from allocator.rules.ledger import Ledger
from allocator.rules.placement import is_permitted


class Locked(MovementRule):
    """A case that a supervisor has pinned stays where it is, if it is permitted there."""

    id = "locked"
    says = "Case {case} is pinned to {officer} and cannot move."
    because = "a supervisor has pinned it there"
    cures = frozenset({"case-changes"})

    def pinned(self, columns: Columns, permitted: Bools) -> Bools:
        return columns.locked & permitted

    def keeps(self, force: Force, case: Case) -> bool:
        return case.locked

    def binding_facts(self, force: Force, cases: Sequence[Case]) -> Mapping[str, Any]:
        return {"cases": tuple(case.case_id for case in cases if case.locked and is_permitted(force, case))}

    def binding(self, facts: Mapping[str, Any]) -> str:
        return f"{Counted(len(facts['cases'])):case} of those concerned pinned where they are."

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for case, officer_id in ledger.plan:
            if case.locked and officer_id not in (case.officer, None) and is_permitted(ledger.force, case):
                yield Finding(self.id, "broken", 1, officer=case.officer, case=case.case_id)
