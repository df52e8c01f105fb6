"""More cases than all limits hold: whatever is done, many officers are above theirs, and few cases can move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import count

from allocator.domain.force import Case, Force, Officer
from allocator.synth.chance import Chance, share_out
from allocator.synth.regimes.changes import caseloads, change_case

OVER_PERCENT = 108  # cases over limits, of every division


def overfull(force: Force, seed: int) -> Force:
    """Give officers more current cases until each division has 8% more than the limits of its officers.

    A further case is like one that the officer has, not at premises and not pinned, but for its id and for
    how long it has been with them. As in the contract, only ``open`` and ``closed`` officers have a limit, and
    the cases of absent ones do not count. Who starts above a limit should be given nothing, so a case that may stay
    moves only to the few who start within theirs, and most new ones cannot be given without excess.
    """
    prefix = min(case.case_id for case in force.cases).rpartition("-")[0]
    free = (i for i in count(1) if f"{prefix}-{i:05d}" not in force.case_by_id)
    loads = caseloads(force)
    further = [
        change_case(case, case_id=f"{prefix}-{next(free):05d}")
        for name in sorted({officer.division for officer in force.officers})
        for case in _further(force, name, loads, Chance(seed, f"overfull {name}"))
    ]
    current = [case for case in force.cases if case.officer is not None]
    new = [case for case in force.cases if case.officer is None]
    return force.replace(cases=(*current, *further, *new))


def _further(force: Force, division: str, loads: Mapping[str, list[Case]], chance: Chance) -> Iterator[Case]:
    own = sorted((o for o in force.officers if o.division == division and _limit(force, o)), key=lambda o: o.officer_id)
    absent = {officer.officer_id for officer in force.officers if officer.status == "absent"}
    counted = sum(force.home(case) == division and case.officer not in absent for case in force.cases)
    limits = [_limit(force, officer) for officer in own]
    wanted = max(0, -(-OVER_PERCENT * sum(limits) // 100) - counted)
    for officer, share in zip(own, share_out(wanted, chance.jitter(limits, 0.1)), strict=True):
        models = [case for case in loads[officer.officer_id] if case.setting != "premises" and not case.locked]
        for _ in range(share if models else 0):
            model = models[chance.between(0, len(models) - 1)]
            known = 0 if model.since is None else (force.cycle_date - model.since).days
            days = chance.between(1, max(1, known))
            yield change_case(model, since=force.cycle_date - timedelta(days))


def _limit(force: Force, officer: Officer) -> int:
    return force.policy.limits.cases * officer.capacity // 100 if officer.serves else 0
