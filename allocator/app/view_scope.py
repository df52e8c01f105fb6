"""What one person sees: the only place where divisions and exclusions decide about it.

Whoever shows cases or officers takes them through a `ViewScope`, so that nothing has to be forgotten in one list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, overload

from allocator.domain.force import Case, Force, Officer, Premises
from allocator.domain.outline import CaseOutline, ForceOutline, OfficerOutline, PremisesOutline


@dataclass(frozen=True, slots=True)
class ViewScope:
    """A person's view of a force.

    Attributes
    ----------
    divisions : frozenset of str or None
        Those the person works for; None for all.
    officer_id : str or None
        The officer that the person is. A case that excludes this officer is not there for them.
    kept_from : frozenset of str
        Cases that exclude this officer in the newest data that has them, also where older data is looked at.
    covering : frozenset of str
        Cases that officers of the person's divisions cover at present.
    aggregates : bool
        True for who sees figures alone: then no case and no officer is there.
    """

    divisions: frozenset[str] | None = None
    officer_id: str | None = None
    kept_from: frozenset[str] = frozenset()
    covering: frozenset[str] = frozenset()
    aggregates: bool = False

    def within(self, other: ViewScope) -> bool:
        """Whether everything that is there for the person is there in another view."""
        if other.aggregates and not self.aggregates:
            return False
        if other.officer_id is not None and other.officer_id != self.officer_id:
            return False
        return other.divisions is None or (self.divisions is not None and self.divisions <= other.divisions)

    def covers(self, division: str) -> bool:
        """Whether a division is the person's business."""
        return self.divisions is None or division in self.divisions

    @overload
    def sees(self, force: Force, case: Case, planned: str | None = None) -> bool: ...

    @overload
    def sees(self, force: ForceOutline, case: CaseOutline, planned: str | None = None) -> bool: ...

    def sees(self, force: Any, case: Any, planned: str | None = None) -> bool:
        """Whether a case is there for the person.

        Parameters
        ----------
        case : Case or CaseOutline
            Of that force, or of its outline.
        planned : str, optional
            officer_id of who has it under the plan that is shown.
        """
        if self.aggregates or case.case_id in self.kept_from or self.officer_id in case.excluded:
            return False
        if self.divisions is None or case.case_id in self.covering:
            return True
        holder = force.officer_by_id.get(case.officer)
        covers = case.covered_by if holder is not None and holder.absent else None
        held_by = (force.officer_by_id.get(name) for name in (case.officer, planned, covers) if name is not None)
        return (
            case.division in self.divisions
            or force.home(case) in self.divisions
            or any(officer is not None and officer.division in self.divisions for officer in held_by)
        )

    def sees_officer(self, officer: Officer | OfficerOutline) -> bool:
        """Whether an officer is there for the person."""
        return not self.aggregates and self.covers(officer.division)

    def cases(self, force: Force) -> tuple[Case, ...]:
        """Those cases of a force that the person sees, in order."""
        return tuple(case for case in force.cases if self.sees(force, case))

    def officers(self, force: Force) -> tuple[Officer, ...]:
        """Those officers of a force that the person sees, in order."""
        return tuple(officer for officer in force.officers if self.sees_officer(officer))

    @overload
    def premises(self, force: Force) -> tuple[Premises, ...]: ...

    @overload
    def premises(self, force: ForceOutline) -> tuple[PremisesOutline, ...]: ...

    def premises(self, force: Any) -> tuple[Any, ...]:
        """Premises of the person's divisions, and those of an officer or case that they see, in order."""
        linked = {name for officer in self.officers(force) for name in officer.premises}
        linked |= {case.premises for case in self.cases(force) if case.premises is not None}
        return tuple(one for one in force.premises if self.covers(one.division) or one.premises_id in linked)
