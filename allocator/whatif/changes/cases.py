"""Changes of cases: who arrives, whose risk or setting changes, who leaves management."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allocator.domain.force import Case, Setting, case_disagreements
from allocator.domain.policy import Count, Level, Risk
from allocator.whatif.changes.base import Change, Draft, Fault, Name, Table

Category = Annotated[int, Field(ge=0, le=4)]
Number = Annotated[int, Field(ge=1, le=100_000)]
LISTS = ("needs", "excluded")


class Arrival(BaseModel):
    """A case that arrives: columns of ``cases.csv`` without those of a current officer."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    case_id: Name
    division: Name
    risk: Risk
    category: Category = 0
    level: Level = 0
    setting: Setting = "community"
    premises: Name | None = None
    release_on: date | None = None
    needs: list[Name] = Field(default_factory=list)
    points: Count | None = None
    excluded: list[Name] = Field(default_factory=list)


class CasesArrive(Change):
    """New cases arrive: given one by one, or so many drawn after the current cases of the force."""

    id = "cases-arrive"
    refers: ClassVar[dict[str, Table]] = {"division": "divisions", "premises": "premises"}

    cases: list[Arrival] | None = None
    count: Number | None = None
    division: Name | None = None
    risk: Risk | None = None
    setting: Setting | None = None
    premises: Name | None = None

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
        """The change in words."""
        if self.cases is not None:
            return f"New cases arrive: {', '.join(case.case_id for case in self.cases)}."
        what = ["new", *([self.risk.replace("_", " ") + "-risk"] if self.risk else [])]
        where = f" at {self.premises}" if self.premises else f" in {self.setting}" if self.setting else ""
        of = f" of {self.division}" if self.division else ""
        return f"{self.count} {' '.join(what)} case{'s' if self.count != 1 else ''}{of} arrive{where}, drawn by chance."

    def faults(self, draft: Draft) -> Iterator[Fault]:
        """Ids that the force lacks or has already, and columns that contradict each other."""
        yield from super().faults(draft)
        arriving = Counter(case.case_id for case in self.cases or ())
        for case in self.cases or ():
            if case.case_id in draft.cases or arriving[case.case_id] > 1:
                yield Fault("cases", case.case_id, "an id that no other case has")
            if case.premises is not None and case.premises not in draft.premises:
                yield Fault("cases", case.premises, "premises of the force", draft.names("premises"))
            for officer_id in case.excluded:
                if officer_id not in draft.officers:
                    yield Fault("cases", officer_id, "an officer of the force", draft.names("officers"))
            for column, expected in case_disagreements({**dict(case), "officer": None, "since": None}):
                yield Fault("cases", case.case_id, f"for {column} {expected}")
        if self.count is not None and not draft.cases:
            yield Fault("count", str(self.count), "a force with cases to draw after")

    def apply(self, draft: Draft) -> None:
        """Add the cases."""
        for given in self.cases or ():
            fields = {**dict(given), **{column: frozenset(getattr(given, column)) for column in LISTS}}
            draft.cases[given.case_id] = Case(**fields)
        for case in self._drawn(draft) if self.count is not None else ():
            draft.cases[case.case_id] = case

    def _drawn(self, draft: Draft) -> list[Case]:
        models = sorted(draft.cases.values(), key=lambda case: case.case_id)
        for column in ("division", "setting", "risk"):  # what no current case has is written over another's
            wanted = getattr(self, column)
            models = [case for case in models if wanted in (None, getattr(case, column))] or models
        numbers = (f"NEW-{k:04}" for k in range(1, len(draft.cases) + (self.count or 0) + 1))
        free = (case_id for case_id in numbers if case_id not in draft.cases)
        return [self._like(draft.chance.choice(models), next(free)) for _ in range(self.count or 0)]

    def _like(self, model: Case, case_id: str) -> Case:
        """A new case with another's traits, save those that are asked for."""
        fields = dict(model)
        fields |= {"case_id": case_id, "officer": None, "since": None, "locked": False, "excluded": frozenset()}
        if self.setting is not None:
            fields |= {"setting": self.setting, "premises": self.premises}
            fields |= {} if self.setting == "custody" else {"release_on": None}
        fields |= {"division": self.division} if self.division else {}
        fields |= {"risk": self.risk} if self.risk else {}
        return Case(**fields)


