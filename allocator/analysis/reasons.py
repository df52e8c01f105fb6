"""Why each case goes where it goes: the rule that requires it, or what would be worse if it alone stayed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.compare import About, FindingPair, about
from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding
from allocator.rules import GOALS, LIMITS, PLACEMENT
from allocator.rules.goals.disruption import Disruption
from allocator.rules.notes.nobody_can import first_bar
from allocator.rules.notes.overdue import delays


@dataclass(frozen=True, slots=True)
class Instead:
    """What would happen if just one moved case stayed with its officer and all else stood as planned.

    Goals count in strict order, so the first one that differs decides.

    Attributes
    ----------
    goal : str or None
        The first goal that would differ; None where none would.
    planned, instead : int
        Its value under the plan, and if the case stayed.
    growths : tuple of FindingPair
        Excesses that would appear or grow: as they would be, with their amounts under the plan and if the case stayed.
    """

    goal: str | None
    planned: int
    instead: int
    growths: tuple[FindingPair, ...]

    @property
    def worse(self) -> bool:
        """Whether the plan would be worse if the case stayed."""
        return self.instead > self.planned


@dataclass(frozen=True, slots=True)
class Move:
    """A current case that goes to another officer, and why.

    Attributes
    ----------
    officer : str
        Who receives it.
    months : int
        Whole months of the relationship that ends.
    cost : int
        What the move adds to disruption, in relationship-months.
    receivers : int
        Officers who may receive the case.
    bars : tuple of str
        Placement rules that bar its present officer; empty for a permitted case.
    instead : Instead or None
        What staying would do; None where a rule bars it.
    overdue : mapping of str to int
        Days by which its visit and its review are overdue.
    """

    case: Case
    officer: str
    months: int
    cost: int
    receivers: int
    bars: tuple[str, ...]
    instead: Instead | None
    overdue: Mapping[str, int]


def explain_moves(ledger: CachedLedger) -> Iterator[Move]:
    """Each moved case with its reason, by the officers who give up, in the force's order."""
    goals = {goal.id: goal.value(ledger) for goal in GOALS}
    planned = {about(finding): finding.amount for finding in find_excesses(ledger)}
    disruption = Disruption()
    order = {officer.officer_id: k for k, officer in enumerate(ledger.force.officers)}
    moved = ledger.plan.actions["moved"]
    for case in sorted(moved, key=lambda c: order[c.officer or ""]):
        officer, giver = ledger.plan.officer_of[case.case_id], case.officer
        assert officer is not None and giver is not None  # that is what moved means
        kept = ledger.with_officer(case, giver)
        present = ledger.force.officer_by_id[giver]
        bars = tuple(rule.id for rule in PLACEMENT if rule.bars(ledger.force, present, case))
        yield Move(
            case=case,
            officer=officer,
            months=ledger.months(case),
            cost=goals["disruption"] - disruption.value(kept),
            receivers=count_receivers(ledger.force, case),
            bars=bars,
            instead=None if bars else _instead(kept, goals, planned),
            overdue=delays(ledger.force, case),
        )


def count_receivers(force: Force, case: Case) -> int:
    """How many officers may receive a case that they do not hold."""
    others = (officer for officer in force.officers if officer.officer_id != case.officer)
    return sum(1 for officer in others if first_bar(force, officer, case) is None)


def _instead(kept: CachedLedger, goals: dict[str, int], planned: dict[About, int]) -> Instead:
    pairs = (FindingPair(finding, planned.get(about(finding), 0), finding.amount) for finding in find_excesses(kept))
    growths = tuple(pair for pair in pairs if pair.second > pair.first)
    for goal in GOALS:
        value = goal.value(kept)
        if value != goals[goal.id]:
            return Instead(goal.id, goals[goal.id], value, growths)
    return Instead(None, 0, 0, growths)


def find_excesses(ledger: CachedLedger) -> Iterator[Finding]:
    """Every limit that a plan exceeds."""
    for limit in LIMITS:
        yield from limit.findings(ledger)
