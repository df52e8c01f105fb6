"""What a plan comes to when one case goes elsewhere and all else stays: by the check's own arithmetic, no solver."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.compare import FindingPair, GoalPair, finding_pairs
from allocator.analysis.reasons import find_excesses
from allocator.caseloads import Caseload, caseload
from allocator.domain.force import Case, Force, Officer
from allocator.rules import GOALS, MOVEMENT, PLACEMENT, RECEIVING
from allocator.rules.placement import is_permitted


@dataclass(frozen=True, slots=True)
class Effect:
    """What one change of a plan does: to each goal, and to excesses that grow, shrink, appear or vanish."""

    goals: tuple[GoalPair, ...]
    excesses: tuple[FindingPair, ...]

    @property
    def changes(self) -> tuple[int, ...]:
        """What is added to each goal."""
        return tuple(pair.difference for pair in self.goals)


class Effects:
    """Effects of changes of one plan, whose ledger is given."""

    def __init__(self, ledger: CachedLedger) -> None:
        self.ledger = ledger
        self._goals = {goal.id: goal.value(ledger) for goal in GOALS}
        self._excesses = list(find_excesses(ledger))

    def of(self, changed: CachedLedger) -> Effect:
        """What a changed plan has other than the plan."""
        goals = tuple(GoalPair(goal.id, self._goals[goal.id], goal.value(changed)) for goal in GOALS)
        return Effect(goals, tuple(finding_pairs(self._excesses, find_excesses(changed))))

    def giving(self, case: Case, officer: str) -> Effect:
        """What giving one case to an officer does, all else as it is."""
        return self.of(self.ledger.with_officer(case, officer))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An officer who may have a case, and what giving it to them does.

    Attributes
    ----------
    stays : bool
        Whether the officer has the case already.
    knows : bool
        Whether the officer, who has it no longer, has managed the case before.
    effect : Effect
        All else as it is.
    before, after : Caseload
        The officer's.
    """

    officer: Officer
    stays: bool
    knows: bool
    effect: Effect
    before: Caseload
    after: Caseload


def candidates(effects: Effects, case: Case) -> list[Candidate]:
    """Everybody who may have a case, best first: by the goals in strict order, then by officer_id."""
    ledger, found = effects.ledger, []
    for officer in ledger.force.officers:
        if bars(ledger.force, case, officer):
            continue
        changed = ledger.with_officer(case, officer.officer_id)
        before, after = caseload(ledger, officer), caseload(changed, officer)
        stays, knows = officer.officer_id == case.officer, case.known_to(officer.officer_id)
        found.append(Candidate(officer, stays, knows, effects.of(changed), before, after))
    return sorted(found, key=lambda candidate: (candidate.effect.changes, candidate.officer.officer_id))


def bars(force: Force, case: Case, officer: Officer) -> tuple[str, ...]:
    """Every rule that bars an officer from having a case, in table order.

    The present officer has to pass the placement rules alone; anybody else the receiving rules too.
    """
    rules = PLACEMENT if officer.officer_id == case.officer else (*PLACEMENT, *RECEIVING)
    return tuple(rule.id for rule in rules if rule.bars(force, officer, case))


def pins(force: Force, case: Case) -> tuple[str, ...]:
    """Rules that keep a case where it may stay, whatever the plan: because it is pinned, or no case may move."""
    if not is_permitted(force, case):
        return ()
    return tuple(rule.id for rule in MOVEMENT if rule.keeps(force, case))
