"""Forces drawn by chance: what is published about a real one reproduced exactly, everything else synthetic.

``PROFILES`` names those that can be drawn, ``draw`` draws one, ``draw_divisions`` draws a plain one from a
handful of numbers. A seed always gives the same force.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from allocator.domain.force import Force, Premises
from allocator.errors import InputError, Problem
from allocator.synth.chance import Chance
from allocator.synth.current import current_cases
from allocator.synth.divisions import divisions_profile
from allocator.synth.kent import KENT
from allocator.synth.new import new_cases
from allocator.synth.officers import establishment
from allocator.synth.profile import Profile
from allocator.synth.surrey import SURREY

__all__ = ["PROFILES", "Profile", "draw", "draw_divisions", "draw_profile"]

PROFILES: Mapping[str, Profile] = MappingProxyType({p.name: p for p in (SURREY, KENT, divisions_profile())})


def draw(profile: str, seed: int = 0) -> Force:
    """Draw a force of a named profile.

    Parameters
    ----------
    profile : str
        A name in ``PROFILES``.
    seed : int
        0 or above; the shipped scenarios are seed 0.

    Raises
    ------
    InputError
        When there is no such profile.

    Examples
    --------
    >>> force = draw("surrey")
    >>> len(force.officers), sum(case.officer is not None for case in force.cases)
    (27, 1215)
    """
    if profile not in PROFILES:
        raise InputError([Problem("profile", f"one of {', '.join(PROFILES)}", value=profile)])
    return draw_profile(PROFILES[profile], seed)


def draw_divisions(seed: int = 0, **numbers: Any) -> Force:
    """Draw a force of equal divisions; ``numbers`` are those of ``divisions_profile``."""
    return draw_profile(divisions_profile(**numbers), seed)


def draw_profile(profile: Profile, seed: int = 0) -> Force:
    """Draw a force of any profile.

    Current cases come first, in an order that tells nothing about their officers, then the new ones.

    Raises
    ------
    ValueError
        When the profile contradicts itself, such as more high-risk cases than its officers' shares hold.
    """
    posts = establishment(profile, seed)
    current = Chance(seed, "order").shuffled(current_cases(profile, posts, seed))
    drafts = [*current, *new_cases(profile, seed)]
    return Force(
        officers=tuple(post.officer for post in posts),
        cases=tuple(draft.case(f"{profile.prefix}-{i:05d}") for i, draft in enumerate(drafts, 1)),
        premises=tuple(
            Premises(premises_id=p.premises_id, division=p.division, expected_arrivals=p.expected_arrivals)
            for p in profile.premises
        ),
        policy=profile.policy,
        cycle_date=profile.cycle_date,
        name=profile.title,
    )
