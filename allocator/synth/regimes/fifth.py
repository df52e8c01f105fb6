"""A fifth high risk: the mix of the National Police Chiefs' Council, March 2016, very high 2% and high 18%."""

from __future__ import annotations

from allocator.domain.force import Force
from allocator.synth.chance import Chance
from allocator.synth.regimes.changes import by_id, change_rows, reassess

HIGH_PERCENT = 20  # of all cases, very high included


def fifth(force: Force, seed: int) -> Force:
    """Raise drawn low-risk cases to high until a fifth of all cases are high risk.

    Few who had room have any left, and many are above their share: an officer's fifth is rounded down, so all
    shares together are less than a fifth of all cases. Nobody above it comes within it by being given more people,
    so only moves of high-risk cases to who is within theirs make it better. A force that has a fifth already stays
    as it is.
    """
    high = sum(case.risk in ("high", "very_high") for case in force.cases)
    low = [case for case in by_id(force.cases) if case.risk == "low"]
    wanted = max(0, HIGH_PERCENT * len(force.cases) // 100 - high)
    raised = Chance(seed, "fifth").pick(low, wanted)
    return change_rows(force, cases={case.case_id: reassess(force, case, "high") for case in raised})
