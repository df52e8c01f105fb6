"""Parts that several documents have: goals, findings, caseloads, effects."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from allocator.domain.plan import Kind

Json = dict[str, Any]


class Shape(BaseModel):
    """A mapping with exactly these keys."""

    model_config = ConfigDict(extra="forbid")


class Value(Shape):
    """The value of a goal."""

    name: str
    value: int


class Goal(Value):
    """A goal with its proof."""

    bound: int
    proven: bool


class Change(Shape):
    """A goal before and after."""

    name: str
    before: int
    after: int
    change: int


class Finding(BaseModel):
    """A broken rule, an excess or a note; beside these keys it has what its sentence needs."""

    model_config = ConfigDict(extra="allow")

    rule: str
    kind: Kind
    amount: int
    officer: str | None
    case: str | None
    premises: str | None
    says: str


class ExcessChange(Finding):
    """An excess that is not what it was, with the finding that tells it."""

    before: int
    after: int


class Caseload(Shape):
    """What an officer holds."""

    cases: int
    limit: int
    high_risk: int
    allowed: int
    share: float | None
    points: int
    fair_percent: int | None


class Effect(Shape):
    """What a choice does to goals and limits."""

    goals: list[Change]
    excesses: list[ExcessChange]


class Replanned(Shape):
    """What a choice does when the rest is planned anew."""

    goals: list[Change]
    proven: bool
    other_moves: int


class Candidate(Effect):
    """An officer who may have a case."""

    officer_id: str
    stays: bool
    former: bool
    before: Caseload
    after: Caseload
    says: str
    replanned: Replanned | None = None
