"""The JSON of training and of planning ahead."""

from __future__ import annotations

from datetime import date
from typing import Any

from allocator.reporting.json_shapes.parts import ExcessChange, Shape


class Pairing(Shape):
    """A buddy who is proposed."""

    officer_id: str
    buddy: str
    supports: int
    workload_percent: int | None


class BuddiesDocument(Shape):
    """Buddies for officers who await training."""

    pairings: list[Pairing]
    without: dict[str, str]
    supports: dict[str, int]
    most: int


class TrainedGoal(Shape):
    """A goal without and with a course place."""

    name: str
    before: int
    after: int


class TrainedOfficer(Shape):
    """An officer, and what a course place for them does."""

    officer_id: str
    division: str
    mosovo: str
    goals: list[TrainedGoal]
    excesses: list[ExcessChange]
    placed: list[str]
    cures: bool
    proven: bool


class CoursePlace(TrainedOfficer):
    """Who should take a place, and who else could."""

    others: list[TrainedOfficer]


class CoursesDocument(Shape):
    """Who should take the next course places."""

    goals: dict[str, int]
    places: list[CoursePlace]
    asked: int
    stopped: bool


class Assumed(Shape):
    """An assumption with its source."""

    setting: str
    value: Any
    says: str
    source: str


class Chance(Shape):
    """A chance with its 95% interval, as shares of 1."""

    share: float
    low: float
    high: float
    futures: int


class DivisionForecast(Shape):
    """What to expect of a division; of each figure 5, 25, 50, 75 and 95 of 100 futures, cycle by cycle."""

    moves_a_year: float
    months_ended: float
    load_percent: list[list[float]]
    over_limit: list[Chance]
    over_share: list[Chance]
    cases: list[list[float]]
    excess: list[list[float]]
    unplaced: list[list[float]]
    moves: list[list[float]]
    spread: list[list[float]]


class ForecastDocument(Shape):
    """What to expect under today's staffing."""

    force: str
    cycle_date: date
    futures: int
    asked: int
    stopped: bool
    cycles: int
    unproved_plans: int
    divisions: dict[str, DivisionForecast]
    assumptions: list[Assumed]
    says: list[str]


class Staffing(Shape):
    """Officers, and how many of them are trained and linked to premises."""

    officers: int
    trained: int
    linked: int


class Trial(Staffing):
    """A staffing that was tried."""

    kept: int
    futures: int
    low: float
    high: float
    decided: bool
    holds: bool


class OneMore(Shape):
    """What one more is worth; each figure with its interval."""

    what: str
    kept: list[float | None]
    excess: list[float | None]
    futures: int


class Attainable(Shape):
    """What can be kept where the target cannot."""

    officers: int
    excess: int
    unplaced: int
    futures: int


class Bar(Shape):
    """What one assumption matters: each side in words, and the mean excess in a cycle."""

    name: str
    low: tuple[str, float]
    high: tuple[str, float]


class Sensitivity(Shape):
    """What each assumption matters, most first."""

    base: float
    futures: int
    stopped: bool
    bars: list[Bar]


class SizedDivision(Shape):
    """The staffing that a division needs."""

    division: str | None
    now: Staffing
    needed: Staffing | None
    bound: int
    why_not: str | None
    attainable: Attainable | None
    tried: list[Trial]
    next: list[OneMore]


class SizeDocument(Shape):
    """The fewest officers that keep the target."""

    force: str
    cycle_date: date
    confidence: float
    excess: int
    cycles: int
    futures_run: int
    stopped: bool
    divisions: list[SizedDivision]
    sensitivity: Sensitivity | None
    assumptions: list[Assumed]
    says: list[str]


class Sent(Shape):
    """Somebody who is sent on a course."""

    course: date
    officer_id: str
    division: str
    effect: list[float | None]
    second: str | None


class TrainDocument(Shape):
    """Who to send on which course."""

    force: str
    futures: int
    stopped: bool
    sent: list[Sent]
    assumptions: list[Assumed]
    says: list[str]
