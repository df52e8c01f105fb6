"""Changes of Approved Premises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import Field

from allocator.analysis.changes.base import Arrivals, Change, Fault, ForceDraft, Ids, Site, Table
from allocator.domain.force import Id, Premises, Text


class PremisesOpens(Change):
    """Approved Premises open, with officers linked to them."""

    id = "premises-opens"
    refers: ClassVar[dict[str, Table]] = {"division": "divisions", "officers": "officers"}
    makes: ClassVar[dict[str, Table]] = {"premises": "premises"}

    premises: Site
    division: Text
    expected_arrivals: Arrivals = 0
    officers: Ids = Field(default_factory=list, description="officers linked to it")

    def says(self) -> str:
        linked = f"; linked to {', '.join(self.officers)}" if self.officers else ""
        return f"{self.premises} opens in {self.division}, with {self.expected_arrivals} expected arrivals{linked}."

    def sets(self) -> Iterator[tuple[str, str, Any]]:
        """The arrivals expected, where given, and the links."""
        if "expected_arrivals" in self.model_fields_set:
            yield self.premises, "expected_arrivals", self.expected_arrivals
        for officer_id in self.officers:
            yield officer_id, f"link to {self.premises}", True

    def apply(self, draft: ForceDraft) -> None:
        draft.premises[self.premises] = Premises(
            premises_id=self.premises, division=self.division, expected_arrivals=self.expected_arrivals
        )
        for officer_id in self.officers:
            draft.alter(officer_id, premises=draft.officers[officer_id].premises | {self.premises})


class PremisesCloses(Change):
    """Approved Premises close: residents go to other premises or into the community, and links end."""

    id = "premises-closes"
    refers: ClassVar[dict[str, Table]] = {"premises": "premises", "to": "premises"}

    premises: Site
    to: Id | None = Field(default=None, description="to")

    def says(self) -> str:
        return f"{self.premises} closes; its residents go {f'to {self.to}' if self.to else 'into the community'}."

    def ends(self) -> tuple[Table, str] | None:
        return "premises", self.premises

    def faults(self, draft: ForceDraft) -> Iterator[Fault]:
        """Premises that the force lacks, or that are the same."""
        yield from super().faults(draft)
        if self.to == self.premises:
            yield Fault("to", self.premises, "other premises than those that close")

    def apply(self, draft: ForceDraft) -> None:
        setting = "community" if self.to is None else "premises"
        for case in list(draft.cases.values()):
            if case.premises == self.premises:
                draft.alter_case(case.case_id, setting=setting, premises=self.to)
        for officer in list(draft.officers.values()):
            if self.premises in officer.premises:
                draft.alter(officer.officer_id, premises=officer.premises - {self.premises})
        del draft.premises[self.premises]


class PremisesExpects(Change):
    """Approved Premises expect another number of arrivals in the next cycle, net of departures."""

    id = "premises-expects"
    refers: ClassVar[dict[str, Table]] = {"premises": "premises"}

    premises: Site
    expected_arrivals: Arrivals

    def says(self) -> str:
        return f"{self.premises} expects {self.expected_arrivals} arrivals in the next cycle."

    def sets(self) -> Iterator[tuple[str, str, Any]]:
        """The arrivals expected."""
        yield self.premises, "expected_arrivals", self.expected_arrivals

    def apply(self, draft: ForceDraft) -> None:
        premises = draft.premises[self.premises]
        draft.premises[self.premises] = premises.model_copy(update={"expected_arrivals": self.expected_arrivals})
