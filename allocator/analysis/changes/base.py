"""What a change is: one class, one sentence, what it sets, and how it is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from allocator.domain.force import MOST_ITEMS, Case, Force, Id, Officer, Premises
from allocator.domain.policy import Count, Percent, Tag

Site = Annotated[Id, Field(description="Approved Premises")]
Ids = Annotated[list[Id], Field(max_length=MOST_ITEMS)]
Tags = Annotated[list[Tag], Field(max_length=MOST_ITEMS)]
CaseId = Annotated[Id, Field(description="case id")]
FullPercent = Annotated[Percent, Field(description="percent of a full caseload")]
Arrivals = Annotated[Count, Field(description="arrivals that the premises expect")]

Table = Literal["officers", "cases", "premises", "divisions"]
ONE: dict[Table, str] = {
    "officers": "an officer of the force",
    "cases": "a case of the force",
    "premises": "premises of the force",
    "divisions": "a division of the force",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a change in the force at hand.

    Attributes
    ----------
    key : str
        Key of the change, dotted where it stands deeper: ``cases.0.division``.
    value : str or None
        None where nothing is given.
    names : tuple of str
        What could have been meant.
    """

    key: str
    value: str | None
    expected: str
    names: tuple[str, ...] = ()


class Mention(NamedTuple):
    """An id that a change speaks of, the key that holds it, and where such ids are listed."""

    key: str
    name: str
    table: Table


@dataclass
class ForceDraft:
    """A force while it is being changed: its rows by id, and the chance by which some are drawn."""

    officers: dict[str, Officer]
    cases: dict[str, Case]
    premises: dict[str, Premises]
    chance: Random = field(default_factory=Random)

    @classmethod
    def of(cls, force: Force) -> ForceDraft:
        """Begin with a force as it is."""
        return cls(dict(force.officer_by_id), dict(force.case_by_id), dict(force.premises_by_id))

    def names(self, table: Table) -> tuple[str, ...]:
        """Ids that exist."""
        if table == "divisions":
            tables: tuple[dict[str, Any], ...] = (self.officers, self.cases, self.premises)
            return tuple(sorted({row.division for rows in tables for row in rows.values()}))
        rows_by_id: dict[Table, dict[str, Any]] = {
            "officers": self.officers,
            "cases": self.cases,
            "premises": self.premises,
        }
        return tuple(rows_by_id[table])

    def home(self, case: Case) -> str:
        """Division that a case counts in."""
        return case.division if case.premises is None else self.premises[case.premises].division

    def alter(self, officer_id: str, **fields: Any) -> None:
        """Replace fields of an officer."""
        self.officers[officer_id] = Officer(**{**dict(self.officers[officer_id]), **fields})

    def alter_case(self, case_id: str, **fields: Any) -> None:
        """Replace fields of a case."""
        self.cases[case_id] = Case(**{**dict(self.cases[case_id]), **fields})


class Change(BaseModel):
    """One named change to a force.

    Forms call a field by its description, or where it has none by its name.

    Attributes
    ----------
    comment : str or None
        Why, for people.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", populate_by_name=True)

    id: ClassVar[str]
    refers: ClassVar[dict[str, Table]] = {}
    makes: ClassVar[dict[str, Table]] = {}

    comment: str | None = None

    @classmethod
    def sentence(cls) -> str:
        """The plain sentence that opens the class."""
        return " ".join((cls.__doc__ or "").split("\n\n")[0].split())

    def arriving(self) -> int:
        """How many cases it brings."""
        return 0

    def says(self) -> str:
        """The change in words."""
        raise NotImplementedError

    def sets(self) -> Iterator[tuple[str, str, Any]]:
        """What it sets: of whom, what, and to which value. Two changes must not set the same to different values."""
        return iter(())

    def ends(self) -> tuple[Table, str] | None:
        """Who is gone after it, so that no other change of them makes sense."""
        return None

    def mentions(self) -> Iterator[Mention]:
        """Ids that the force must have."""
        for key, table in self.refers.items():
            yield from (Mention(key, name, table) for name in _as_list(getattr(self, key)))

    def introduces(self) -> Iterator[Mention]:
        """Ids that the force must not have yet."""
        for key, table in self.makes.items():
            yield from (Mention(key, name, table) for name in _as_list(getattr(self, key)))

    def faults(self, draft: ForceDraft) -> Iterator[Fault]:
        """What is wrong with it in a force: ids that it has not, or has already."""
        for key, name, table in self.mentions():
            known = draft.names(table)
            if name not in known:
                yield Fault(key, name, ONE[table], known)
        for key, name, table in self.introduces():
            if name in draft.names(table):
                yield Fault(key, name, "an id that the force does not have yet")

    def apply(self, draft: ForceDraft) -> None:
        """Make the change."""
        raise NotImplementedError


def _as_list(value: Any) -> list[str]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
