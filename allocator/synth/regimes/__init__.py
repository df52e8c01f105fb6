"""Regimes: what kind of cycle a drawn force is in, each one change to the force as it was drawn.

``REGIMES`` names them. A regime draws what it changes from the seed, and goes through officers and cases in
the order of their ids: the order of the rows makes no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from allocator.domain.force import Force
from allocator.synth.regimes.all_new import all_new
from allocator.synth.regimes.budget import budget
from allocator.synth.regimes.fifth import fifth
from allocator.synth.regimes.leavers import leavers
from allocator.synth.regimes.overfull import overfull
from allocator.synth.regimes.specialisms import specialisms

__all__ = ["ORDINARY", "REGIMES", "Regime"]

ORDINARY = "ordinary"


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
            Regime("fifth", "a fifth high risk, as in 2016: many officers at or above their share", fifth),
            Regime("overfull", "8% more cases than all limits: most start above theirs, few may receive any", overfull),
            Regime("leavers", "a tenth of the officers leave at once", leavers),
            Regime("budget", "a third of the officers above their share, and 3 moves a division", budget),
            Regime("specialisms", "twelve tags, each with two or three officers a division", specialisms),
            Regime("cross", "officers may take cases of other divisions", _cross),
            Regime("quiet", "no new case", _quiet),
            Regime("all-new", "no case has an officer; the policy lets everybody receive 60", all_new),
        )
    }
)
