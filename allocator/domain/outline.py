"""Who and what a force has, and where: as much of it as decides who sees it, small enough to be remembered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from sys import intern
from typing import NamedTuple

from allocator.domain.force import Force


class OfficerOutline(NamedTuple):
    """An officer, the division they belong to, premises that they are linked to, and whether they are away."""

    officer_id: str
    division: str
    premises: frozenset[str]
    absent: bool


class PremisesOutline(NamedTuple):
    """Premises, and the division that their cases count in."""

    premises_id: str
    division: str


class CaseOutline(NamedTuple):
    """A case: its own division, that which it counts in, where it is, who has and covers it, and who must not."""

    case_id: str
    division: str
    home: str
    premises: str | None
    officer: str | None
    excluded: frozenset[str]
    covered_by: str | None


@dataclass(frozen=True)
class ForceOutline:
    """A force without all that nobody's view depends on."""

    officer_by_id: Mapping[str, OfficerOutline]
    case_by_id: Mapping[str, CaseOutline]
    premises: tuple[PremisesOutline, ...]
    divisions: frozenset[str]

    @classmethod
    def of(cls, force: Force) -> ForceOutline:
        """Outline a force; ids are shared by the outlines of all forces."""
        officers = (
            OfficerOutline(intern(o.officer_id), intern(o.division), o.premises, o.absent) for o in force.officers
        )
        cases = (
            CaseOutline(
                intern(c.case_id),
                intern(c.division),
                intern(force.home(c)),
                c.premises,
                None if c.officer is None else intern(c.officer),
                c.excluded,
                c.covered_by,
            )
            for c in force.cases
        )
        return cls(
            {one.officer_id: one for one in officers},
            {one.case_id: one for one in cases},
            tuple(PremisesOutline(one.premises_id, one.division) for one in force.premises),
            force.divisions,
        )

    def without(self, case_ids: Collection[str]) -> ForceOutline:
        """The same without some cases."""
        left = {case_id: case for case_id, case in self.case_by_id.items() if case_id not in case_ids}
        return replace(self, case_by_id=left)

    @property
    def officers(self) -> Collection[OfficerOutline]:
        """All of them."""
        return self.officer_by_id.values()

    @property
    def cases(self) -> Collection[CaseOutline]:
        """All of them."""
        return self.case_by_id.values()

    @staticmethod
    def home(case: CaseOutline) -> str:
        """Division that a case counts in."""
        return case.home

    @cached_property
    def excluding(self) -> Mapping[str, frozenset[str]]:
        """Cases that exclude an officer, of each whom any excludes."""
        found: dict[str, set[str]] = defaultdict(set)
        for case in self.cases:
            for officer_id in case.excluded:
                found[officer_id].add(case.case_id)
        return {officer_id: frozenset(of) for officer_id, of in found.items()}
