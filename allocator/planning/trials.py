"""Trials of staffings: each on no more futures than it takes to tell which side of the target it is on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from allocator.domain.force import Force
from allocator.planning.bound import Target
from allocator.planning.intervals import any_time_interval, doubt
from allocator.planning.outcomes import Outcomes, outcomes_of
from allocator.planning.runs import Futures, Staffing
from allocator.planning.settings import Planning
from allocator.planning.staffing import headcount_of, with_linked, with_officers, with_trained

AT_ONCE = (2, 8)  # futures between two looks at the test, at first and once there are eight


@dataclass(frozen=True, slots=True)
class Trial:
    """One staffing of a division as it was tried.

    Attributes
    ----------
    kept, futures : int
        Futures in which the target was kept, of those that were run.
    low, high : float
        Interval of that probability; it holds although the test stopped when it could.
    decided : bool
        Whether the test told which side of the target it is on.
    holds : bool
        Whether it keeps the target: surely if decided, else by the estimate.
    by_share : int
        Futures that failed by the high-risk share alone.
    unproved : int
        Plans that were not proved best.
    """

    officers: int
    trained: int
    linked: int
    kept: int
    futures: int
    low: float
    high: float
    decided: bool
    holds: bool
    by_share: int = 0
    unproved: int = 0


@dataclass
class DivisionTrials:
    """Staffings of one division that have been tried, and what was found of each.

    Attributes
    ----------
    name : str
        Of the division; empty for the whole force.
    most : int
        Futures at most for one staffing.
    tried : list of Trial
        In order.
    """

    name: str
    force: Force
    planning: Planning
    target: Target
    futures: Futures
    most: int
    tried: list[Trial] = field(default_factory=list)
    _known: dict[tuple[int, int | None, int | None], Trial] = field(default_factory=dict)

    def staffing(self, officers: int, trained: int | None = None, linked: int | None = None) -> Staffing:
        """So many officers, trained and linked as many as those are unless given."""
        force = with_officers(self.force, self.name, officers)
        if trained is not None:
            force = with_trained(force, self.name, trained)
        if linked is not None:
            force = with_linked(force, self.name, linked)
        name = f"{self.name or 'force'}: {officers} officers"
        return Staffing(name, force, self.force, self.planning)

    def outcomes(self, staffing: Staffing, count: int) -> Outcomes:
        """What the first futures of a staffing come to."""
        return outcomes_of(self.futures.of(staffing, range(count)))

    def test(self, officers: int, trained: int | None = None, linked: int | None = None) -> Trial:
        """Try a staffing until it is known on which side of the target it is."""
        key = officers, trained, linked
        if key in self._known:
            return self._known[key]
        until = self.target.excess, self.planning.settle
        staffing = replace(self.staffing(*key), until=until)
        count, kept = 0, 0
        found: list[Any] = []
        while count < self.most:
            count = min(self.most, count + AT_ONCE[count >= AT_ONCE[1]])
            found = self.futures.of(staffing, range(count))
            kept = sum(one["ended"] is None for one in found)
            lost = count - kept > (1 - self.target.confidence) * self.most  # whatever the others come to
            if lost or doubt(kept, count, self.target.confidence) >= 20:
                break
        low, high = any_time_interval(kept, count)
        need = headcount_of(staffing.force, self.name or None)
        confidence = self.target.confidence
        tried = Trial(
            officers=officers,
            trained=need.trained,
            linked=need.linked,
            kept=kept,
            futures=count,
            low=low,
            high=high,
            decided=not low < confidence <= high,
            holds=kept / count >= confidence,
            by_share=sum(_by_share(one) for one in found),
            unproved=sum(one["unproved"] for one in found),
        )
        self._known[key] = tried
        self.tried.append(tried)
        return tried


def _by_share(found: Mapping[str, Any]) -> bool:
    """Whether a future failed by the high-risk share alone."""
    if found["ended"] is None:
        return False
    rows = [{count: values[-1] for count, values in row.items()} for row in found["divisions"].values()]
    return all(row["excess"] == 0 or row["over_limit"] == row["unplaced"] == 0 for row in rows) and any(
        row["over_share"] for row in rows
    )
