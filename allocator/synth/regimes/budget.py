"""Few moves where more would pay: some officers well above their share of high risk, others with room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allocator.domain.force import Case, Force, Officer
from allocator.synth.chance import Chance
from allocator.synth.loads import starting_share
from allocator.synth.regimes.changes import caseloads, change_rows, reassess

MAX_MOVES = 3  # of each division; of the whole force where it may cross
# Cases above their share, of a third of the officers: each takes a move, too many of them in all but tiny divisions.
OVER_BY = 2


def budget(force: Force, seed: int) -> Force:
    """Allow three moves a division, where a third of the officers are two cases above their share.

    Risk goes from colleagues to them: as many of their low-risk cases become high as high ones of others in
    the division become low, as far as there are any. So the mix of the division stays, and there is room. No number
    of new low-risk cases brings the third within their share: only moves do, and each takes a high-risk case away.
    """
    loads = caseloads(force)
    risks: dict[str, dict[str, Any]] = {}
    for division in sorted({officer.division for officer in force.officers}):
        own = sorted((o for o in force.officers if o.division == division), key=lambda o: o.officer_id)
        risks |= _gather_risk(force, own, loads, Chance(seed, f"budget {division}"))
    moves = force.policy.merge({"relationship": {"max_moves": MAX_MOVES}})
    return change_rows(force, cases=risks).replace(policy=moves)


def _gather_risk(
    force: Force, own: list[Officer], loads: dict[str, list[Case]], chance: Chance
) -> Iterator[tuple[str, dict[str, Any]]]:
    able = [officer.officer_id for officer in own if officer.status == "open" and not officer.premises]
    picked = chance.pick(able, min(len(able), max(1, len(own) // 3)))
    raised = 0
    for officer_id in picked:
        held = loads[officer_id]
        low = [case for case in held if case.risk == "low"]
        wanted = starting_share(force.policy, len(held)) + OVER_BY - sum(map(force.high_risk, held))
        for case in chance.pick(low, max(0, min(wanted, len(low)))):
            raised += 1
            yield case.case_id, reassess(force, case, "high")
    # At level 3 and at premises cases stay high risk, as they were drawn.
    lowered = [
        case
        for officer in own
        if officer.officer_id not in picked
        for case in loads[officer.officer_id]
        if case.risk == "high" and case.level < 3 and case.setting != "premises"
    ]
    for case in chance.pick(lowered, min(raised, len(lowered))):
        yield case.case_id, reassess(force, case, "low")
