"""The check's view: who holds what before and under a plan, counted case by case from the plan itself."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import Final

from allocator.domain.force import Case, Force, Officer
from allocator.domain.plan import Plan

LEVELS: Final = ("0", "1", "2", "3")  # as tables of the policy name them


class Ledger:
    """Cases held and received by each officer under any plan; what an officer may hold is in ``rules.start``.

    Nothing here is shared with the solver's model: it is the second witness.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.force: Force = plan.force
        self.policy = plan.force.policy
        self._points: dict[str, int] = {}

    @cached_property
    def held(self) -> dict[str, list[Case]]:
        """Cases that count for each officer under the plan, those still with them included."""
        held: dict[str, list[Case]] = defaultdict(list)
        for case in self.force.cases:
            holder = self.plan.holder_of[case.case_id]
            if holder is not None:
                held[holder].append(case)
        return held

    @cached_property
    def placed(self) -> list[tuple[Case, Officer]]:
        """Each case that the plan gives to an officer, and whom."""
        officer_by_id = self.force.officer_by_id
        return [(case, officer_by_id[officer]) for case, officer in self.plan if officer is not None]

    @cached_property
    def received(self) -> dict[str, list[Case]]:
        """Cases moved or placed to each officer."""
        received: dict[str, list[Case]] = defaultdict(list)
        for case, officer in self.plan:
            if officer is not None and officer != case.officer:
                received[officer].append(case)
        return received

    def cases(self, officer: Officer) -> int:
        """Cases held under the plan (n)."""
        return len(self.held[officer.officer_id])

    def high_risk(self, officer: Officer) -> int:
        """High-risk cases held under the plan (h)."""
        return sum(1 for case in self.held[officer.officer_id] if self.force.high_risk(case))

    def points(self, officer: Officer) -> int:
        """Workload points held under the plan (p)."""
        return sum(self.points_of(case) for case in self.held[officer.officer_id])

    def points_of(self, case: Case) -> int:
        """Workload points of one case of the force."""
        if case.case_id not in self._points:
            self._points[case.case_id] = self._weigh(case)
        return self._points[case.case_id]

    def _weigh(self, case: Case) -> int:
        if case.points is not None:
            return case.points
        weights = self.policy.points
        points: int = weights.base + getattr(weights.risk, case.risk)
        points += weights.level.get(LEVELS[case.level], 0)
        if case.setting == "premises":
            points += weights.premises
        if case.setting != "custody":
            return points
        if case.release_on is not None:
            wait = (case.release_on - self.force.cycle_date).days
            if wait <= self.policy.cycle.days:
                return points
        share, rest = divmod(points * weights.custody_percent, 100)
        return share + (1 if rest else 0)

    def months(self, case: Case) -> int:
        """Whole months for which the current officer has managed the case."""
        if case.since is None:
            return 0
        now, since = self.force.cycle_date, case.since
        months = 12 * (now.year - since.year) + (now.month - since.month)
        return months - 1 if now.day < since.day else months

    def fair(self, officer: Officer) -> bool:
        """Whether the officer counts in fairness."""
        return officer.status in ("open", "closed") and officer.capacity > 0

    @cached_property
    def workload(self) -> dict[str, tuple[int, int]]:
        """Points (P) and capacity (C) to share in each division, or in the force where divisions cross."""
        shared = self.policy.divisions.cross
        total: dict[str, int] = defaultdict(int)
        for case in self.force.cases:
            if case.officer is not None and self.force.officer_by_id[case.officer].status == "absent":
                continue
            total["" if shared else self.force.home(case)] += self.points_of(case)
        capacity: dict[str, int] = defaultdict(int)
        for officer in self.force.officers:
            if self.fair(officer):
                capacity["" if shared else officer.division] += officer.capacity
        return {
            division: (total["" if shared else division], capacity["" if shared else division])
            for division in {officer.division for officer in self.force.officers}
        }
