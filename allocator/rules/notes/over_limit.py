from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from allocator.domain.force import Officer
from allocator.domain.plan import Finding
from allocator.rules.base import Counted, Note
from allocator.rules.ledger import Ledger
from allocator.rules.start import (
    case_limit,
    cases_at_start,
    high_risk_allowed,
    high_risk_at_start,
    high_risk_share,
    starts_over_limit,
)

MOST = 5  # cases named in a sentence


class OverLimit(Note):
    """An officer who starts the cycle over a limit is named, whether or not the plan brings them under."""

    id = "over-limit"
    remark = "started over a limit"
    says = "{officer} starts over a limit: {start}. The plan {outcome}. They give up {gone} and receive {come}."
    to_officer = "You started over a limit: {start}. The plan {outcome}."

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for officer in ledger.force.officers:
            if starts_over_limit(ledger.force, officer):
                facts = {**_before(ledger, officer), **_after(ledger, officer)}
                yield Finding(self.id, "note", 0, officer=officer.officer_id, facts=facts)

    def sentence(self, finding: Finding) -> str:
        facts = finding.facts
        return self.says.format(
            officer=finding.officer,
            **_passage(finding, "them"),
            gone=_case_list(facts["left"]) + _to_nobody(len(facts["unplaced"]), len(facts["left"])),
            come=_case_list(facts["received"]),
        )

    def sentence_to_officer(self, finding: Finding) -> str:
        """The same for the officer, whose letter lists what comes and goes."""
        return self.to_officer.format(**_passage(finding, "you"))


def _passage(finding: Finding, whom: str) -> dict[str, str]:
    """How an officer starts, and how the plan leaves them."""
    facts = finding.facts
    cases, high = facts["cases_after"], facts["high_risk_after"]
    over = _over(cases, facts["limit"], high, facts["allowed_after"])
    under = f"{Counted(cases):case}, {high:,} high risk" if cases else "no cases"
    return {
        "start": _over(facts["cases"], facts["limit"], facts["high_risk"], facts["allowed"]),
        "outcome": f"leaves {whom} over: {over}" if over else f"brings {whom} under: {under}",
    }


def _before(ledger: Ledger, officer: Officer) -> dict[str, int]:
    """How an officer starts the cycle."""
    cases = len(cases_at_start(ledger.force, officer))
    return {
        "cases": cases,
        "limit": case_limit(ledger.force, officer),
        "high_risk": high_risk_at_start(ledger.force, officer),
        "allowed": high_risk_share(ledger.force, officer, cases),
    }


def _after(ledger: Ledger, officer: Officer) -> dict[str, Any]:
    """What the plan makes of an officer who starts over a limit."""
    force, held = ledger.force, {case.case_id for case in ledger.held[officer.officer_id]}
    cases, of = ledger.cases(officer), ledger.plan.officer_of
    left = tuple(case.case_id for case in cases_at_start(force, officer) if case.case_id not in held)
    return {
        "cases_after": cases,
        "high_risk_after": ledger.high_risk(officer),
        "allowed_after": high_risk_allowed(force, officer, cases),
        "left": left,
        "unplaced": tuple(case_id for case_id in left if of[case_id] is None),
        "received": tuple(case.case_id for case in ledger.received[officer.officer_id]),
    }


def _over(cases: int, limit: int, high: int, allowed: int) -> str:
    """What of a caseload is over a limit; nothing where all is within."""
    over = [f"{Counted(cases):case} of at most {limit:,}"] if cases > limit else []
    over += [f"{Counted(high):high-risk case} of at most {allowed:,}"] if high > allowed else []
    return " and ".join(over)


def _case_list(cases: Sequence[str]) -> str:
    """How many cases, and the first few of them."""
    if not cases:
        return "nothing"
    more = f" and {len(cases) - MOST} more" if len(cases) > MOST else ""
    return f"{Counted(len(cases)):case} ({', '.join(cases[:MOST])}{more})"


def _to_nobody(count: int, of: int) -> str:
    if not count:
        return ""
    return ", to nobody," if count == of else f", {count:,} of them to nobody,"
