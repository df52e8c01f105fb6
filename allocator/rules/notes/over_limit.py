from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from allocator.domain.force import Officer
from allocator.domain.plan import Finding
from allocator.rules.base import Counted, Note
from allocator.rules.ledger import Ledger
from allocator.rules.start import allowed, at_start, case_limit, high_at_start, share, starts_over

MOST = 5  # cases named in a sentence


class OverLimit(Note):
    """An officer who starts the cycle over a limit is named, whether or not the plan brings them under."""

    id = "over-limit"
    remark = "started over a limit"
    says = "{officer} starts over a limit ({cases:case} of {limit}, {high_risk} high risk of {allowed} allowed)"

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        force = ledger.force
        for officer in force.officers:
            if not starts_over(force, officer):
                continue
            cases = len(at_start(force, officer))
            facts = {
                "cases": cases,
                "limit": case_limit(force, officer),
                "high_risk": high_at_start(force, officer),
                "allowed": share(force, officer, cases),
                **_after(ledger, officer),
            }
            yield Finding(self.id, "note", 0, officer=officer.officer_id, facts=facts)

    def sentence(self, finding: Finding) -> str:
        facts = finding.facts
        left, received = (Counted(len(facts[name])) for name in ("left", "received"))
        after = f"{Counted(facts['cases_after']):case}, {facts['high_risk_after']} high risk"
        words = super().sentence(finding)
        if not (facts["cases_over"] or facts["high_risk_over"]):
            which = f"{left:case} left: {_named(facts['left'])}" if left else "nothing left"
            words += f" and is brought under: {which}. {finding.officer} then has {after}"
        else:
            cases, high = (Counted(facts[name]) for name in ("cases_over", "high_risk_over"))
            over = [f"{cases:case} above the limit"] if cases else []
            over += [f"{high:high-risk case} above the share"] if high else []
            words += f" and is still over: {after}, {' and '.join(over)}"
            words += f" although {left:case} left" if left else ""
        if received:
            return f"{words}. They receive {received:case}: {_named(facts['received'])}."
        return f"{words}. They receive nothing."


def _after(ledger: Ledger, officer: Officer) -> dict[str, Any]:
    """What the plan makes of an officer who starts over a limit."""
    force, held = ledger.force, {case.case_id for case in ledger.held[officer.officer_id]}
    cases, high = ledger.cases(officer), ledger.high_risk(officer)
    return {
        "cases_after": cases,
        "high_risk_after": high,
        "cases_over": max(0, cases - case_limit(force, officer)),
        "high_risk_over": max(0, high - allowed(force, officer, cases)),
        "left": tuple(case.case_id for case in at_start(force, officer) if case.case_id not in held),
        "received": tuple(case.case_id for case in ledger.received[officer.officer_id]),
    }


def _named(cases: Sequence[str]) -> str:
    """The first few of some cases."""
    return ", ".join(cases[:MOST]) + (f" and {len(cases) - MOST} more" if len(cases) > MOST else "")
