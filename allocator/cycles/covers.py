"""Cover that has been agreed: who looks after a case while its officer is away, and on whose word.

An entry holds as long as the officer whose case it is holds the case and is absent, and who covers it is there. After
that it counts no more, by itself; what happens next writes down that it has ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allocator.domain.force import Force


@dataclass(frozen=True, slots=True)
class CoverEntry:
    """A case and who covers it.

    Attributes
    ----------
    absent_officer_id : str
        Whose case it is.
    division : str
        Of who covers it: whoever works for it sees the case meanwhile.
    reason : str
        A code of ``allocator.cycles.codes.PLACEMENT_REASONS``; ``ranked-first`` where it is part of the best cover.
    """

    id: int
    case_id: str
    absent_officer_id: str
    officer_id: str
    division: str
    reason: str
    note: str
    by: str
    at: datetime

    def holds(self, force: Force) -> bool:
        """Whether it still counts in a force."""
        case, officer = force.case_by_id.get(self.case_id), force.officer_by_id.get(self.officer_id)
        if case is None or officer is None or officer.absent:
            return False
        return case.officer == self.absent_officer_id and force.is_away(case)


def with_cover(force: Force, entries: Iterable[CoverEntry]) -> Force:
    """A force in which cases say who covers them now, as far as that holds."""
    covers = {entry.case_id: entry.officer_id for entry in entries if entry.holds(force)}
    if not covers:
        return force
    return force.replace(
        cases=tuple(
            case.model_copy(update={"covered_by": covers[case.case_id]}) if case.case_id in covers else case
            for case in force.cases
        )
    )
