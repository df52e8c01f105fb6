"""How many cases each officer starts with, and how many of them are high risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allocator.domain.policy import Policy
from allocator.synth.chance import Chance, share_out
from allocator.synth.officers import Post
from allocator.synth.profile import Profile

UNEVEN = 0.07  # caseloads of equal officers differ by up to a seventh
UNEVEN_RISK = 0.25
LEARNING = 0.85  # of a trained officer's caseload; and half their high risk
LEARNING_RISK = 0.5


@dataclass(frozen=True, slots=True)
class Load:
    """The current cases of one officer, counted."""

    post: Post
    cases: int
    high: int


def custody_by_division(profile: Profile, seed: int) -> dict[str, int]:
    """Share out the cases in custody to divisions, by their other cases or else by their officers."""
    known = [d.officers if d.community is None else d.community for d in profile.divisions]
    weights = Chance(seed, "custody by division").jitter(known, 0.03)
    shares = share_out(profile.custody, weights)
    return {d.name: share for d, share in zip(profile.divisions, shares, strict=True)}


def loads(profile: Profile, posts: Sequence[Post], seed: int) -> list[Load]:
    """Count the current cases of every officer, and how many are high risk.

    Officers whose ``over_by`` is not None get exactly so many high-risk cases above their share, all others
    at most their share: ``h0 <= S(n0)``.

    Raises
    ------
    ValueError
        When the profile's cases do not fit under these limits.
    """
    counts = _cases(profile, posts, seed)
    shares = [starting_share(profile.policy, n) for n in counts]
    over = {i: shares[i] + post.over_by for i, post in enumerate(posts) if post.over_by is not None}
    rest = profile.very_high + profile.high - sum(over.values())
    within = [0 if i in over else share for i, share in enumerate(shares)]
    if not 0 <= rest <= sum(within):
        raise ValueError(f"{rest} high-risk cases for officers whose shares hold {sum(within)}")
    likely = [max(1, n) * (1 if p.officer.trained else LEARNING_RISK) for p, n in zip(posts, counts, strict=True)]
    drawn = share_out(rest, Chance(seed, "high risk by officer").jitter(likely, UNEVEN_RISK), within)
    return [Load(post, counts[i], over.get(i, drawn[i])) for i, post in enumerate(posts)]


def _cases(profile: Profile, posts: Sequence[Post], seed: int) -> list[int]:
    custody = custody_by_division(profile, seed)
    chance = Chance(seed, "cases by officer")
    unknown = [d for d in profile.divisions if d.community is None]
    known = sum(d.community or 0 for d in profile.divisions)
    weights = chance.jitter((d.officers for d in unknown), 0.01)
    drawn = share_out(profile.current - profile.custody - known, weights)
    outside = {d.name: d.community or 0 for d in profile.divisions}
    outside |= {d.name: share for d, share in zip(unknown, drawn, strict=True)}
    counts: list[int] = []
    for division in profile.divisions:
        own = [post.officer for post in posts if post.officer.division == division.name]
        weights = chance.jitter((o.capacity * (1 if o.trained else LEARNING) for o in own), UNEVEN)
        most = [profile.most * o.capacity // 100 for o in own]
        counts += share_out(outside[division.name] + custody[division.name], weights, most)
    return counts


def starting_share(policy: Policy, cases: int) -> int:
    """High-risk cases that an officer who starts with so many cases may hold, S(n0)."""
    limits = policy.limits
    least = limits.high_risk_min if cases < limits.small_caseload else 0
    return max(least, limits.high_risk_percent * cases // 100)
