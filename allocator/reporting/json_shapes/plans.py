"""The JSON of plans, and of plans side by side."""

from __future__ import annotations

from datetime import date

from allocator.reporting.json_shapes.parts import Caseload, Finding, Goal, Json, Shape, Value


class PlannedExcess(Finding):
    """An excess that grows, beside what the plan has of it."""

    planned: int


class OfficerChange(Shape):
    """An officer before and after a plan."""

    officer_id: str
    division: str
    status: str
    capacity: int
    before: Caseload
    after: Caseload
    received: int
    given_up: int


class Stayed(Shape):
    """What would be, had a case stayed."""

    goal: str | None
    planned: int
    instead: int
    excesses: list[PlannedExcess]


class Move(Shape):
    """A case that goes from one officer to another."""

    case_id: str
    from_officer_id: str
    officer_id: str
    months: int
    disruption: int
    receivers: int
    former: bool
    barred_by: list[str]
    if_it_stayed: Stayed | None
    says: str


class NewCase(Shape):
    """A new case that gets an officer."""

    case_id: str
    officer_id: str
    receivers: int
    former: bool
    says: str


class UnplacedCase(Shape):
    """A case that nobody may have."""

    case_id: str
    from_officer_id: str | None
    still_with: str | None
    says: str


class PlanDocument(Shape):
    """A plan with all that is told of it; the same as plan.json."""

    force: str
    cycle_date: date
    digest: str
    source: str | None
    seed: int
    seconds: float
    stopped: str | None
    versions: dict[str, str]
    goals: list[Goal]
    without_moves: list[Goal]
    officers: list[OfficerChange]
    moves: list[Move]
    new_cases: list[NewCase]
    unplaced: list[UnplacedCase]
    findings: list[Finding]
    policy: Json


class CheckDocument(Shape):
    """What a plan, or the allocation as it stands, comes to."""

    goals: list[Value]
    broken: list[Finding]
    findings: list[Finding]


class FindingPair(Finding):
    """An excess or broken rule of which two plans have unlike amounts."""

    first: int
    second: int


class GoalPair(Shape):
    """A goal under two plans."""

    name: str
    first: int
    second: int
    difference: int


class CasePair(Shape):
    """A case that has another officer under the other plan."""

    case_id: str
    division: str
    present: str | None
    first: str | None
    second: str | None
    in_first: bool
    in_second: bool


class OfficerPair(Shape):
    """An officer whose caseload differs."""

    officer_id: str
    division: str
    first: Caseload | None
    second: Caseload | None
    gained: list[str]
    lost: list[str]


class CompareDocument(Shape):
    """Two plans side by side."""

    plans: list[str]
    goals: list[GoalPair]
    broken: list[list[Finding]]
    cases: list[CasePair]
    officers: list[OfficerPair]
    findings: list[FindingPair]
    says: str


class Spread(Shape):
    """How even the workload is, in percent of the fair share."""

    least: int
    middle: int
    most: int
    most_less_least: int
    officers: dict[str, int]


class Tried(Shape):
    """A scenario with its plan; the first is the force as it is."""

    name: str
    comment: str
    changes: list[str]
    goals: list[Goal]
    cases: dict[str, int]
    optional_moves: int
    other_moves: int
    moves_by_division: dict[str, int]
    excess_by_division: dict[str, int]
    affected: list[str]
    spread: Spread | None
    unplaced: list[str]
    findings: list[Finding]
    against_base: CompareDocument | None
    says: str


class WhatIfDocument(Shape):
    """Scenarios beside the force as it is; the same as whatif.json."""

    force: str
    cycle_date: date
    seconds: float
    stopped: str | None
    plans: list[Tried]


class FrontierPoint(Shape):
    """The best plan under one number of optional moves."""

    moves: int
    moved: int
    goals: list[Goal]


class FrontierDocument(Shape):
    """How even for how many moves; the same as frontier.json."""

    force: str
    cycle_date: date
    seconds: float
    stopped: str | None
    complete: bool
    knee: int | None
    points: list[FrontierPoint]
    says: list[str]
