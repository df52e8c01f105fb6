"""Changes of officers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from allocator.analysis.changes.base import Change, ForceDraft, FullPercent, Ids, Site, Table, Tags
from allocator.domain.force import Id, Mosovo, Officer, Status, Text


class OfChangedOfficer(Change):
    """A change of one officer."""

    refers: ClassVar[dict[str, Table]] = {"officer": "officers"}

    officer: Id


class OfColumn(OfChangedOfficer):
    """A change of one column of an officer, to what the change holds under the same name."""

    column: ClassVar[str]

    def sets(self) -> Iterator[tuple[str, str, Any]]:
        """The column."""
        yield self.officer, self.column, getattr(self, self.column)

    def apply(self, draft: ForceDraft) -> None:
        draft.alter(self.officer, **{self.column: getattr(self, self.column)})


class OfStatus(OfColumn):
    """A change of an officer's status."""

    column = "status"
    status: ClassVar[Status]
    words: ClassVar[str]

    def says(self) -> str:
        return f"{self.officer} {self.words}."


class OfficerLeaves(OfStatus):
    """An officer leaves and gives up every case."""

    id = "officer-leaves"
    status = "leaving"
    words = "leaves and gives up every case"

    def ends(self) -> tuple[Table, str] | None:
        return "officers", self.officer


class OfficerAbsent(OfStatus):
    """An officer is absent: keeps their cases, which need cover, and receives none."""

    id = "officer-absent"
    status = "absent"
    words = "is absent"


class OfficerCloses(OfStatus):
    """An officer keeps their cases and receives none."""

    id = "officer-closes"
    status = "closed"
    words = "keeps their cases and receives none"


class OfficerOpens(OfStatus):
    """An officer who was closed, absent or leaving receives cases again."""

    id = "officer-opens"
    status = "open"
    words = "receives cases again"


class OfficerJoins(Change):
    """An officer joins the force."""

    id = "officer-joins"
    refers: ClassVar[dict[str, Table]] = {"division": "divisions", "premises": "premises", "buddy": "officers"}
    makes: ClassVar[dict[str, Table]] = {"officer": "officers"}

    officer: Id
    division: Text
    capacity: FullPercent = 100
    mosovo: Mosovo = Field(default="none", description="MOSOVO training")
    skills: Tags = Field(default_factory=list)
    premises: Ids = Field(default_factory=list, description="Approved Premises")
    buddy: Id | None = None

    def says(self) -> str:
        training = {"trained": "MOSOVO-trained", "awaiting": "awaiting the MOSOVO course", "none": "untrained"}
        told = [training[self.mosovo]]
        told += [f"{self.capacity}% of full time"] if self.capacity != 100 else []
        told += [f"skills {', '.join(self.skills)}"] if self.skills else []
        told += [f"linked to {', '.join(self.premises)}"] if self.premises else []
        told += [f"buddy {self.buddy}"] if self.buddy else []
        return f"{self.officer} joins {self.division}: {', '.join(told)}."

    def sets(self) -> Iterator[tuple[str, str, Any]]:
        """What is given, save the training, which an officer may complete after joining."""
        for column in ("capacity", "buddy"):
            if column in self.model_fields_set:
                yield self.officer, column, getattr(self, column)
        for premises_id in self.premises:
            yield self.officer, f"link to {premises_id}", True

    def apply(self, draft: ForceDraft) -> None:
        draft.officers[self.officer] = Officer(
            officer_id=self.officer,
            division=self.division,
            capacity=self.capacity,
            mosovo=self.mosovo,
            skills=frozenset(self.skills),
            premises=frozenset(self.premises),
            buddy=self.buddy,
        )


class OfficerTrains(Change):
    """An officer, or every one who awaits the course, completes MOSOVO training."""

    id = "officer-trains"
    refers: ClassVar[dict[str, Table]] = {"officer": "officers"}

    officer: Id | None = None
    every: Literal["awaiting"] | None = Field(default=None, description="or everybody who awaits the course")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.officer is None) == (self.every is None):
            raise ValueError('either officer or every = "awaiting"')
        return self

    def says(self) -> str:
        return f"{self.officer or 'Every officer who awaits the course'} completes MOSOVO training."

    def sets(self) -> Iterator[tuple[str, str, Any]]:
        """The officer's training."""
        if self.officer is not None:
            yield self.officer, "mosovo", "trained"

    def apply(self, draft: ForceDraft) -> None:
        for officer in list(draft.officers.values()):
            if officer.officer_id == self.officer or (self.every is not None and officer.mosovo == self.every):
                draft.alter(officer.officer_id, mosovo="trained")


class OfficerHours(OfColumn):
    """An officer works another share of full time, or has duties reduced or restored."""

    id = "officer-hours"
    column = "capacity"

    capacity: FullPercent

    def says(self) -> str:
        return f"{self.officer} carries {self.capacity}% of a full caseload."


class OfPremisesLink(OfChangedOfficer):
    """A change of a link between an officer and premises."""

    refers: ClassVar[dict[str, Table]] = {"officer": "officers", "premises": "premises"}
    linked: ClassVar[bool]

    premises: Site

    def says(self) -> str:
        return f"{self.officer} is {'' if self.linked else 'no longer '}linked to {self.premises}."

    def sets(self) -> Iterator[tuple[str, str, Any]]:
        """Whether the two are linked."""
        yield self.officer, f"link to {self.premises}", self.linked

    def apply(self, draft: ForceDraft) -> None:
        others = draft.officers[self.officer].premises - {self.premises}
        draft.alter(self.officer, premises=others | {self.premises} if self.linked else others)


class OfficerLinked(OfPremisesLink):
    """An officer is linked to premises, and so may receive their residents."""

    id = "officer-linked"
    linked = True


class OfficerUnlinked(OfPremisesLink):
    """An officer is no longer linked to premises."""

    id = "officer-unlinked"
    linked = False


class OfficerSkilled(OfChangedOfficer):
    """An officer acquires skills."""

    id = "officer-skilled"

    skills: Tags

    def says(self) -> str:
        return f"{self.officer} acquires the skill {', '.join(self.skills)}."

    def apply(self, draft: ForceDraft) -> None:
        draft.alter(self.officer, skills=draft.officers[self.officer].skills | set(self.skills))


class OfficerBuddy(OfColumn):
    """An officer is supported by another."""

    id = "officer-buddy"
    column = "buddy"
    refers: ClassVar[dict[str, Table]] = {"officer": "officers", "buddy": "officers"}

    buddy: Id

    def says(self) -> str:
        return f"{self.buddy} becomes the buddy of {self.officer}."
