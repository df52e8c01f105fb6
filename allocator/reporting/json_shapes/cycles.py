"""The JSON of cycles, their histories, the log and the month."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from allocator.domain.plan import Action
from allocator.reporting.json_shapes.parts import ExcessChange, Finding, Goal, Json, Shape


class Difference(Shape):
    """One thing that newer data has other than the data before."""

    table: str
    id: str
    kind: str
    column: str | None
    before: str | None
    after: str | None


class ImportDocument(Shape):
    """An export that was read into a cycle."""

    cycle: int
    cycle_date: date
    state: str
    opened: bool
    stale: bool
    snapshot: str
    reduced: list[str]
    differences: list[Difference] | None


class ProposeDocument(Shape):
    """A plan that was frozen beside its input."""

    cycle: int
    state: str
    goals: list[Goal]
    without_moves: list[Goal]
    counts: dict[str, int]
    seed: int
    seconds: float
    stopped: str | None
    versions: dict[str, str]


class OverrideDocument(Shape):
    """A placement that a person decided."""

    case_id: str
    officer_id: str
    instead_of: str | None
    reason: str
    note: str
    exemption: str | None
    rules: list[str]
    price: dict[str, int]
    by: str
    at: datetime
    excesses: list[ExcessChange] | None = None


class Event(Shape):
    """An act on a cycle."""

    act: str
    by: str
    at: datetime


class Expiring(Shape):
    """A reduction that ends soon."""

    officer_id: str
    percent: int
    to: date | None
    cycles: int


class Placement(Shape):
    """A case under a plan."""

    case_id: str
    officer_id: str | None
    action: Action
    from_officer_id: str | None


class ShownPlan(ProposeDocument):
    """A cycle's plan."""

    proposed_by: str
    proposed_at: datetime
    digest: str
    kept: int
    overrides: list[OverrideDocument]
    findings: list[Finding]
    cases: list[Placement]


class Touched(Shape):
    """A placement that newer data touches."""

    case_id: str
    officer_id: str | None
    action: Action
    case_changes: list[Difference]
    officer_changes: list[Difference]
    barred_by: list[str]


class Stale(Shape):
    """What has overtaken a plan."""

    rules: dict[str, str] | None
    differences: list[Difference]
    touched: list[Touched]


class CycleDocument(Shape):
    """A cycle as it stands."""

    cycle: int
    cycle_date: date
    state: str
    version: int
    follows: int | None
    snapshot: str
    digest: str
    events: list[Event]
    expiring: list[Expiring]
    plan: ShownPlan | None
    stale: Stale | None


class ListedCycle(Shape):
    """One cycle of the list."""

    cycle: int
    cycle_date: date
    state: str
    follows: int | None
    officers: int
    cases: int
    goals: dict[str, int]
    moved: int
    placed: int
    unplaced: int


class HistoryEntry(BaseModel):
    """What happened in one cycle; beside these keys it has what its sentence needs."""

    model_config = ConfigDict(extra="allow")

    cycle: int
    cycle_date: date
    state: str
    kind: str


class HistoryDocument(Shape):
    """What is known of a case or an officer."""

    name: str
    now: str | None
    since: date | None
    holds: int
    entries: list[HistoryEntry]


class LogEntry(Shape):
    """An entry of the audit log."""

    seq: int
    at: datetime
    by: str
    act: str
    cycle: int | None
    purpose: str | None
    details: Json | None
    before: str | None
    after: str | None


class Reduction(Shape):
    """A reduction of capacity, as far as its reader may see it."""

    officer_id: str
    division: str
    percent: int
    starts: date = Field(alias="from")
    to: date | None
    reason: str | None
    running: bool
    ends_in_cycles: int | None


class MonthDocument(Shape):
    """Performance data of a month: three tables, a row a mapping of the table's headings."""

    month: str
    committed_cycles: list[Json]
    divisions: list[Json]
    officers: list[Json]
