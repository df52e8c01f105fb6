"""The cases that one cycle brings: registrations, transfers, releases and arrivals at Approved Premises."""

from __future__ import annotations

from datetime import timedelta

from allocator.synth.chance import Chance, share_out
from allocator.synth.draft import (
    CaseDraft,
    give_categories,
    give_risk,
    put_into_custody,
    raise_level,
    take_out_of_mappa,
)
from allocator.synth.profile import ApprovedPremises, Profile

RELEASE_KNOWN = 0.5  # of those who are not released within the cycle
SENTENCE = (60, 1500)  # days from the end of the cycle to a known release


def new_cases(profile: Profile, seed: int) -> list[CaseDraft]:
    """Every new case of the cycle: none has an officer yet."""
    arrivals = [draft for premises in profile.premises for draft in _arrivals(profile, premises, seed)]
    others = _others(profile, profile.new.cases - len(arrivals), seed)
    everyone = [*arrivals, *others]
    violent = round(profile.violent * len(everyone) / max(1, profile.current))
    give_categories(profile, everyone, violent, Chance(seed, "new categories"))
    return Chance(seed, "new order").shuffle(everyone)


def _arrivals(profile: Profile, premises: ApprovedPremises, seed: int) -> list[CaseDraft]:
    chance = Chance(seed, f"arrivals {premises.premises_id}")
    names = [division.name for division in profile.divisions]
    found = [
        CaseDraft(chance.pick(names, 1)[0], setting="premises", premises=premises.premises_id)
        for _ in range(premises.new)
    ]
    give_risk(found, "high", premises.new_high, chance)
    give_risk(found, "medium", len(found) - premises.new_high, chance)
    return found


def _others(profile: Profile, count: int, seed: int) -> list[CaseDraft]:
    chance, new = Chance(seed, "new cases"), profile.new
    sizes = [d.officers if d.community is None else d.community for d in profile.divisions]
    shares = share_out(count, chance.jitter(sizes, 0.1))
    drafts = [
        CaseDraft(division.name)
        for division, share in zip(profile.divisions, shares, strict=True)
        for _ in range(share)
    ]
    give_risk(drafts, "very_high", new.very_high, chance)
    give_risk(drafts, "high", new.high, chance)
    give_risk(drafts, "medium", new.medium, chance)
    for need in profile.needs:
        plain = [[d for d in drafts if d.division == o.name and not d.needs] for o in profile.divisions]
        wanted = share_out(need.new, chance.jitter([1] * len(plain), 0.1), [len(own) for own in plain])
        for own, share in zip(plain, wanted, strict=True):
            for draft in chance.pick(own, share):
                draft.needs = frozenset({need.tag})
        tagged = [d for d in drafts if d.needs == {need.tag}]
        take_out_of_mappa(tagged, round(len(tagged) * need.outside / max(1, need.cases)), chance)
    raise_level(drafts, 2, new.level_2, chance)
    _custody(profile, drafts, chance)
    return drafts


def _custody(profile: Profile, drafts: list[CaseDraft], chance: Chance) -> None:
    days = profile.policy.cycle.days
    held = chance.shuffle(put_into_custody(drafts, profile.new.custody, chance))
    for draft in held[: profile.new.releases]:
        draft.release_on = profile.cycle_date + timedelta(chance.between(1, days))
    for draft in held[profile.new.releases :]:
        known, later = chance.number() < RELEASE_KNOWN, chance.between(*SENTENCE)
        draft.release_on = profile.cycle_date + timedelta(days + later) if known else None
