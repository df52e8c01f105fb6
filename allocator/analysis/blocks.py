"""What blocks, with the facts that a sentence about it needs; counted by the check's own arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allocator.domain.force import Case, Force
from allocator.domain.plan import Plan
from allocator.rules import LIMITS, MOVEMENT, PLACEMENT, RECEIVING
from allocator.rules.ledger import Ledger

BARRING = {rule.id: rule for rule in (*PLACEMENT, *RECEIVING)}
LIMITING = {limit.id: limit for limit in LIMITS}
MOVING = {movement.id: movement for movement in MOVEMENT}


@dataclass(frozen=True, slots=True)
class Member:
    """One rule or limit of a set that blocks.

    Attributes
    ----------
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
    """What to tell about the members of the sets that block the excesses of one plan."""

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
            limit = LIMITING[rule]
            facts = {**limit.binding_facts(self.ledger, who), "who": who, "planned": planned.get((rule, who), 0)}
            return Member(rule, who, None, facts) if limit.of == "officer" else Member(rule, None, who, facts)
        if rule in BARRING:
            return Member(rule, None, None, self._barring(rule, officers, cases))
        return Member(rule, None, None, MOVING[rule].binding_facts(self.force, cases))

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
