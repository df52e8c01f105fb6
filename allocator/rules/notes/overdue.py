from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding
from allocator.rules.base import Counted, Note
from allocator.rules.ledger import Ledger
from allocator.rules.start import cases_at_start


class Overdue(Note):
    """Visits and reviews that are overdue are told: of each officer, and of each such case that is not kept."""

    id = "overdue"
    says = "{officer} has {count:case} with an overdue visit or review, the longest by {longest:day}."

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        force = ledger.force
        for officer in force.officers:
            found = [(case, days) for case in cases_at_start(force, officer) if (days := delays(force, case))]
            if not found:
                continue
            facts = {"count": len(found), "longest": max(max(days.values()) for _, days in found)}
            yield Finding(self.id, "note", 0, officer=officer.officer_id, facts=facts)
            for case, days in found:
                if (action := ledger.plan.action(case)) != "kept":
                    yield Finding(self.id, "note", 0, case=case.case_id, facts={"action": action, "overdue": days})

    def sentence(self, finding: Finding) -> str:
        if finding.case is None:
            return super().sentence(finding)
        return f"Case {finding.case} is {finding.facts['action']}, and {overdue_words(finding.facts['overdue'])}."


def delays(force: Force, case: Case, on: date | None = None) -> dict[str, int]:
    """Days by which a case's visit and review are overdue at the cycle date or another, by ``visit`` and ``review``."""
    day, found = on or force.cycle_date, {}
    if case.visit_due is not None and case.visit_due < day:
        found["visit"] = (day - case.visit_due).days
    if case.review_due is not None and case.review_due < day:
        found["review"] = (day - case.review_due).days
    return found


def overdue_words(days: dict[str, int]) -> str:
    """Delays in words: "its visit is overdue by 3 days and its review by 1 day"."""
    first, *rest = [f"its {what} {{}}by {Counted(count):day}" for what, count in days.items()]
    return " and ".join([first.format("is overdue "), *(other.format("") for other in rest)])
