"""Which domestic abuse cases are discussed by a MARAC or a MATAC.

Published for Surrey, September 2022: three domestic abuse cases at MAPPA level 3 and seven at level 2, with links to
the MARAC; supervisors attend the MATAC and refer between the forums; people in the MARAC teams know too little about
referring to MAPPA. How many cases each forum discusses is not: the shares here are ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from allocator.synth.chance import Chance
from allocator.synth.draft import CaseDraft

UNLINKED = 0.3  # of domestic abuse cases at level 2 or 3: neither forum discusses them yet
BOTH = 0.3  # of the others at these levels: in MATAC as well as MARAC
MATAC = 0.1  # of domestic abuse cases below level 2


def give_forums(drafts: Sequence[CaseDraft], seed: int) -> None:
    """Give most domestic abuse cases at level 2 or 3 their forums, and some of those below."""
    chance = Chance(seed, "forums")
    abuse = [draft for draft in drafts if "da" in draft.needs]
    above = [draft for draft in abuse if draft.level > 1]
    linked = chance.pick(above, len(above) - round(UNLINKED * len(above)))
    for draft in linked:
        draft.forums = frozenset({"marac"})
    below = [draft for draft in abuse if draft.level < 2]
    for draft in chance.pick(linked, round(BOTH * len(linked))) + chance.pick(below, round(MATAC * len(below))):
        draft.forums |= {"matac"}
