"""Any plan of a force, good or bad, measured against the contract with plain loops.

It shares no line with the allocator beyond the data types, and is slow on purpose. A plan is a sequence of
officer ids or None, aligned with ``force.cases``; it may break rules, and is measured all the same.

Where the contract says nothing about a plan that breaks rules, this is the reading: a current case left
with nobody counts with its present officer, permitted or not (unless that one is leaving); a case counts as
received though its officer may not receive it; a case kept is never received.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from allocator.domain.force import Case, Force, Officer, Premises

PLACEMENT = ("division", "trained", "skills", "excluded", "staying")
MOVEMENT = ("open", "premises", "buddied", "locked", "budget")
LIMITS = ("case-limit", "high-risk-share", "intake", "arrivals", "frozen", "reserve")
WHOLE_FORCE = ""  # stands where the home would, when the budget is one for the force


# Measures


def points_of(force: Force, case: Case) -> int:
    """Workload points of one case."""
    if case.points is not None:
        return case.points
    policy = force.policy.points
    risk = policy.risk
    added_for = {"low": risk.low, "medium": risk.medium, "high": risk.high, "very_high": risk.very_high}
    total = policy.base + added_for[case.risk]
    for level, added in policy.level.items():
        if int(level) == case.level:
            total += added
    if case.setting == "premises":
        total += policy.premises
    if case.setting == "custody":
        soon = case.release_on is not None and (case.release_on - force.cycle_date).days <= force.policy.cycle.days
        if not soon:
            whole, rest = divmod(total * policy.custody_percent, 100)
            total = whole + 1 if rest > 0 else whole
    return total


def months_between(since: date, until: date) -> int:
    """Whole months from one date to another: 31 January to 28 February is 0."""
    months = 12 * (until.year - since.year) + (until.month - since.month)
    if until.day < since.day:
        months -= 1
    return months


def relationship_cost(force: Force, case: Case) -> int:
    """Relationship-months lost when a current case goes to somebody else."""
    assert case.since is not None
    policy = force.policy.relationship
    months = months_between(case.since, force.cycle_date)
    cost = policy.base + min(months, policy.months_cap)
    if force.high_risk(case):
        cost += policy.high_risk
    if months < policy.settle_months:
        cost += policy.settle
    return cost


# Placement and movement


def barred_from_holding(force: Force, case: Case, officer: Officer) -> list[str]:
    """Placement rules by which this officer may not hold this case, in table order."""
    barred = []
    if not force.policy.divisions.cross and officer.division not in (case.division, force.home(case)):
        barred.append("division")
    if case.level in force.policy.training.levels and officer.mosovo != "trained":
        barred.append("trained")
    for need in case.needs:
        if need not in officer.skills:
            barred.append("skills")
            break
    if officer.officer_id in case.excluded:
        barred.append("excluded")
    if officer.status == "leaving":
        barred.append("staying")
    return barred


def open_to_cases(officer: Officer) -> bool:
    """Rule ``open``."""
    return officer.status == "open" and officer.capacity > 0


def buddied(force: Force, officer: Officer) -> bool:
    """Rule ``buddied``."""
    if not force.policy.training.buddy_required:
        return True
    if officer.mosovo == "trained":
        return True
    if officer.buddy is None:
        return False
    buddy = force.officer_by_id[officer.buddy]
    if buddy.mosovo != "trained":
        return False
    if buddy.status not in ("open", "closed"):
        return False
    return force.policy.divisions.cross or buddy.division == officer.division


def barred_from_receiving(force: Force, case: Case, officer: Officer) -> list[str]:
    """Placement rules, then movement rules, by which this officer may not receive this case.

    Not about ``locked`` and ``budget``, which concern the case whoever receives it.
    """
    barred = barred_from_holding(force, case, officer)
    if not open_to_cases(officer):
        barred.append("open")
    if case.premises is not None and case.premises not in officer.premises:
        barred.append("premises")
    if not buddied(force, officer):
        barred.append("buddied")
    return barred


def permitted(force: Force, case: Case) -> bool:
    """Whether a case has a current officer who passes every placement rule. False for a new case."""
    if case.officer is None:
        return False
    return not barred_from_holding(force, case, force.officer_by_id[case.officer])


def receivers(force: Force, case: Case) -> list[str]:
    """Officers who may receive a case that they do not hold, in the force's order; lock and budget aside."""
    found = []
    for officer in force.officers:
        if officer.officer_id != case.officer and not barred_from_receiving(force, case, officer):
            found.append(officer.officer_id)
    return found


