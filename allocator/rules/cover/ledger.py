"""The check's view of cover: who covers what, counted case by case."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from allocator.domain.cover import Cover
from allocator.domain.force import Case, Officer
from allocator.rules.cover.who_may import cover_bar
from allocator.rules.ledger import Ledger


class CoverLedger:
    """Cases covered by each officer, beside what they hold under the plan.

    Nothing here is shared with the solver's model: it is the second witness.
    """

    def __init__(self, cover: Cover) -> None:
        self.cover, self.force, self.policy = cover, cover.force, cover.force.policy
        self.plan = Ledger(cover.plan)

    @cached_property
    def covered(self) -> dict[str, list[Case]]:
        """Cases that each officer covers."""
        covered: dict[str, list[Case]] = defaultdict(list)
        for case, officer in self.cover:
            if officer is not None:
                covered[officer].append(case)
        return covered

    def may(self, case: Case) -> tuple[str, ...]:
        """Who may cover a case, in the force's order."""
        return self._may[case.case_id]

    @cached_property
    def _may(self) -> dict[str, tuple[str, ...]]:
        officers = [officer for officer in self.force.officers if officer.status == "open"]
        if any(exemption.rule == "open" for exemption in self.force.exemptions):
            officers = list(self.force.officers)
        return {
            case.case_id: tuple(
                officer.officer_id
                for officer in officers
                if officer.officer_id != self.cover.absent(case) and cover_bar(self.force, officer, case) is None
            )
            for case in self.cover.cases
        }

    def points(self, officer: Officer) -> int:
        """Workload points of the cases that an officer covers (kp)."""
        return sum(self.plan.points_of(case) for case in self.covered[officer.officer_id])

    def high_risk(self, officer: Officer) -> int:
        """High-risk cases that an officer covers (kh)."""
        return sum(1 for case in self.covered[officer.officer_id] if self.force.high_risk(case))
