from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from allocator.domain.force import Case, Force, Officer
from allocator.domain.plan import Finding
from allocator.rules.base import Note
from allocator.rules.ledger import Ledger
from allocator.rules.movement import RECEIVING
from allocator.rules.placement import PLACEMENT, is_permitted
from allocator.rules.placement.excluded import NOT_ELIGIBLE, Excluded


class NobodyCan(Note):
    """An unplaced case has nobody who may receive it; each officer is told with the first rule that bars them."""

    id = "nobody-can"
    says = "Nobody may receive case {case}: {reasons}."

    def findings(self, ledger: Ledger) -> Iterator[Finding]:
        for case, officer_id in ledger.plan:
            if officer_id is not None or is_permitted(ledger.force, case) or receiver(ledger.force, case) is not None:
                continue
            barred = {officer.officer_id: first_bar(ledger.force, officer, case) for officer in ledger.force.officers}
            reasons = counted_bars(barred)
            skills = frozenset[str]().union(*(officer.skills for officer in ledger.force.officers))
            reasons += [f"no officer has the skill {need}" for need in sorted(case.needs - skills)]
            facts = {
                "risk": case.risk,
                "barred": barred,
                "reasons": tuple(reasons) or ("there are no officers",),
                "still_with": case.officer,
            }
            yield Finding(self.id, "note", 0, case=case.case_id, facts=facts)

    @classmethod
    def without_exclusions(cls, finding: Finding) -> Finding:
        """A finding, of this note or cover's, in which who is excluded is just not eligible; others as they are."""
        if not finding.facts.keys() >= {"barred", "reasons"}:
            return finding
        before, reasons = finding.facts["barred"], finding.facts["reasons"]
        barred = {officer: NOT_ELIGIBLE if rule == Excluded.id else rule for officer, rule in before.items()}
        told = (*counted_bars(barred), *reasons[len(counted_bars(before)) :])
        return replace(finding, facts={**finding.facts, "barred": barred, "reasons": told})


def counted_bars(barred: Mapping[str, str | None]) -> list[str]:
    """How many officers each rule bars first, in words, in table order; those not eligible last."""
    count = Counter(barred.values())
    found = [f"{rule.id} bars {count[rule.id]}" for rule in (*PLACEMENT, *RECEIVING) if count[rule.id]]
    return [*found, f"{count[NOT_ELIGIBLE]} {NOT_ELIGIBLE}"] if count[NOT_ELIGIBLE] else found


def first_bar(force: Force, officer: Officer, case: Case) -> str | None:
    """Id of the first rule, in table order, that bars an officer from receiving a case; None when none does."""
    for rule in (*PLACEMENT, *RECEIVING):
        if rule.bars(force, officer, case):
            return rule.id
    return None


def receiver(force: Force, case: Case) -> str | None:
    """Somebody who may receive a case that they do not hold; None when nobody may.

    Those of its division and home are asked first, which in a large force saves asking nearly everybody.
    """
    near = [officer for name in {case.division: 0, force.home(case): 0} for officer in force.officers_of.get(name, ())]
    for officer in chain(near, force.officers):
        if officer.officer_id != case.officer and first_bar(force, officer, case) is None:
            return officer.officer_id
    return None
