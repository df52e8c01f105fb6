"""Many small specialisms: who may take a case depends on a tag that few officers of the division have."""

from __future__ import annotations

from allocator.domain.force import Force
from allocator.synth.chance import Chance
from allocator.synth.regimes.changes import by_id, change_rows

# Ours: the names, who has which, and how many cases need one or two.
TAGS = (
    "autism",
    "dementia",
    "digital",
    "extremism",
    "gangs",
    "interpreter",
    "learning",
    "mental-health",
    "signing",
    "stalking",
    "substances",
    "youth",
)
HOLDERS = (2, 3)  # of each tag, in every division
NEEDY = 0.4  # of the cases whose officer has a tag: about 3% of all cases for each of the twelve
TWO = 0.2  # of these, where the officer has two


def specialisms(force: Force, seed: int) -> Force:
    """Give officers twelve more tags, and cases the need for one or two of them.

    Two or three open officers of every division have each. A current case needs only what its officer has, a
    new one what some officer of its division has, so nothing that was permitted is barred, and every case
    that needs two can have both from one officer. Cases at premises need none of them.
    """
    skills = _skills(force, Chance(seed, "specialists"))
    chance = Chance(seed, "specialisms")
    needs: dict[str, frozenset[str]] = {}
    able = {
        division: sorted(
            o.officer_id for o in force.officers if o.division == division and o.trained and skills.get(o.officer_id)
        )
        for division in {officer.division for officer in force.officers}
    }
    for case in by_id(force.cases):
        needy = chance.number()
        two = chance.number()
        holder = case.officer or _one(able.get(case.division, []), chance)
        tags = sorted(skills.get(holder or "", ()))
        if case.setting == "premises" or case.needs or needy >= NEEDY or not tags:
            continue
        needs[case.case_id] = frozenset(chance.pick(tags, 2 if two < TWO and len(tags) > 1 else 1))
    return change_rows(
        force,
        officers={
            o.officer_id: {"skills": o.skills | skills[o.officer_id]} for o in force.officers if o.officer_id in skills
        },
        cases={case_id: {"needs": tags} for case_id, tags in needs.items()},
    )


def _skills(force: Force, chance: Chance) -> dict[str, frozenset[str]]:
    """Further tags of each officer who gets some."""
    given: dict[str, frozenset[str]] = {}
    for division in sorted({officer.division for officer in force.officers}):
        own = sorted(o.officer_id for o in force.officers if o.division == division and o.status == "open")
        for tag in TAGS:
            for officer_id in chance.pick(own, min(len(own), chance.between(*HOLDERS))):
                given[officer_id] = given.get(officer_id, frozenset()) | {tag}
    return given


def _one(names: list[str], chance: Chance) -> str | None:
    return names[chance.between(0, len(names) - 1)] if names else None
