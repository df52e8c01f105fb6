"""What a drawn force must show exactly, as data: so many officers, so many cases of each sort.

Everything that a profile does not fix is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from allocator.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class DivisionProfile:
    """The officers of one division, each in one role, and its published cases.

    Attributes
    ----------
    name, code : str
        The code stands in the ids of its officers: ``OM-N01``.
    community : int or None
        Current cases not in custody, where that is known of the division.
    over_by : tuple of int
        One officer each whose high-risk cases exceed their share by so many.
    awaiting, untrained : int
        Officers who await the MOSOVO course, or have and await none. Each has a trained buddy there.
    part_time : tuple of int
        Capacities in percent, one officer each.
    closed, absent, leaving : int
        Officers of that status.
    """

    name: str
    code: str
    officers: int
    community: int | None = None
    over_by: tuple[int, ...] = ()
    awaiting: int = 0
    untrained: int = 0
    part_time: tuple[int, ...] = ()
    closed: int = 0
    absent: int = 0
    leaving: int = 0


@dataclass(frozen=True, slots=True)
class NeedProfile:
    """A tag that some cases need and some officers have.

    Attributes
    ----------
    officers : int
        Officers of each division who have it.
    cases, new : int
        Current cases and new ones that need it.
    level_2, level_3 : int
        Of the current ones, those at that MAPPA level; at level 3 all are high risk.
    outside : int
        Of the current ones, those not under MAPPA: category 0, level 0. New ones in proportion.
    category, category_above : int
        MAPPA category of the others, at level 1 and above it.
    """

    tag: str
    officers: int
    cases: int
    new: int
    level_2: int = 0
    level_3: int = 0
    outside: int = 0
    category: int = 1
    category_above: int = 1


@dataclass(frozen=True, slots=True)
class ApprovedPremises:
    """An Approved Premises, its residents and its linked officers.

    Attributes
    ----------
    over_by : tuple of int
        One linked officer each, of the division, whose high-risk cases exceed their share by so many.
    residents, high : int
        Current cases there, and how many of them are high risk.
    visitors : int
        Current cases there that are another division's own.
    new, new_high : int
        New cases there, and how many of them are high risk.
    expected_arrivals : int
        Net of departures, in the next cycle.
    """

    premises_id: str
    division: str
    over_by: tuple[int, ...]
    residents: int
    high: int
    visitors: int
    new: int
    new_high: int
    expected_arrivals: int


@dataclass(frozen=True, slots=True)
class NewCases:
    """The new cases of one cycle. The risks are of those who do not come to premises.

    Attributes
    ----------
    cases : int
        In all, those at premises included.
    custody, releases : int
        Those in custody, and how many of them are released within the cycle.
    very_high, high, medium : int
        The rest are low.
    level_2 : int
        Those at MAPPA level 2.
    """

    cases: int
    custody: int
    releases: int
    very_high: int
    high: int
    medium: int
    level_2: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of force that can be drawn.

    Attributes
    ----------
    name, description : str
        Its name on the command line, and one line about it.
    title : str
        The drawn force's own name.
    prefix : str
        Begins its case ids: ``SY-00001``.
    current, custody : int
        Current cases, and how many of them are in custody.
    most : int
        No officer of capacity 100 starts with more cases than this, others in proportion.
    very_high, high, medium : int
        Current cases of that risk; the rest are low.
    level_2, level_3 : int
        Current cases at that MAPPA level, besides those of ``needs``.
    violent : int
        Current cases of MAPPA category 2, besides those of ``needs``; new ones in proportion. The rest are
        of category 1.
    pinned, excluded : int
        Current cases that are locked; cases from which an officer is excluded.
    """

    name: str
    description: str
    title: str
    prefix: str
    cycle_date: date
    divisions: tuple[DivisionProfile, ...]
    current: int
    custody: int
    most: int
    very_high: int
    high: int
    medium: int
    level_2: int
    level_3: int
    new: NewCases
    violent: int = 0
    pinned: int = 0
    excluded: int = 0
    needs: tuple[NeedProfile, ...] = ()
    premises: tuple[ApprovedPremises, ...] = ()
    policy: Policy = field(default_factory=Policy)
