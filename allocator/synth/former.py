"""Who has managed each case before: colleagues who still serve, and officers who have left the force.

No rate of handovers or of people who return is published: every figure here is ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from allocator.synth.chance import Chance
from allocator.synth.draft import CaseDraft
from allocator.synth.officers import Post
from allocator.synth.profile import Profile

HANDED_OVER = 0.2  # of current cases
RETURNED = 0.1  # of new cases: people whom the force has managed before
TWO = 0.15  # of all these, the share with two former officers
GONE = 0.2  # of former officers, the share who have left the force where somebody who serves could be drawn
LEFT = 3  # officers who have left a division, for every ten it has now; at least two
RETURN_AFTER = 365  # days: who returns knows an officer who has been in post that long


def give_former(profile: Profile, posts: Sequence[Post], drafts: Sequence[CaseDraft], seed: int) -> None:
    """Give some cases one or two former officers of their division, never the current one.

    Who still serves must have been in post before the current officer took the case over. The ids of officers who
    have left (``OM-NL01``: the first who left division N) belong to nobody in the force.
    """
    chance = Chance(seed, "former")
    serving: dict[str, list[Post]] = {division.name: [] for division in profile.divisions}
    for post in posts:
        serving[post.officer.division].append(post)
    gone = {
        division.name: [f"OM-{division.code}L{i:02d}" for i in range(1, max(2, LEFT * division.officers // 10) + 1)]
        for division in profile.divisions
    }
    current = [draft for draft in drafts if draft.officer is not None]
    new = [draft for draft in drafts if draft.officer is None]
    chosen = chance.pick(current, round(HANDED_OVER * len(current))) + chance.pick(new, round(RETURNED * len(new)))
    for draft in chosen:
        before = RETURN_AFTER if draft.since is None else (profile.cycle_date - draft.since).days
        able = [
            post.officer.officer_id
            for post in serving[draft.division]
            if post.days > before and post.officer.officer_id != draft.officer
        ]
        found: set[str] = set()
        for _ in range(2 if chance.number() < TWO else 1):
            left, among = chance.number() < GONE, [officer_id for officer_id in able if officer_id not in found]
            if left or not among:
                among = [officer_id for officer_id in gone[draft.division] if officer_id not in found]
            found.add(among[chance.between(0, len(among) - 1)])
        draft.former = frozenset(found)
