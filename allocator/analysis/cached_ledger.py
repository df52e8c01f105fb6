"""A ledger that remembers its counts: "what if this case stayed" costs two officers, not a force."""

from __future__ import annotations

from functools import cached_property

from allocator.domain.force import Case, Officer
from allocator.domain.plan import Plan
from allocator.rules.ledger import Ledger


class CachedLedger(Ledger):
    """The ledger of a plan, with each officer counted once.

    The figures are those of `Ledger`; only the counting is remembered, since every rule asks for it again.
    """

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._high_risk: dict[str, int] = {}
        self._points: dict[str, int] = {}

    @cached_property
    def place(self) -> dict[str, int]:
        """Place of each case_id in the force."""
        return {case.case_id: k for k, case in enumerate(self.force.cases)}

    def high_risk(self, officer: Officer) -> int:
        """High-risk cases held under the plan (h)."""
        if officer.officer_id not in self._high_risk:
            self._high_risk[officer.officer_id] = super().high_risk(officer)
        return self._high_risk[officer.officer_id]

    def points(self, officer: Officer) -> int:
        """Workload points held under the plan (p)."""
        if officer.officer_id not in self._points:
            self._points[officer.officer_id] = super().points(officer)
        return self._points[officer.officer_id]

    def with_officer(self, case: Case, officer: str | None) -> CachedLedger:
        """Count the same plan, except that one case is with another officer, or with nobody.

        Counted anew for the officers concerned, taken over for all others.
        """
        before, place = self.plan.officer_of[case.case_id], self.place[case.case_id]
        officers = list(self.plan.officers)
        officers[place] = officer
        changed = CachedLedger(Plan(self.force, tuple(officers)))
        changed.workload, changed.place = self.workload, self.place
        changed.held, changed.received = self.held.copy(), self.received.copy()
        holders = self._counts_with(case, before), self._counts_with(case, officer)
        receivers = tuple(who if who != case.officer else None for who in (before, officer))
        for found, (old, new) in ((changed.held, holders), (changed.received, receivers)):
            if old is not None:
                found[old] = [other for other in found[old] if other is not case]
            if new is not None:
                found[new] = [*found[new], case]
        concerned = {*holders, before, officer}
        changed._high_risk = {o: n for o, n in self._high_risk.copy().items() if o not in concerned}
        changed._points = {o: n for o, n in self._points.copy().items() if o not in concerned}
        return changed

    def _counts_with(self, case: Case, officer: str | None) -> str | None:
        """Who holds a case: one with nobody is still with its present officer, unless they are leaving."""
        if officer is not None or case.officer is None:
            return officer
        return None if self.force.officer_by_id[case.officer].status == "leaving" else case.officer
