"""New cases: given one by one, or drawn after the current cases of the force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allocator.analysis.changes.base import Change, Fault, ForceDraft, Ids, Mention, Site, Table, Tags
from allocator.analysis.changes.cases import LISTS, Category
from allocator.domain.force import Case, Id, Setting, Text, case_disagreements
from allocator.domain.policy import Count, Level, Risk

Number = Annotated[int, Field(ge=1, le=100_000)]


class Arrival(BaseModel):
    """A case that arrives: columns of ``cases.csv`` without those of a current officer."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    case_id: Id
    division: Text
    risk: Risk
    category: Category = 0
    level: Level = 0
    setting: Setting = "community"
    premises: Id | None = None
    release_on: date | None = None
    needs: Tags = Field(default_factory=list)
    points: Count | None = None
    excluded: Ids = Field(default_factory=list)
    former: Ids = Field(default_factory=list)
    forums: Tags = Field(default_factory=list)
    visit_due: date | None = None
    review_due: date | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """Columns of the case."""
        return {**dict(self), **{column: frozenset(getattr(self, column)) for column in LISTS}}


class CasesArrive(Change):
    """New cases arrive: given one by one, or so many drawn after the current cases of the force."""

    id = "cases-arrive"
    refers: ClassVar[dict[str, Table]] = {"division": "divisions", "premises": "premises"}

    cases: list[Arrival] | None = None
    count: Number | None = Field(default=None, description="how many cases arrive")
    division: Text | None = None
    risk: Risk | None = None
    setting: Setting | None = None
    premises: Site | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.cases is None) == (self.count is None):
            raise ValueError("either cases or count")
        if self.cases is not None and self.model_fields_set & {"division", "risk", "setting", "premises"}:
            raise ValueError("division, risk, setting and premises only beside count")
        if self.count is not None and (self.setting == "premises") != (self.premises is not None):
            raise ValueError('premises exactly where setting = "premises"')
        return self

    def says(self) -> str:
        if self.cases is not None:
            return f"New cases arrive: {', '.join(case.case_id for case in self.cases)}."
        what = ["new", *([self.risk.replace("_", " ") + "-risk"] if self.risk else [])]
        where = f" in {self.setting}" if self.setting else ""
        where = f" at {self.premises}" if self.premises else where
        of = f" of {self.division}" if self.division else ""
        noun, verb = ("case", "arrives") if self.count == 1 else ("cases", "arrive")
        return f"{self.count} {' '.join(what)} {noun}{of} {verb}{where}, drawn by chance."

    def arriving(self) -> int:
        """How many cases arrive."""
        return len(self.cases or ()) + (self.count or 0)

    def sets(self) -> Iterator[tuple[str, str, Any]]:
        """What is given of each case."""
        for case in self.cases or ():
            for column in sorted(case.model_fields_set - {"case_id"}):
                yield case.case_id, column, case.columns[column]

    def mentions(self) -> Iterator[Mention]:
        """Divisions, premises and officers, those of the cases given too."""
        yield from super().mentions()
        for k, case in enumerate(self.cases or ()):
            yield Mention(f"cases.{k}.division", case.division, "divisions")
            if case.premises is not None:
                yield Mention(f"cases.{k}.premises", case.premises, "premises")
            yield from (Mention(f"cases.{k}.excluded", name, "officers") for name in case.excluded)

    def introduces(self) -> Iterator[Mention]:
        """The cases given."""
        yield from (Mention(f"cases.{k}.case_id", case.case_id, "cases") for k, case in enumerate(self.cases or ()))

    def faults(self, draft: ForceDraft) -> Iterator[Fault]:
        """Ids that the force lacks or has already, and columns that contradict each other."""
        yield from super().faults(draft)
        arriving = Counter(case.case_id for case in self.cases or ())
        for k, case in enumerate(self.cases or ()):
            if arriving[case.case_id] > 1:
                yield Fault(f"cases.{k}.case_id", case.case_id, "an id that no other case has")
            for column, expected in case_disagreements({**dict(case), "officer": None, "since": None}):
                yield Fault(f"cases.{k}.{column}", getattr(case, column), expected)
        if self.count is not None and not draft.cases:
            yield Fault("count", str(self.count), "a force with cases to draw after")

    def apply(self, draft: ForceDraft) -> None:
        for given in self.cases or ():
            draft.cases[given.case_id] = Case(**given.columns)
        for case in self._draw(draft) if self.count is not None else ():
            draft.cases[case.case_id] = case

    def _draw(self, draft: ForceDraft) -> list[Case]:
        everybody = sorted(draft.cases.values(), key=lambda case: case.case_id)
        models = [case for case in everybody if case.officer is not None] or everybody
        for column in ("division", "setting", "risk"):  # what no current case has is written over another's
            wanted = getattr(self, column)
            models = [case for case in models if wanted in (None, getattr(case, column))] or models
        numbers = (f"NEW-{k:04}" for k in range(1, len(draft.cases) + (self.count or 0) + 1))
        free = (case_id for case_id in numbers if case_id not in draft.cases)
        return [self._like(draft.chance.choice(models), next(free)) for _ in range(self.count or 0)]

    def _like(self, model: Case, case_id: str) -> Case:
        """A new case with another's traits, save those that are asked for, and those that come of being managed."""
        fields = dict(model)
        fields |= {"case_id": case_id, "officer": None, "since": None, "locked": False, "excluded": frozenset()}
        fields |= {"former": frozenset(), "covered_by": None, "visit_due": None, "review_due": None}
        if self.setting is not None:
            fields |= {"setting": self.setting, "premises": self.premises}
            fields |= {} if self.setting == "custody" else {"release_on": None}
        fields |= {"division": self.division} if self.division else {}
        fields |= {"risk": self.risk} if self.risk else {}
        return Case(**fields)
