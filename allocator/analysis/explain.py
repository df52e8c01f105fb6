"""All that a run has to tell, gathered once: the terminal, plan.json and the workbook show this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.officers import OfficerChange, officer_changes
from allocator.analysis.reasons import Move, count_receivers, explain_moves
from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding
from allocator.domain.result import Result
from allocator.rules.notes.nobody_can import NobodyCan
from allocator.rules.notes.overdue import delays


@dataclass(frozen=True, slots=True)
class NewCase:
    """A new case that the plan places.

    Attributes
    ----------
    officer : OfficerChange
        Who receives it, before and after.
    receivers : int
        Officers who may receive it.
    overdue : mapping of str to int
        Days by which its visit and its review are overdue.
    """

    case: Case
    officer: OfficerChange
    receivers: int
    overdue: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class UnplacedCase:
    """A case that the plan gives to nobody.

    Attributes
    ----------
    still_with : str or None
        The present officer with whom it stays until a supervisor decides; None where it has none, or where
        they are leaving.
    finding : Finding or None
        Who may not receive it and why; None where somebody may.
    """

    case: Case
    still_with: str | None
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One run, explained.

    Attributes
    ----------
    digest : str
        SHA-256 of the input.
    officers : tuple of OfficerChange
        In the force's order.
    moves : tuple of Move
        By the officers who give up, in the force's order.
    new_cases : tuple of NewCase
        Those placed, in the force's order.
    unplaced : tuple of UnplacedCase
        In the force's order.
    optional_moves, other_moves : int
        Number of moved cases that could have stayed, and of those that could not; ``moves`` may list fewer, where a
        person may not see all.
    """

    result: Result
    digest: str
    officers: tuple[OfficerChange, ...]
    moves: tuple[Move, ...]
    new_cases: tuple[NewCase, ...]
    unplaced: tuple[UnplacedCase, ...]
    optional_moves: int
    other_moves: int

    @property
    def force(self) -> Force:
        """The force that was allocated."""
        return self.result.force

    @property
    def excesses(self) -> tuple[Finding, ...]:
        """Limits that the plan exceeds."""
        return self.result.excesses

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What costs nothing and is told, except about unplaced cases, which stand on their own."""
        told = {(NobodyCan.id, case.case.case_id) for case in self.unplaced}
        return tuple(f for f in self.result.findings if f.kind == "note" and (f.rule, f.case) not in told)


def explain(result: Result, digest: str) -> Explanation:
    """Gather what a run has to tell, with the digest of its input as ``allocator.files`` computes it."""
    ledger = CachedLedger(result.plan)
    officers = officer_changes(ledger, result.findings)
    by_id = {change.officer.officer_id: change for change in officers}
    moves = tuple(explain_moves(ledger))
    optional = sum(1 for move in moves if not move.bars)
    return Explanation(
        result=result,
        digest=digest,
        officers=officers,
        moves=moves,
        new_cases=tuple(
            NewCase(
                case=case,
                officer=by_id[result.plan.officer_of[case.case_id] or ""],
                receivers=count_receivers(result.force, case),
                overdue=delays(result.force, case),
            )
            for case in result.plan.actions["placed"]
        ),
        unplaced=tuple(_unplaced_cases(result)),
        optional_moves=optional,
        other_moves=len(moves) - optional,
    )


def _unplaced_cases(result: Result) -> Iterator[UnplacedCase]:
    nobody = {finding.case: finding for finding in result.findings if finding.rule == NobodyCan.id}
    for case in result.plan.actions["unplaced"]:
        officer = None if case.officer is None else result.force.officer_by_id[case.officer]
        stays = officer is not None and officer.status != "leaving"
        yield UnplacedCase(case, case.officer if stays else None, nobody.get(case.case_id))
