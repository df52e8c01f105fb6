"""What blocks, with the facts that a sentence about it needs; counted by the check's own arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allocator.domain.force import Case, Force
from allocator.domain.plan import Plan
from allocator.rules import MOVEMENT, PLACEMENT, RECEIVING
from allocator.rules.ledger import Ledger
from allocator.rules.placement import permitted
from allocator.rules.start import allowed, case_limit

BARRING = {rule.id: rule for rule in (*PLACEMENT, *RECEIVING)}


@dataclass(frozen=True, slots=True)
class Member:
    """One rule or limit of a set that blocks.

    Attributes
    ----------
    rule : str
    officer, premises : str or None
        Whose limit it is; both None for a rule about everybody.
    facts : mapping
        What makes it bind here.
    """

    rule: str
    officer: str | None
    premises: str | None
    facts: Mapping[str, Any]


def unplaced_members(force: Force, case: Case) -> tuple[Member, ...]:
    """Rules that together leave nobody to receive a case, none of which can be left out.

    Rules are left out one after the other, the last in table order first, wherever the rest still bars everybody.
    """
    others = [officer for officer in force.officers if officer.officer_id != case.officer]
    barred = {o.officer_id: {rule.id for rule in BARRING.values() if rule.bars(force, o, case)} for o in others}
    kept = list(BARRING)
    for rule in reversed(BARRING):
        fewer = [other for other in kept if other != rule]
        if all(bars & set(fewer) for bars in barred.values()):
            kept = fewer
    return tuple(
        Member(
            rule,
            None,
            None,
            {
                "cases": 1,
                "of_officers": len(others),
                "barred": tuple(o for o, bars in barred.items() if rule in bars),
                "only": tuple(o for o, bars in barred.items() if bars & set(kept) == {rule}),
            },
        )
        for rule in kept
    )


class Facts:
    """What to tell about the members of the sets that block the excesses of one plan.

    Parameters
    ----------
    plan : Plan
    """

    def __init__(self, plan: Plan) -> None:
        self.force = plan.force
        self.ledger = Ledger(plan)

    def members(
        self,
        found: Sequence[tuple[str, str | None]],
        officers: Sequence[str],
        planned: Mapping[tuple[str, str | None], int],
    ) -> tuple[Member, ...]:
        """Give each member its facts.

        Parameters
        ----------
        found : sequence of (rule, officer_id or premises_id or None)
        officers : sequence of str
            Whose excess is blocked: the officer, or those who serve the premises.
        planned : mapping
            Excess of each limit under the plan, in cases.
        """
        cases = [case for officer in officers for case in self.ledger.held[officer]]
        return tuple(self._member(rule, who, officers, cases, planned) for rule, who in found)

    def _member(
        self,
        rule: str,
        who: str | None,
        officers: Sequence[str],
        cases: Sequence[Case],
        planned: Mapping[tuple[str, str | None], int],
    ) -> Member:
        if who is not None:
            amount = planned.get((rule, who), 0)
            if rule == "reserve":
                expected = self.force.premises_by_id[who].expected_arrivals
                return Member(rule, None, who, {"expected": expected, "planned": amount})
            return Member(rule, who, None, {**self._limit(who), "planned": amount})
        if rule in BARRING:
            return Member(rule, None, None, self._barring(rule, officers, cases))
        if rule == "locked":
            pinned = [case.case_id for case in cases if case.locked and permitted(self.force, case)]
            return Member(rule, None, None, {"cases": tuple(pinned)})
        assert rule in {movement.id for movement in MOVEMENT}
        return Member(rule, None, None, {"limit": self.force.policy.relationship.max_moves})

    def _limit(self, officer_id: str) -> dict[str, Any]:
        ledger, officer = self.ledger, self.force.officer_by_id[officer_id]
        policy, cases = self.force.policy, ledger.cases(officer)
        full = policy.limits.intake if officer.trained else policy.training.untrained_intake
        received = ledger.received[officer_id]
        return {
            "cases": cases,
            "limit": case_limit(self.force, officer),
            "high_risk": ledger.high_risk(officer),
            "allowed": allowed(self.force, officer, cases),
            "received": len(received),
            "intake": full * officer.capacity // 100,
            "arrivals": sum(1 for case in received if case.setting == "premises"),
            "arrivals_allowed": policy.premises.arrivals_per_cycle,
        }

    def _barring(self, rule: str, officers: Sequence[str], cases: Sequence[Case]) -> dict[str, Any]:
        others = [officer for officer in self.force.officers if officer.officer_id not in officers]
        bars = BARRING[rule].bars
        count = {o.officer_id: sum(1 for case in cases if bars(self.force, o, case)) for o in others}
        return {
            "cases": len(cases),
            "of_officers": len(others),
            "barred": tuple(o for o, barred in count.items() if cases and barred == len(cases)),
            "hindered": tuple(o for o, barred in count.items() if 0 < barred < len(cases)),
        }
