"""What to expect under a staffing: futures gathered, with what was assumed."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.domain.force import Force
from allocator.errors import AllocatorError
from allocator.planning.outcomes import Outcomes, outcomes_of
from allocator.planning.runs import Futures, Staffing
from allocator.planning.settings import Planning


@dataclass(frozen=True)
class Forecast:
    """What to expect; fewer futures than were asked for where it was stopped."""

    force: Force
    planning: Planning
    outcomes: Outcomes
    asked: int
    stopped: bool


def forecast(force: Force, planning: Planning, futures: Futures, count: int) -> Forecast:
    """Run so many futures under today's staffing; Ctrl-C ends it early with those that have been run.

    Raises
    ------
    AllocatorError
        When it was stopped before the first future had ended.
    """
    staffing, stopped = Staffing("today's staffing", force, force, planning), False
    try:
        found = futures.of(staffing, range(count))
    except KeyboardInterrupt:
        found, stopped = futures.known(staffing, range(count)), True
    if not found:
        raise AllocatorError("It ended before the first future was known.")
    return Forecast(force, planning, outcomes_of(found), count, stopped)
