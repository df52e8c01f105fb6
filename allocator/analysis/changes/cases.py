"""Changes of cases: whose risk or setting changes, who leaves management."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from allocator.analysis.changes.base import CaseId, Change, Fault, ForceDraft, Ids, Site, Table, Tags
from allocator.domain.force import Case, Id, Setting, Text, case_disagreements
from allocator.domain.policy import Count, Level, Risk
from allocator.files.columns import column_words

Category = Annotated[int, Field(ge=0, le=4)]
LISTS = ("needs", "excluded", "former", "forums")


class CaseChanges(Change):
    """A case changes: its risk, setting, needs, due dates, who managed it before, or what a supervisor decided."""

    id = "case-changes"
    refers: ClassVar[dict[str, Table]] = {
        "case": "cases",
        "division": "divisions",
        "premises": "premises",
        "excluded": "officers",
        "covered_by": "officers",
    }

    case: CaseId
    division: Text | None = None
    risk: Risk | None = None
    category: Category | None = Field(default=None, description="MAPPA category")
    level: Level | None = Field(default=None, description="MAPPA level")
    setting: Setting | None = None
    premises: Site | None = None
    release_on: date | None = Field(default=None, description="day of release, such as 2025-03-31")
    needs: Tags | None = Field(default=None, description="skills that it needs")
    points: Count | None = None
    locked: bool | None = Field(default=None, description="stays where it is")
    excluded: Ids | None = Field(default=None, description="officers who must not have it")
    former: Ids | None = Field(default=None, description="officers who managed it before")
    covered_by: Id | None = Field(default=None, description="officer who covers it while its own is absent")
    forums: Tags | None = Field(default=None, description="meetings that discuss it, such as marac")
    visit_due: date | None = Field(default=None, description="day by which a visit is due, such as 2025-03-31")
    review_due: date | None = Field(default=None, description="day by which a review is due, such as 2025-03-31")

    @property
    def given(self) -> dict[str, Any]:
        """Columns that change, with their new values."""
        given = {name: getattr(self, name) for name in Case.model_fields if name in self.model_fields_set}
        given |= {name: frozenset(given[name]) for name in LISTS if given.get(name) is not None}
        if given.get("premises") is not None:
            given.setdefault("setting", "premises")
        elif given.get("setting") not in (None, "premises"):
            given["premises"] = None
        return given

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.given:
            raise ValueError("at least one column that changes")
        return self

    def says(self) -> str:
        told = (f"{column_words(name)} {_as_word(value)}" for name, value in self.given.items() if value is not None)
        return f"Case {self.case}: {', '.join(told)}."

    def sets(self) -> Iterator[tuple[str, str, Any]]:
        """Every column that changes."""
        for column, value in self.given.items():
            yield self.case, column, value

    def faults(self, draft: ForceDraft) -> Iterator[Fault]:
        """Ids that the force lacks, and columns that would contradict each other."""
        yield from super().faults(draft)
        if self.case in draft.cases:
            for column, expected in case_disagreements({**dict(draft.cases[self.case]), **self.given}):
                key = next(key for key in (column, "setting", "case") if key in self.model_fields_set)
                yield Fault(key, str(getattr(self, key)), f"for {column} of case {self.case} {expected}")

    def apply(self, draft: ForceDraft) -> None:
        draft.alter_case(self.case, **self.given)


class CaseCloses(Change):
    """A person is no longer managed."""

    id = "case-closes"
    refers: ClassVar[dict[str, Table]] = {"case": "cases"}

    case: CaseId

    def says(self) -> str:
        return f"Case {self.case} closes."

    def ends(self) -> tuple[Table, str] | None:
        return "cases", self.case

    def apply(self, draft: ForceDraft) -> None:
        del draft.cases[self.case]


class RiskRises(Change):
    """Cases of one risk become another, as many as a percent of those that have it already.

    They are drawn by chance, divisions in proportion to the cases that each has of the first risk.
    """

    id = "risk-rises"

    percent: Annotated[int, Field(ge=1, le=1000)] = Field(description="percent of those that have the risk")
    from_: Risk = Field(default="medium", alias="from", description="from")
    to: Risk = Field(default="high", description="to")

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if self.from_ == self.to:
            raise ValueError("two risks that differ")
        return self

    def says(self) -> str:
        of, to = self.from_.replace("_", " "), self.to.replace("_", " ")
        return f"{to.capitalize()} risk rises by {self.percent}%: {of}-risk cases, drawn by chance, become {to} risk."

    def faults(self, draft: ForceDraft) -> Iterator[Fault]:
        """Too few cases to draw among."""
        count, among = self._count(draft), sum(case.risk == self.from_ for case in draft.cases.values())
        if count > among:
            of = self.from_.replace("_", " ")
            expected = f"a percent for which {of}-risk cases suffice; the force has {among:,}, and {count:,} would rise"
            yield Fault("percent", str(self.percent), expected)

    def apply(self, draft: ForceDraft) -> None:
        by_home: dict[str, list[str]] = {}
        for case in sorted(draft.cases.values(), key=lambda case: case.case_id):
            if case.risk == self.from_:
                by_home.setdefault(draft.home(case), []).append(case.case_id)
        for home, share in shares({home: len(ids) for home, ids in by_home.items()}, self._count(draft)).items():
            for case_id in draft.chance.sample(sorted(by_home[home]), share):
                draft.alter_case(case_id, risk=self.to)

    def _count(self, draft: ForceDraft) -> int:
        present = sum(case.risk == self.to for case in draft.cases.values())
        return -(-present * self.percent // 100)  # rounded up


def shares(sizes: dict[str, int], count: int) -> dict[str, int]:
    """So many in whole numbers proportional to sizes, none above its size: largest remainders first."""
    whole = sum(sizes.values())
    count = min(count, whole)
    found = {name: count * size // whole for name, size in sizes.items()} if whole else {}
    by_rest = sorted(found, key=lambda name: (-(count * sizes[name] % whole), name))
    for name in by_rest[: count - sum(found.values())]:
        found[name] += 1
    return found


def _as_word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    return str(value).replace("_", " ") if value == "very_high" else str(value)
