"""Regimes: what kind of cycle a drawn force is in, each one change to the force as it was drawn.

``REGIMES`` names them. A regime draws what it changes from the seed, and goes through officers and cases in
the order of their ids: the order of the rows makes no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from allocator.domain.force import Force
from allocator.synth.chance import Chance
from allocator.synth.regimes.budget import budget
from allocator.synth.regimes.changes import by_id, change_rows, reassess
from allocator.synth.regimes.overfull import overfull
from allocator.synth.regimes.specialisms import specialisms

__all__ = ["ORDINARY", "REGIMES", "Regime"]

ORDINARY = "ordinary"
HIGH_PERCENT = 20  # of all cases, very high included: National Police Chiefs' Council, March 2016
RECEIVE = 60  # cases; with the usual 10 nearly every case would be above somebody's intake


@dataclass(frozen=True, slots=True)
class Regime:
    """A named change to a drawn force.

    Attributes
    ----------
    name, description : str
        Its name on the command line, and one line about it.
    change : callable
        Takes a force and a seed; gives the force as it is in this regime.
    """

    name: str
    description: str
    change: Callable[[Force, int], Force]


def _fifth(force: Force, seed: int) -> Force:
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


def _leavers(force: Force, seed: int) -> Force:
    """Let a drawn tenth of the officers leave, at least one.

    They are open officers without a link to premises who support nobody: their cases can go elsewhere, unless
    the only officer with some skill is among them.
    """
    buddies = {officer.buddy for officer in force.officers}
    able = sorted(
        officer.officer_id
        for officer in force.officers
        if officer.status == "open" and not officer.premises and officer.officer_id not in buddies
    )
    count = min(len(able), max(1, round(len(force.officers) / 10)))
    drawn = Chance(seed, "leavers").pick(able, count)
    return change_rows(force, officers={key: {"status": "leaving"} for key in drawn})


def _all_new(force: Force, seed: int) -> Force:
    """Take their officer from all cases, and let everybody receive a whole caseload in one cycle.

    Who managed a case before is not known either.
    """
    policy = force.policy.merge(
        {
            "limits": {"intake": RECEIVE},
            "training": {"untrained_intake": RECEIVE},
            "premises": {"arrivals_per_cycle": RECEIVE},
        }
    )
    fresh: Mapping[str, Any] = {"officer": None, "since": None, "locked": False, "former": frozenset()}
    return change_rows(force, cases={case.case_id: fresh for case in force.cases}).replace(policy=policy)


def _ordinary(force: Force, seed: int) -> Force:
    return force


def _cross(force: Force, seed: int) -> Force:
    return force.replace(policy=force.policy.merge({"divisions": {"cross": True}}))


def _quiet(force: Force, seed: int) -> Force:
    return force.replace(cases=tuple(case for case in force.cases if case.officer is not None))


REGIMES: Mapping[str, Regime] = MappingProxyType(
    {
        regime.name: regime
        for regime in (
            Regime(ORDINARY, "as drawn: 17% high risk, so that few officers are above a fifth", _ordinary),
            Regime("fifth", "a fifth high risk, as in 2016: many officers at or above their share", _fifth),
            Regime("overfull", "8% more cases than all limits: most start above theirs, few may receive any", overfull),
            Regime("leavers", "a tenth of the officers leave at once", _leavers),
            Regime("budget", "a third of the officers above their share, and 3 moves a division", budget),
            Regime("specialisms", "twelve tags, each with two or three officers a division", specialisms),
            Regime("cross", "officers may take cases of other divisions", _cross),
            Regime("quiet", "no new case", _quiet),
            Regime("all-new", "no case has an officer; the policy lets everybody receive 60", _all_new),
        )
    }
)
