from __future__ import annotations

from collections.abc import Iterator

from allocator.domain.plan import Finding
from allocator.rules.cover.base import CoverNote
from allocator.rules.cover.ledger import CoverLedger


class ChangedHands(CoverNote):
    """Cover that changes hands: another covers the case than does now."""

    id = "cover-changes"
    says = "{before} covers case {case} of {absent} now; {officer} is to cover it."

    def findings(self, ledger: CoverLedger) -> Iterator[Finding]:
        for case, officer_id in ledger.cover:
            if case.covered_by is not None and officer_id not in (None, case.covered_by):
                facts = {
                    "before": case.covered_by,
                    "absent": ledger.cover.absent(case),
                    "could_go_on": case.covered_by in ledger.may(case),
                }
                yield Finding(self.id, "note", 0, officer=officer_id, case=case.case_id, facts=facts)

    def sentence(self, finding: Finding) -> str:
        """The finding in words, and whether it need have changed hands."""
        ends = "" if finding.facts["could_go_on"] else f" {finding.facts['before']} may not go on with it."
        return super().sentence(finding) + ends
