"""What one more officer, course place or link to premises is worth beside those there are."""

from __future__ import annotations

from dataclasses import dataclass, replace

from allocator.planning.intervals import mean_change, share_change
from allocator.planning.runs import Staffing
from allocator.planning.staffing import Headcount, with_linked, with_officers
from allocator.planning.trials import DivisionTrials

NEXT = 40  # futures on which each is valued, at most


@dataclass(frozen=True, slots=True)
class Marginal:
    """What one more of something is worth.

    Attributes
    ----------
    kept : (mean, low, high)
        Change of the probability that the target is kept.
    excess : (mean, low, high)
        Change of the mean excess in a cycle.
    """

    name: str
    kept: tuple[float, float, float]
    excess: tuple[float, float, float]
    futures: int


def marginals(one: DivisionTrials, now: Headcount) -> tuple[Marginal, ...]:
    """What one more of something is worth beside those there are."""
    count = min(NEXT, one.most)
    base = Staffing(f"{one.name or 'force'}: as it is", one.force, one.force, one.planning)
    next_one = with_officers(one.force, one.name, now.officers + 1)
    more = [("trained officer, full time", replace(base, name="one more officer", force=next_one))]
    supply = one.planning.supply
    if supply.course_every:
        place = supply.model_copy(update={"course_places": supply.course_places + 1})
        planning = one.planning.model_copy(update={"supply": place})
        more.append(("place on each course", replace(base, name="one more course place", planning=planning)))
    if one.name and any(p.division == one.name for p in one.force.premises) and now.linked < now.officers:
        linked_one = with_linked(one.force, one.name, now.linked + 1)
        more.append(("officer linked to premises", replace(base, name="one more link", force=linked_one)))
    before = one.outcomes(base, count)
    found = []
    for name, staffing in more:
        after = one.outcomes(staffing, count)
        settle, most = one.planning.settle, one.target.excess
        was, is_ = before.kept(most, settle), after.kept(most, settle)
        kept = share_change(int((~was & is_).sum()), int((was & ~is_).sum()), count)
        excess = mean_change(before.of("excess").mean(axis=1).tolist(), after.of("excess").mean(axis=1).tolist())
        found.append(Marginal(name, kept, excess, count))
    return tuple(found)
