"""The officers of a drawn force: who is trained, who has which skill, who supports whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, cycle, repeat
from typing import Any

from allocator.domain.force import Officer
from allocator.synth.chance import Chance
from allocator.synth.profile import DivisionProfile, Profile

NEW_IN_POST = (40, 270)  # days, of an officer who is not trained yet
IN_POST = (400, 3000)


@dataclass(frozen=True, slots=True)
class Post:
    """An officer, with what their caseload follows from.

    Attributes
    ----------
    over_by : int or None
        High-risk cases above their share; None for an officer who is within it.
    days : int
        How long they have been in post.
    """

    officer: Officer
    over_by: int | None
    days: int


def establishment(profile: Profile, seed: int) -> tuple[Post, ...]:
    """Draw every officer of a force, division by division.

    Raises
    ------
    ValueError
        When a division has more roles than officers, or nobody who can be a buddy.
    """
    return tuple(chain.from_iterable(_posts(profile, division, seed) for division in profile.divisions))


def _posts(profile: Profile, division: DivisionProfile, seed: int) -> Iterator[Post]:
    chance = Chance(seed, f"officers {division.name}")
    roles = list(_roles(profile, division))
    if len(roles) > division.officers:
        raise ValueError(f"{division.name}: {len(roles)} roles for {division.officers} officers")
    dealt = chance.shuffle(chain(roles, repeat({}, division.officers - len(roles))))
    rows: list[dict[str, Any]] = [
        {"officer_id": f"OM-{division.code}{i:02d}", "division": division.name, "mosovo": "trained", **role}
        for i, role in enumerate(dealt, 1)
    ]
    learning = [row for row in rows if row["mosovo"] != "trained"]
    # Whoever has a full job in that division without a further charge has the time to support somebody.
    free = [row for row in rows if row.keys() <= {"officer_id", "division", "mosovo", "skills"}]
    experienced = chance.shuffle(row for row in free if row["mosovo"] == "trained")
    if learning and not experienced:
        raise ValueError(f"{division.name}: nobody there can be a buddy")
    for row, buddy in zip(learning, cycle(experienced), strict=False):
        row["buddy"] = buddy["officer_id"]
    for row in rows:
        days = chance.between(*(IN_POST if row["mosovo"] == "trained" else NEW_IN_POST))
        over_by = row.pop("over_by", None)
        yield Post(Officer(**row), over_by, days)


def _roles(profile: Profile, division: DivisionProfile) -> Iterator[dict[str, Any]]:
    """Yield what sets officers apart from ordinary ones; nobody has two of these at once."""
    for premises in profile.premises:
        if premises.division == division.name:
            for over_by in premises.over_by:
                yield {"premises": frozenset({premises.premises_id}), "over_by": over_by}
    for need in profile.needs:
        yield from repeat({"skills": frozenset({need.tag})}, need.officers)
    yield from ({"over_by": over_by} for over_by in division.over_by)
    yield from repeat({"mosovo": "awaiting"}, division.awaiting)
    yield from repeat({"mosovo": "none"}, division.untrained)
    yield from ({"capacity": capacity} for capacity in division.part_time)
    yield from repeat({"status": "closed"}, division.closed)
    yield from repeat({"status": "absent"}, division.absent)
    yield from repeat({"status": "leaving"}, division.leaving)