def budget_home(force: Force, case: Case) -> str:
    """Where the move of a case counts against ``max_moves``."""
    return WHOLE_FORCE if force.policy.divisions.cross else force.home(case)


def broken(force: Force, officers: Sequence[str | None]) -> list[tuple[str, str, str | None]]:
    """Every placement and movement rule that a plan breaks.

    Returns
    -------
    list of (rule, case_id, officer_id)
        In the order of the cases. Rule ``unplaced`` is a permitted case with nobody, or another one with
        nobody although somebody may receive it. ``budget`` comes last, once a home, with the home (or
        ``WHOLE_FORCE``) in place of the case.
    """
    found: list[tuple[str, str, str | None]] = []
    moves: dict[str, int] = {}
    for case, officer_id in zip(force.cases, officers, strict=True):
        if officer_id is None:
            if permitted(force, case) and case.locked:
                found.append(("locked", case.case_id, None))
            if permitted(force, case) or receivers(force, case):
                found.append(("unplaced", case.case_id, None))
            continue
        officer = force.officer_by_id[officer_id]
        if officer_id == case.officer:
            barred = barred_from_holding(force, case, officer)
        else:
            barred = barred_from_receiving(force, case, officer)
            if permitted(force, case):
                if case.locked:
                    barred.append("locked")
                home = budget_home(force, case)
                moves[home] = moves.get(home, 0) + 1
        for rule in barred:
            found.append((rule, case.case_id, officer_id))
    allowed = force.policy.relationship.max_moves
    if allowed is not None:
        for home, count in moves.items():
            if count > allowed:
                found.append(("budget", home, None))
    return found


# What an officer holds


def held_by(force: Force, officers: Sequence[str | None], officer: Officer) -> list[Case]:
    """Cases that count in the officer's n, h and p: those held, and unplaced ones still with them."""
    held = []
    for case, officer_id in zip(force.cases, officers, strict=True):
        counts_with = officer_id
        if officer_id is None and officer.status != "leaving":
            counts_with = case.officer  # still with them
        if counts_with == officer.officer_id:
            held.append(case)
    return held


def received_by(force: Force, officers: Sequence[str | None], officer: Officer) -> list[Case]:
    """Cases moved or placed to the officer."""
    received = []
    for case, officer_id in zip(force.cases, officers, strict=True):
        if officer_id == officer.officer_id and case.officer != officer.officer_id:
            received.append(case)
    return received


def held_at_start(force: Force, officer: Officer) -> list[Case]:
    """Every current case of the officer."""
    return [case for case in force.cases if case.officer == officer.officer_id]


def high_risk_among(force: Force, cases: Sequence[Case]) -> int:
    """How many of these cases are high risk."""
    return len([case for case in cases if force.high_risk(case)])


def at_premises_among(cases: Sequence[Case]) -> int:
    """How many of these cases are at premises."""
    return len([case for case in cases if case.setting == "premises"])


# Limits


def limit_of(force: Force, officer: Officer) -> int:
    """L: cases that the officer may hold."""
    return force.policy.limits.cases * officer.capacity // 100


def high_risk_allowed(force: Force, officer: Officer, cases: int) -> int:
    """A(n): high-risk cases that the officer may hold among n."""
    limits = force.policy.limits
    allowed = limits.high_risk_percent * cases // 100
    if len(held_at_start(force, officer)) < limits.small_caseload:
        allowed = max(allowed, limits.high_risk_min)
    return allowed


def over_at_start(force: Force, officer: Officer) -> bool:
    """Whether the officer starts the cycle over a limit."""
    held = held_at_start(force, officer)
    if len(held) > limit_of(force, officer):
        return True
    return high_risk_among(force, held) > high_risk_allowed(force, officer, len(held))


