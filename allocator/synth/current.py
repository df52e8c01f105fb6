"""The current cases of a drawn force: each with the officer who has managed it, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import sqrt

from allocator.synth.chance import Chance, share_out
from allocator.synth.draft import (
    SERIOUS,
    CaseDraft,
    give_categories,
    give_risk,
    put_into_custody,
    raise_level,
    take_out_of_mappa,
)
from allocator.synth.loads import Load, custody_by_division, loads
from allocator.synth.officers import Post
from allocator.synth.profile import NeedProfile, Profile

STAY = 84  # days: the standard stay at Approved Premises, 12 weeks
ON_REGISTER = 3650  # days; half of the cases came in the last third of it, 4% in the last four weeks
HANDOVER = 60  # days in which a newcomer is handed the cases that are older than their post
RELEASE_KNOWN = 0.45  # of those in custody
RELEASE_WITHIN = 900  # days, where a date is known

Holders = Mapping[str | None, Post]  # post of each officer_id


def current_cases(profile: Profile, posts: Sequence[Post], seed: int) -> list[CaseDraft]:
    """Every current case, officer by officer; all are permitted where they are unless the officer is leaving.

    Raises
    ------
    ValueError
        When the profile asks for more of something than there can be.
    """
    drafts = [draft for load in loads(profile, posts, seed) for draft in _caseload(load)]
    by_officer: Holders = {post.officer.officer_id: post for post in posts}
    _risks(profile, drafts, seed)
    _residents(profile, drafts, by_officer, seed)
    for need in profile.needs:
        _needs(profile, need, drafts, by_officer, seed)
    _levels(profile, drafts, by_officer, seed)
    _custody(profile, drafts, by_officer, seed)
    give_categories(profile, drafts, profile.violent, Chance(seed, "categories"))
    _since(profile, drafts, by_officer, seed)
    _pins(profile, drafts, posts, seed)
    return drafts


def _caseload(load: Load) -> list[CaseDraft]:
    officer = load.post.officer
    drafts = [CaseDraft(officer.division, officer=officer.officer_id) for _ in range(load.cases)]
    for draft in drafts[: load.high]:
        draft.risk = "high"
    return drafts


def _risks(profile: Profile, drafts: list[CaseDraft], seed: int) -> None:
    chance = Chance(seed, "risks")
    for draft in chance.pick([d for d in drafts if d.high], profile.very_high):
        draft.risk = "very_high"
    give_risk(drafts, "medium", profile.medium, chance)


def _residents(profile: Profile, drafts: list[CaseDraft], by_officer: Holders, seed: int) -> None:
    names = [division.name for division in profile.divisions]
    for premises in profile.premises:
        chance = Chance(seed, f"residents {premises.premises_id}")
        linked = [d for d in drafts if premises.premises_id in by_officer[d.officer].officer.premises]
        here = chance.pick([d for d in linked if d.high], premises.high)
        here += chance.pick([d for d in linked if not d.high], premises.residents - premises.high)
        for draft in here:
            draft.setting, draft.premises = "premises", premises.premises_id
        for draft in chance.pick(here, premises.visitors):
            draft.division = chance.pick([n for n in names if n != premises.division], 1)[0]


def _needs(profile: Profile, need: NeedProfile, drafts: list[CaseDraft], by_officer: Holders, seed: int) -> None:
    chance = Chance(seed, f"needs {need.tag}")
    skilled = [d for d in drafts if need.tag in by_officer[d.officer].officer.skills]
    # At level 3 all are high risk, so as many as that are taken from the high-risk cases first.
    taken = chance.pick([d for d in skilled if d.high], need.level_3)
    for draft in taken:
        draft.needs, draft.level = frozenset({need.tag}), 3
    names = [division.name for division in profile.divisions]
    room = [sum(d.division == name and not d.needs for d in skilled) for name in names]
    for name, share in zip(names, share_out(need.cases - len(taken), [1] * len(names), room), strict=True):
        for draft in chance.pick([d for d in skilled if d.division == name and not d.needs], share):
            draft.needs = frozenset({need.tag})
    raise_level([d for d in skilled if d.needs], 2, need.level_2, chance)
    take_out_of_mappa([d for d in skilled if d.needs], need.outside, chance)


def _levels(profile: Profile, drafts: list[CaseDraft], by_officer: Holders, seed: int) -> None:
    chance = Chance(seed, "levels")
    others = [d for d in drafts if not d.needs and by_officer[d.officer].officer.trained]
    raise_level(others, 3, profile.level_3, chance)
    raise_level(others, 2, profile.level_2, chance)


def _custody(profile: Profile, drafts: list[CaseDraft], by_officer: Holders, seed: int) -> None:
    chance = Chance(seed, "custody")
    for name, share in custody_by_division(profile, seed).items():
        own = [d for d in drafts if by_officer[d.officer].officer.division == name]
        for draft in put_into_custody(own, share, chance):
            known, days = chance.number() < RELEASE_KNOWN, chance.between(1, RELEASE_WITHIN)
            draft.release_on = profile.cycle_date + timedelta(days) if known else None


def _since(profile: Profile, drafts: list[CaseDraft], by_officer: Holders, seed: int) -> None:
    chance = Chance(seed, "since")
    for draft in drafts:
        in_post, number = by_officer[draft.officer].days, chance.number()
        days = 1 + int(number * sqrt(number) * ON_REGISTER)
        if draft.setting == "premises":
            days = chance.between(1, STAY)
        if days > in_post:
            days = in_post - chance.between(0, min(HANDOVER, in_post - 1))
        draft.since = profile.cycle_date - timedelta(days)


def _pins(profile: Profile, drafts: list[CaseDraft], posts: Sequence[Post], seed: int) -> None:
    chance, officers = Chance(seed, "pins"), [post.officer for post in posts]
    for draft in chance.pick(drafts, profile.pinned, [SERIOUS[d.risk] for d in drafts]):
        draft.locked = True
    plain = [d for d in drafts if d.level < 2 and not d.needs and d.setting != "premises"]
    for draft in chance.pick(plain, profile.excluded):
        colleagues = [o for o in officers if o.division == draft.division and o.officer_id != draft.officer]
        draft.excluded = frozenset(o.officer_id for o in chance.pick(colleagues, 1))
