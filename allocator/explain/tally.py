"""A ledger that remembers its counts: "what if this case stayed" costs two officers, not a force."""

from __future__ import annotations

from functools import cached_property

from allocator.domain.force import Case, Officer
from allocator.domain.plan import Plan
from allocator.rules.ledger import Ledger


class Tally(Ledger):
    """The ledger of a plan, with each officer counted once.

    The figures are those of `Ledger`; only the counting is remembered, since every rule asks for it again.
    """

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._high_risk: dict[str, int] = {}
        self._points: dict[str, int] = {}
        self._starts_over: dict[str, bool] = {}

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

    def starts_over(self, officer: Officer) -> bool:
        """Whether the officer starts the cycle over a limit."""
        if officer.officer_id not in self._starts_over:
            self._starts_over[officer.officer_id] = super().starts_over(officer)
        return self._starts_over[officer.officer_id]

    def with_kept(self, case: Case) -> Tally:
        """Count the same plan, except that one moved case stays with its officer.

        Parameters
        ----------
        case : Case
            A case that the plan moves.

        Returns
        -------
        Tally
            Counted anew for the two officers concerned, taken over for all others.
        """
        giver, receiver = case.officer, self.plan.officer_of[case.case_id]
        if giver is None or receiver in (None, giver):
            raise ValueError(f"case {case.case_id} does not move")
        officers = list(self.plan.officers)
        officers[self.place[case.case_id]] = giver
        kept = Tally(Plan(self.force, tuple(officers)))
        kept.start, kept.workload = self.start, self.workload
        kept.held, kept.received = self.held.copy(), self.received.copy()
        kept.held[giver] = [*self.held[giver], case]
        kept.held[receiver] = [c for c in self.held[receiver] if c is not case]
        kept.received[receiver] = [c for c in self.received[receiver] if c is not case]
        concerned = {giver, receiver}
        kept._high_risk = {o: n for o, n in self._high_risk.items() if o not in concerned}
        kept._points = {o: n for o, n in self._points.items() if o not in concerned}
        kept._starts_over = self._starts_over
        return kept
