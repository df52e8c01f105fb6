"""Forces drawn by chance: what is published about a real one reproduced exactly, everything else synthetic.

``PROFILES`` and ``MIXES`` name the forces that can be drawn and ``REGIMES`` what may be the matter with them; ``draw``
draws one, ``draw_nation`` all forces of England and Wales, ``draw_divisions`` a plain one from a handful of numbers.
A seed always gives the same force.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from allocator.domain.force import Force, Premises
from allocator.errors import InputError, Problem, meant
from allocator.files.collector import pause_collector
from allocator.synth.chance import Chance
from allocator.synth.current import current_cases
from allocator.synth.divisions import divisions_profile
from allocator.synth.due import give_due_dates
from allocator.synth.former import give_former
from allocator.synth.forums import give_forums
from allocator.synth.kent import KENT
from allocator.synth.mixed import MIXES, Mix, draw_mixed
from allocator.synth.nation import NATION, force_seed, national_profiles
from allocator.synth.new import new_cases
from allocator.synth.officers import establishment
from allocator.synth.profile import Profile
from allocator.synth.regimes import ORDINARY, REGIMES, Regime
from allocator.synth.sized import COUNTY, METROPOLITAN
from allocator.synth.surrey import SURREY

__all__ = [
    "MIXES",
    "NATION",
    "PROFILES",
    "REGIMES",
    "Mix",
    "Profile",
    "Regime",
    "draw",
    "draw_divisions",
    "draw_nation",
    "draw_profile",
]

# Each drawn from its own title; their ordinary forces are shipped or measured under that name.
_TITLED = (SURREY, KENT, divisions_profile())
PROFILES: Mapping[str, Profile] = MappingProxyType({p.name: p for p in (*_TITLED, COUNTY, METROPOLITAN)})


def draw(profile: str, seed: int = 0, regime: str = ORDINARY) -> Force:
    """Draw a force of a named profile, in a named regime.

    Parameters
    ----------
    profile : str
        A name in ``PROFILES`` or ``MIXES``.
    seed : int
        0 or above; the shipped scenarios are seed 0.
    regime : str
        A name in ``REGIMES``.

    Raises
    ------
    InputError
        When there is no such profile or regime; ``national`` is no single force: see ``draw_nation``.

    Examples
    --------
    >>> force = draw("surrey")
    >>> len(force.officers), sum(case.officer is not None for case in force.cases)
    (27, 1215)
    """
    # On the command line the nation is a profile too, so a mistyped name may have meant it.
    known = (*PROFILES, *MIXES)
    profiles = known if profile == NATION else (*known, NATION)
    problems = [*_unknown("profile", profile, profiles), *_unknown("regime", regime, REGIMES)]
    if problems:
        raise InputError(problems)
    with pause_collector():
        force = draw_mixed(profile, seed) if profile in MIXES else draw_profile(PROFILES[profile], seed)
        if regime == ORDINARY and PROFILES.get(profile) in _TITLED:
            return force
        return _in_regime(force, REGIMES[regime], seed, seed)


def draw_nation(seed: int = 0, regime: str = ORDINARY) -> dict[str, Force]:
    """Draw every force of England and Wales: 2,100 officers and 95,000 cases in all, before the regime.

    Ids of officers, cases and premises and names of divisions are used once in the nation, so that its forces
    could be put into one.

    Parameters
    ----------
    seed : int
        0 or above. Sizes are the same for every seed.
    regime : str
        A name in ``REGIMES``, for every force.

    Returns
    -------
    dict of str to Force
        Force of each slug, such as ``avon-and-somerset``, in alphabetical order.

    Raises
    ------
    InputError
        When there is no such regime.
    """
    if problems := list(_unknown("regime", regime, REGIMES)):
        raise InputError(problems)
    drawn: dict[str, Force] = {}
    with pause_collector():
        for slug, profile in national_profiles().items():
            own = force_seed(seed, slug)
            drawn[slug] = _in_regime(draw_profile(profile, own), REGIMES[regime], own, seed)
    return drawn


def _in_regime(force: Force, regime: Regime, own: int, seed: int) -> Force:
    title = force.name.removesuffix(" (synthetic)")
    return regime.change(force, own).replace(name=f"{title}: {regime.name}, seed {seed} (synthetic)")


def _unknown(what: str, value: str, names: Collection[str]) -> Iterator[Problem]:
    if value not in names:
        yield Problem(what, f"one of {', '.join(names)}", value=value, maybe=meant(value, names))


def draw_divisions(seed: int = 0, **numbers: Any) -> Force:
    """Draw a force of equal divisions; ``numbers`` are those of ``divisions_profile``."""
    return draw_profile(divisions_profile(**numbers), seed)


def draw_profile(profile: Profile, seed: int = 0) -> Force:
    """Draw a force of any profile.

    Current cases come first, in an order that tells nothing about their officers, then the new ones. Who managed a
    case before, which forums discuss it and when it is due are drawn last, so that they leave the rest as it was.

    Raises
    ------
    ValueError
        When the profile contradicts itself, such as more high-risk cases than its officers' shares hold.
    """
    posts = establishment(profile, seed)
    current = Chance(seed, "order").shuffle(current_cases(profile, posts, seed))
    drafts = [*current, *new_cases(profile, seed)]
    give_former(profile, posts, drafts, seed)
    give_forums(drafts, seed)
    give_due_dates(profile, drafts, seed)
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