class CaseChanges(Change):
    """A case changes: its risk, level, category, setting, needs, division, or what a supervisor decided about it."""

    id = "case-changes"
    refers: ClassVar[dict[str, Table]] = {"case": "cases", "premises": "premises", "excluded": "officers"}

    case: Name
    division: Name | None = None
    risk: Risk | None = None
    category: Category | None = None
    level: Level | None = None
    setting: Setting | None = None
    premises: Name | None = None
    release_on: date | None = None
    needs: list[Name] | None = None
    points: Count | None = None
    locked: bool | None = None
    excluded: list[Name] | None = None

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
        """The change in words."""
        told = (f"{name} {_worded(value)}" for name, value in self.given.items() if value is not None)
        return f"Case {self.case}: {', '.join(told)}."

    def sets(self) -> Iterator[tuple[str, str, Any]]:
        """Every column that changes."""
        for column, value in self.given.items():
            yield self.case, column, value

    def faults(self, draft: Draft) -> Iterator[Fault]:
        """Ids that the force lacks, and columns that would contradict each other."""
        yield from super().faults(draft)
        if self.case in draft.cases:
            for column, expected in case_disagreements({**dict(draft.cases[self.case]), **self.given}):
                key = next(key for key in (column, "setting", "case") if key in self.model_fields_set)
                yield Fault(key, str(getattr(self, key)), f"for {column} of case {self.case} {expected}")

    def apply(self, draft: Draft) -> None:
        """Change the case."""
        draft.alter_case(self.case, **self.given)


class CaseCloses(Change):
    """A person is no longer managed."""

    id = "case-closes"
    refers: ClassVar[dict[str, Table]] = {"case": "cases"}

    case: Name

    def says(self) -> str:
        """The change in words."""
        return f"Case {self.case} closes."

    def ends(self) -> str | None:
        """The case."""
        return self.case

    def apply(self, draft: Draft) -> None:
        """Take the case away."""
        del draft.cases[self.case]


class RiskRises(Change):
    """Cases of one risk become another, as many as a percent of those that have it already.

    They are drawn by chance, divisions in proportion to the cases that each has of the first risk.
    """

    id = "risk-rises"

    percent: Annotated[int, Field(ge=1, le=1000)]
    from_: Risk = Field(default="medium", alias="from")
    to: Risk = "high"

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if self.from_ == self.to:
            raise ValueError("two risks that differ")
        return self

    def says(self) -> str:
        """The change in words."""
        of, to = self.from_.replace("_", " "), self.to.replace("_", " ")
        return f"{to.capitalize()} risk rises by {self.percent}%: {of}-risk cases, drawn by chance, become {to} risk."

    def apply(self, draft: Draft) -> None:
        """Raise the risk of the cases drawn."""
        cases = sorted(draft.cases.values(), key=lambda case: case.case_id)
        count = -(-sum(case.risk == self.to for case in cases) * self.percent // 100)
        by_home: dict[str, list[str]] = {}
        for case in cases:
            if case.risk == self.from_:
                by_home.setdefault(draft.home(case), []).append(case.case_id)
        for home, share in shares({home: len(ids) for home, ids in by_home.items()}, count).items():
            for case_id in _some(draft.chance, by_home[home], share):
                draft.alter_case(case_id, risk=self.to)


def shares(sizes: dict[str, int], count: int) -> dict[str, int]:
    """So many in whole numbers proportional to sizes, none above its size: largest remainders first."""
    whole = sum(sizes.values())
    count = min(count, whole)
    found = {name: count * size // whole for name, size in sizes.items()} if whole else {}
    by_rest = sorted(found, key=lambda name: (-(count * sizes[name] % whole), name))
    for name in by_rest[: count - sum(found.values())]:
        found[name] += 1
    return found


def _some(chance: Random, ids: list[str], count: int) -> list[str]:
    return chance.sample(sorted(ids), count)


def _worded(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    return str(value).replace("_", " ") if value in ("very_high",) else str(value)
