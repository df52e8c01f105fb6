"""The JSON of answers about one case, and of a diagnosis."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from allocator.domain.plan import Action
from allocator.reporting.json_shapes.parts import Candidate, Change, Effect, Finding, Goal, Json, Shape
from allocator.reporting.json_shapes.plans import CompareDocument


class Barred(Shape):
    """An officer who may not have a case."""

    officer_id: str
    rules: list[str]


class RecommendDocument(Shape):
    """Officers for one case, best first."""

    case_id: str
    officer: str | None
    pinned_by: list[str]
    candidates: list[Candidate]
    more: int
    barred: list[Barred]
    stopped: str | None
    says: list[str]


class Relation(Effect):
    """Another case that could have moved in the place of this one."""

    case_id: str
    months: int
    cost: int
    says: str


class Otherwise(Shape):
    """The best plan in which the case goes elsewhere, or stays."""

    stays: bool
    goals: list[Change]
    proven: bool
    officer_id: str | None


class WhyDocument(Shape):
    """Why a case is where the plan has it."""

    case_id: str
    action: Action
    officer_id: str | None
    from_officer_id: str | None
    barred_by: list[str]
    pinned_by: list[str]
    months: int
    cost: int
    if_it_stayed: Effect | None
    relations: list[Relation]
    others: list[Candidate]
    barred: dict[str, int]
    nobody_can: Finding | None
    otherwise: Otherwise | None
    best: list[Goal]
    behind: str | None
    broken: list[Finding]
    says: list[str]


class WhyNotDocument(Shape):
    """What bars an officer from a case, or the price of insisting."""

    case_id: str
    officer_id: str
    barred_by: list[str]
    best: list[Goal] | None
    insisting: list[Goal] | None
    proven: bool
    comparison: CompareDocument | None
    says: list[str]


class Member(BaseModel):
    """A rule without which there would be no block; beside these keys it has what its sentence needs."""

    model_config = ConfigDict(extra="allow")

    rule: str
    officer: str | None
    premises: str | None
    says: str


class Cure(Shape):
    """A single change that lifts a block."""

    policy: Json
    change: list[Json]
    goal: str
    before: int
    after: int
    says: str


class BlockedCase(Shape):
    """A case without an officer, and why."""

    case_id: str
    risk: str
    members: list[Member]
    cures: list[Cure]
    says: str


class BlockedExcess(Finding):
    """A limit exceeded, and why it cannot be less."""

    members: list[Member]
    proved: bool
    cures: list[Cure]


class DiagnoseDocument(Shape):
    """What leaves cases unplaced and limits exceeded."""

    force: str
    cycle_date: date
    goals: list[Goal]
    unplaced: list[BlockedCase]
    excesses: list[BlockedExcess]
    stopped: str | None
    says: str
