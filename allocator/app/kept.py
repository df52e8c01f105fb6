"""What is there for somebody of all data that is kept: each case and officer as the newest data has them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from allocator.analysis.changes.base import Table
from allocator.app.actors import Actor
from allocator.app.view_scope import ViewScope
from allocator.app.visibility import EXCLUSIONS_ALONE, Hidden, hidden_under
from allocator.db.database import Connection
from allocator.db.histories import outlines_by_cycle, planned_by_cycle, planned_officers
from allocator.domain.outline import ForceOutline, OfficerOutline


@dataclass(frozen=True)
class KeptView:
    """All data that is kept as one person sees it, while a connection is open."""

    connection: Connection
    user: Actor

    @cached_property
    def scope(self) -> ViewScope:
        """What the person sees."""
        return self.user.scope

    @cached_property
    def outlines(self) -> list[tuple[int, ForceOutline]]:
        """The data of each cycle, the newest first."""
        return outlines_by_cycle(self.connection)

    def sees_case(self, case_id: str) -> bool:
        """Whether a case is there for the person: in the newest data that has it, whichever cycle that is of."""
        if self.scope == ViewScope():
            return True
        planned = planned_by_cycle(self.connection, case_id)
        having = ((cycle_id, outline) for cycle_id, outline in self.outlines if case_id in outline.case_by_id)
        cycle_id, outline = next(having, (0, None))
        return outline is not None and self.scope.sees(outline, outline.case_by_id[case_id], planned.get(cycle_id))

    def newest_officer(self, officer_id: str) -> OfficerOutline | None:
        """An officer as the newest data has them; None where no data that is kept has."""
        found = (outline.officer_by_id.get(officer_id) for _, outline in self.outlines)
        return next((officer for officer in found if officer is not None), None)

    def sees_officer(self, officer_id: str) -> bool:
        """Whether an officer is there for the person; for whoever sees all, also one whom no data has any more."""
        if self.scope.divisions is None and not self.scope.aggregates:
            return True
        officer = self.newest_officer(officer_id)
        return officer is not None and self.scope.sees_officer(officer)

    def sees(self, table: Table, name: str) -> bool:
        """Whether a case, officer, premises or division is there for the person; where no data is, nobody is hidden."""
        if self.scope == ViewScope() or not self.outlines:
            return True
        match table:
            case "cases":
                return self.sees_case(name)
            case "officers":
                return self.sees_officer(name)
            case "premises":
                return name in self._premises
            case "divisions":
                return self.scope.covers(name)

    @cached_property
    def _premises(self) -> frozenset[str]:
        return frozenset(one.premises_id for _, outline in self.outlines for one in self.scope.premises(outline))

    @cached_property
    def hidden(self) -> Hidden:
        """What is not there for the person, and may not be named in notes but in their own."""
        found = replace(EXCLUSIONS_ALONE, reader=self.user.name)
        if self.scope == ViewScope():
            return found
        cases: set[str] = set()
        officers: set[str] = set()
        for cycle_id, outline in self.outlines:
            left = outline.without(cases)
            here = hidden_under({}, left, self.scope)
            if here.cases and self.scope.divisions is not None:
                here = hidden_under(planned_officers(self.connection, cycle_id), left, self.scope)
            found |= replace(here, officers=here.officers - officers)
            cases |= outline.case_by_id.keys()
            officers |= outline.officer_by_id.keys()
        return found
