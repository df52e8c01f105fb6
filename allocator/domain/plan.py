"""A plan: for every case the officer proposed, or nobody; and what is said about one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from allocator.domain.force import Case, Force
from allocator.errors import InputError, Problem

Action = Literal["kept", "moved", "placed", "unplaced"]
Kind = Literal["broken", "excess", "note"]


@dataclass(frozen=True)
class Plan:
    """For every case of a force, in its order, the officer proposed or None for nobody.

    Parameters
    ----------
    officers : tuple of (str or None)
        One officer_id a case, aligned with ``force.cases``.
    """

    force: Force
    officers: tuple[str | None, ...]

    def __post_init__(self) -> None:
        if len(self.officers) != len(self.force.cases):
            raise ValueError(f"{len(self.officers)} officers for {len(self.force.cases)} cases")
        unknown = set(self.officers) - self.force.officer_by_id.keys() - {None}
        if unknown:
            raise InputError(Problem("plan", "an officer of the force", value=o) for o in sorted(map(str, unknown)))

    @classmethod
    def as_it_stands(cls, force: Force) -> Plan:
        """Every current case kept, every new one unplaced."""
        return cls(force, tuple(c.officer for c in force.cases))

    @cached_property
    def officer_of(self) -> Mapping[str, str | None]:
        """Officer proposed for each case_id."""
        return {c.case_id: o for c, o in zip(self.force.cases, self.officers, strict=True)}

    @cached_property
    def holder_of(self) -> Mapping[str, str | None]:
        """Whose each case_id counts as: a case left unplaced is its present officer's, unless they are leaving."""
        force = self.force
        stays = {officer.officer_id for officer in force.officers if officer.status != "leaving"}
        return {
            case.case_id: case.officer if officer is None and case.officer in stays else officer
            for case, officer in self
        }

    def action(self, case: Case) -> Action:
        """What happens to a case: kept, moved, placed or unplaced."""
        officer = self.officer_of[case.case_id]
        if officer is None:
            return "unplaced"
        if case.officer is None:
            return "placed"
        return "kept" if officer == case.officer else "moved"

    @cached_property
    def actions(self) -> Mapping[Action, tuple[Case, ...]]:
        """The cases of each action, in the force's order."""
        found: dict[Action, list[Case]] = {"kept": [], "moved": [], "placed": [], "unplaced": []}
        for case in self.force.cases:
            found[self.action(case)].append(case)
        return {action: tuple(cases) for action, cases in found.items()}

    def __iter__(self) -> Iterator[tuple[Case, str | None]]:
        """Each case with the officer proposed for it."""
        return zip(self.force.cases, self.officers, strict=True)


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach, excess or note about a plan, as data.

    Attributes
    ----------
    rule : str
        Id of the rule that found it.
    kind : {"broken", "excess", "note"}
        Whether a rule is broken, a limit exceeded, or something only told.
    amount : int
        Excess in cases; 1 for a broken rule, 0 for a note.
    officer, case, premises : str or None
        Who and what it is about.
    facts : mapping
        What a sentence about it needs.
    """

    rule: str
    kind: Kind
    amount: int
    officer: str | None = None
    case: str | None = None
    premises: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GoalValue:
    """What a plan reaches on one goal, and how far that is proved.

    Attributes
    ----------
    name : str
        unplaced, excess, disruption or fairness.
    value : int
        The plan's value.
    bound : int
        The best bound proved, given the values that the plan has on the goals before it.
    proven : bool
        Whether the two meet and every goal before it is proved too.
    """

    name: str
    value: int
    bound: int
    proven: bool