def excesses_of(force: Force, officer: Officer, held: Sequence[Case], received: Sequence[Case]) -> dict[str, int]:
    """Excess by rule, zeros included, of an officer who holds and has received these cases."""
    policy = force.policy
    found = dict.fromkeys(("case-limit", "high-risk-share", "intake", "arrivals", "frozen"), 0)
    if officer.status in ("open", "closed"):
        found["case-limit"] = max(0, len(held) - limit_of(force, officer))
        allowed = high_risk_allowed(force, officer, len(held))
        found["high-risk-share"] = max(0, high_risk_among(force, held) - allowed)
    intake = policy.limits.intake if officer.mosovo == "trained" else policy.training.untrained_intake
    found["intake"] = max(0, len(received) - intake * officer.capacity // 100)
    found["arrivals"] = max(0, at_premises_among(received) - policy.premises.arrivals_per_cycle)
    if policy.limits.freeze_over_limit and over_at_start(force, officer):
        for case in received:
            if case.officer is None and case.setting != "premises":
                found["frozen"] += 1
    return found


def reserve_shortfall(force: Force, premises: Premises, held: dict[str, int]) -> int:
    """Excess of ``reserve`` for one premises, given how many cases each officer_id holds."""
    if not force.policy.premises.reserve_arrivals:
        return 0
    room = 0
    room_at_start = 0
    for officer in force.officers:
        if premises.premises_id not in officer.premises:
            continue
        if not open_to_cases(officer) or not buddied(force, officer):
            continue
        limit = limit_of(force, officer)
        room += max(0, limit - held[officer.officer_id])
        room_at_start += max(0, limit - len(held_at_start(force, officer)))
    return max(0, min(premises.expected_arrivals, room_at_start) - room)


def excesses(force: Force, officers: Sequence[str | None]) -> dict[tuple[str, str], int]:
    """Every excess above 0, by rule and the officer or premises that it is about."""
    found: dict[tuple[str, str], int] = {}
    held_count: dict[str, int] = {}
    for officer in force.officers:
        held = held_by(force, officers, officer)
        held_count[officer.officer_id] = len(held)
        received = received_by(force, officers, officer)
        for rule, amount in excesses_of(force, officer, held, received).items():
            if amount > 0:
                found[rule, officer.officer_id] = amount
    for premises in force.premises:
        amount = reserve_shortfall(force, premises, held_count)
        if amount > 0:
            found["reserve", premises.premises_id] = amount
    return found


# Fairness


def counts_in_fairness(officer: Officer) -> bool:
    """Whether fairness is about this officer."""
    return officer.status in ("open", "closed") and officer.capacity > 0


def points_to_share(force: Force, officer: Officer) -> int:
    """P: points of all cases that count where the officer works."""
    total = 0
    for case in force.cases:
        if case.officer is not None and force.officer_by_id[case.officer].status == "absent":
            continue
        if force.policy.divisions.cross or force.home(case) == officer.division:
            total += points_of(force, case)
    return total


def capacity_to_share(force: Force, officer: Officer) -> int:
    """C: capacity of the officers who count where the officer works."""
    total = 0
    for other in force.officers:
        there = force.policy.divisions.cross or other.division == officer.division
        if there and counts_in_fairness(other):
            total += other.capacity
    return total


def bands_of(force: Force, officer: Officer) -> list[int]:
    """t_k for every band k, for an officer who counts in fairness."""
    band = force.policy.fairness.band_percent
    shared, capacity = points_to_share(force, officer), capacity_to_share(force, officer)
    thresholds = []
    for k in range(1, 201):
        if 50 <= k * band <= 200:
            thresholds.append(shared * officer.capacity * k * band // (capacity * 100))
    return thresholds


def unfairness_of(force: Force, officer: Officer, points: int) -> int:
    """What an officer who holds so many points adds to fairness."""
    if not counts_in_fairness(officer):
        return 0
    return sum(max(0, points - threshold) for threshold in bands_of(force, officer))


# The four goals


def unplaced_value(force: Force, officers: Sequence[str | None]) -> int:
    """Weighted count of the cases with nobody."""
    weights = force.policy.unplaced
    weight = {
        "low": weights.low,
        "medium": weights.medium,
        "high": weights.high,
        "very_high": weights.very_high,
    }
    total = 0
    for case, officer_id in zip(force.cases, officers, strict=True):
        if officer_id is None:
            total += weight[case.risk]
    return total


def disruption_of(force: Force, case: Case, officer_id: str | None) -> int:
    """Relationship-months that one decision costs."""
    if officer_id is None or officer_id == case.officer:
        return 0
    cost = 0
    if case.officer is not None:
        cost += relationship_cost(force, case)
    if force.officer_by_id[officer_id].division != force.home(case):
        cost += force.policy.divisions.away
    return cost


def goal_values(force: Force, officers: Sequence[str | None]) -> tuple[int, int, int, int]:
    """Values of unplaced, excess, disruption and fairness of any plan."""
    disruption = 0
    for case, officer_id in zip(force.cases, officers, strict=True):
        disruption += disruption_of(force, case, officer_id)
    fairness = 0
    for officer in force.officers:
        points = sum(points_of(force, case) for case in held_by(force, officers, officer))
        fairness += unfairness_of(force, officer, points)
    return (
        unplaced_value(force, officers),
        sum(excesses(force, officers).values()),
        disruption,
        fairness,
    )
