"""A tenth of the officers leave at once, and all their cases need somebody else."""

from __future__ import annotations

from allocator.domain.force import Force
from allocator.synth.chance import Chance
from allocator.synth.regimes.changes import change_rows


def leavers(force: Force, seed: int) -> Force:
    """Let a drawn tenth of the officers leave, at least one.

    They are open officers without a link to premises who support nobody: their cases can go elsewhere, unless
    the only officer with some skill is among them.
    """
    buddies = {officer.buddy for officer in force.officers}
    able = sorted(
        officer.officer_id
        for officer in force.officers
        if officer.status == "open" and not officer.premises and officer.officer_id not in buddies
    )
    count = min(len(able), max(1, round(len(force.officers) / 10)))
    drawn = Chance(seed, "leavers").pick(able, count)
    return change_rows(force, officers={key: {"status": "leaving"} for key in drawn})
