"""England and Wales: 43 forces whose sizes are in proportion to the registered sexual offenders of each area."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from allocator.synth.areas import AREAS, offenders
from allocator.synth.chance import Chance, share_out
from allocator.synth.profile import Profile
from allocator.synth.sized import sized_profile

NATION = "national"
DESCRIPTION = "England and Wales: 43 forces, 2,100 officers, 95,000 cases in all; a folder each"
OFFICERS, CASES = 2_100, 95_000  # ours: 45 cases each, as in Surrey; all MAPPA cases were 91,040 in 2023
PREMISES = 101  # HM Inspectorate of Probation, July 2017
DIVISION = 14  # officers of an average division, ours
FEWEST = 20  # officers of a force that may have premises
UNEVEN = 0.03  # cases per officer differ by up to a sixteenth from force to force


def national_profiles() -> Mapping[str, Profile]:
    """Profile of each force by its slug, in alphabetical order; the same for every seed."""
    weights = offenders()
    officers = share_out(OFFICERS, list(weights.values()))
    cases = share_out(CASES, Chance(0, "cases by force").jitter(officers, UNEVEN))
    divisions = [max(1, round(count / DIVISION)) for count in officers]
    most = [count if force >= FEWEST else 0 for force, count in zip(officers, divisions, strict=True)]
    premises = share_out(PREMISES, officers, most)
    return MappingProxyType(
        {
            area.slug: sized_profile(
                area.slug,
                f"National, {area.name}",
                area.prefix,
                officers=officers[i],
                cases=cases[i],
                divisions=divisions[i],
                premises=premises[i],
                division=area.name,
            )
            for i, area in enumerate(AREAS)
        }
    )


def force_seed(seed: int, slug: str) -> int:
    """Seed of one force: forces of one nation are drawn independently of each other."""
    return Chance(seed, f"force {slug}").between(0, 2**40)
