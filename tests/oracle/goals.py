"""Any plan of a force, good or bad, measured against the contract with plain loops.

It shares no line with the allocator beyond the data types, and is slow on purpose. A plan is a sequence of
officer ids or None, aligned with ``force.cases``; it may break rules, and is measured all the same.

Where the contract says nothing about a plan that breaks rules, this is the reading: a current case left
with nobody counts with its present officer, permitted or not (unless that one is leaving); a case counts as
received though its officer may not receive it; a case kept is never received; ``frozen`` counts what its line
names, not a permitted case, which ``relieved`` bars; ``nobody-can`` is told of a case that truly nobody may have.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from allocator.domain.force import Case, Force, Officer, Premises

PLACEMENT = ("division", "trained", "skills", "excluded", "staying")
MOVEMENT = ("open", "premises", "buddied", "relieved", "locked", "budget")
LIMITS = ("case-limit", "high-risk-share", "intake", "arrivals", "frozen", "novice", "reserve")
NOTES = (
    "cover",
    "buddy-needed",
    "lock-lifted",
    "nobody-can",
    "over-limit",
    "category-3",
    "referral",
    "specialist",
    "overdue",
)
WHOLE_FORCE = ""  # stands where the home would, when the budget is one for the force


# Measures


def home_of(force: Force, case: Case) -> str:
    """Division that a case counts in."""
    if case.setting == "premises":
        for premises in force.premises:
            if premises.premises_id == case.premises:
                return premises.division
    return case.division


def high_risk(force: Force, case: Case) -> bool:
    """Whether a case is high risk under the policy."""
    return case.risk in force.policy.limits.high_risk


def untrained(officer: Officer) -> bool:
    """Whether the rules treat an officer as untrained: one who awaits the course is."""
    return officer.mosovo != "trained"


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
    if high_risk(force, case):
        cost += policy.high_risk
    if months < policy.settle_months:
        cost += policy.settle
    return cost


# Placement and movement


def barred_from_holding(force: Force, case: Case, officer: Officer) -> list[str]:
    """Placement rules by which this officer may not hold this case, in table order."""
    barred = []
    if not force.policy.divisions.cross and officer.division not in (case.division, home_of(force, case)):
        barred.append("division")
    if case.level in force.policy.training.levels and untrained(officer):
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
    if not untrained(officer):
        return True
    if officer.buddy is None:
        return False
    buddy = force.officer_by_id[officer.buddy]
    if untrained(buddy):
        return False
    if buddy.status not in ("open", "closed"):
        return False
    return force.policy.divisions.cross or buddy.division == officer.division


def barred_from_receiving(force: Force, case: Case, officer: Officer) -> list[str]:
    """Placement rules, then movement rules, by which this officer, who does not hold this case, may not receive it.

    Not about ``locked`` and ``budget``, which concern the case whoever receives it.
    """
    barred = barred_from_holding(force, case, officer)
    if not open_to_cases(officer):
        barred.append("open")
    if case.premises is not None and case.premises not in officer.premises:
        barred.append("premises")
    if not buddied(force, officer):
        barred.append("buddied")
    if force.policy.limits.freeze_over_limit and permitted(force, case) and over_at_start(force, officer):
        barred.append("relieved")
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
    return WHOLE_FORCE if force.policy.divisions.cross else home_of(force, case)


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
    return len([case for case in cases if high_risk(force, case)])


def at_premises_among(cases: Sequence[Case]) -> int:
    """How many of these cases are at premises."""
    return len([case for case in cases if case.setting == "premises"])


# Limits


def limit_of(force: Force, officer: Officer) -> int:
    """L: cases that the officer may hold."""
    return force.policy.limits.cases * officer.capacity // 100


def high_risk_share(force: Force, officer: Officer, cases: int) -> int:
    """S(n): the share of high-risk cases among n, for an officer with a small caseload at least the minimum."""
    limits = force.policy.limits
    share = limits.high_risk_percent * cases // 100
    if len(held_at_start(force, officer)) < limits.small_caseload:
        share = max(share, limits.high_risk_min)
    return share


def above_share_at_start(force: Force, officer: Officer) -> bool:
    """Whether the officer starts the cycle with more high-risk cases than the share."""
    held = held_at_start(force, officer)
    return high_risk_among(force, held) > high_risk_share(force, officer, len(held))


def high_risk_allowed(force: Force, officer: Officer, cases: int) -> int:
    """A(n): high-risk cases that the officer may hold among n; who starts above the share gains none by more cases."""
    if above_share_at_start(force, officer):
        return high_risk_share(force, officer, min(cases, len(held_at_start(force, officer))))
    return high_risk_share(force, officer, cases)


def over_at_start(force: Force, officer: Officer) -> bool:
    """Whether the officer starts the cycle over a limit, whatever the status."""
    if len(held_at_start(force, officer)) > limit_of(force, officer):
        return True
    return above_share_at_start(force, officer)


def excesses_of(force: Force, officer: Officer, held: Sequence[Case], received: Sequence[Case]) -> dict[str, int]:
    """Excess by rule, zeros included, of an officer who holds and has received these cases."""
    policy = force.policy
    found = dict.fromkeys(("case-limit", "high-risk-share", "intake", "arrivals", "frozen", "novice"), 0)
    if officer.status in ("open", "closed"):
        found["case-limit"] = max(0, len(held) - limit_of(force, officer))
        allowed = high_risk_allowed(force, officer, len(held))
        found["high-risk-share"] = max(0, high_risk_among(force, held) - allowed)
    intake = policy.training.untrained_intake if untrained(officer) else policy.limits.intake
    found["intake"] = max(0, len(received) - intake * officer.capacity // 100)
    found["arrivals"] = max(0, at_premises_among(received) - policy.premises.arrivals_per_cycle)
    if policy.limits.freeze_over_limit and over_at_start(force, officer):
        for case in received:
            if case.setting != "premises" and not permitted(force, case):
                found["frozen"] += 1
    if untrained(officer):
        for case in received:
            if case.risk in policy.training.risks:
                found["novice"] += 1
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
        if force.policy.divisions.cross or home_of(force, case) == officer.division:
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
    if force.officer_by_id[officer_id].division != home_of(force, case):
        cost += force.policy.divisions.away
    if officer_id not in case.former:
        for other in receivers(force, case):  # never the present officer
            if other in case.former:
                cost += force.policy.relationship.former
                break
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


# Notes


def delay(force: Force, due: date | None) -> int | None:
    """Days from a date due to the cycle date; None where there is no such date or it has not passed."""
    if due is None or due >= force.cycle_date:
        return None
    return (force.cycle_date - due).days


def notes(force: Force, officers: Sequence[str | None]) -> list[tuple[Any, ...]]:
    """Everything that is told about a plan at no cost.

    Returns
    -------
    list of tuples
        Rule id, whom or what it is about, and what the contract names:

        - ``cover``, officer_id, number of cases, case_ids in the force's order
        - ``buddy-needed``, officer_id
        - ``lock-lifted``, case_id
        - ``nobody-can``, case_id, (officer_id, first rule that bars them) for every officer in the force's order
        - ``over-limit``, officer_id, n0, L, h0, S(n0)
        - ``category-3``, case_id
        - ``referral``, case_id
        - ``specialist``, division, skill
        - ``overdue``, officer_id, number of their overdue cases, longest delay in days; for a case that is not
          kept: ``overdue``, case_id, days since ``visit_due``, days since ``review_due`` (None where not overdue)

        By rule, in the order of ``NOTES``.
    """
    found: list[tuple[Any, ...]] = []
    for officer in force.officers:
        if officer.status == "absent":
            held = held_by(force, officers, officer)
            if held:
                found.append(("cover", officer.officer_id, len(held), tuple(case.case_id for case in held)))
    for officer in force.officers:
        if officer.status == "open" and untrained(officer) and not buddied(force, officer):
            found.append(("buddy-needed", officer.officer_id))
    for case in force.cases:
        if case.locked and not permitted(force, case):
            found.append(("lock-lifted", case.case_id))
    for case, officer_id in zip(force.cases, officers, strict=True):
        if officer_id is None and not permitted(force, case) and not receivers(force, case):
            bars = []
            for officer in force.officers:
                if officer.officer_id == case.officer:
                    barred = barred_from_holding(force, case, officer)
                else:
                    barred = barred_from_receiving(force, case, officer)
                bars.append((officer.officer_id, barred[0]))
            found.append(("nobody-can", case.case_id, tuple(bars)))
    for officer in force.officers:
        if over_at_start(force, officer):
            held = held_at_start(force, officer)
            cases, high = len(held), high_risk_among(force, held)
            share = high_risk_share(force, officer, cases)
            found.append(("over-limit", officer.officer_id, cases, limit_of(force, officer), high, share))
    for case in force.cases:
        if "da" in case.needs and high_risk(force, case) and case.category == 0:
            found.append(("category-3", case.case_id))
    recorded = False
    for case in force.cases:
        if "marac" in case.forums or "matac" in case.forums:
            recorded = True
    for case in force.cases:
        named = "marac" in case.forums or "matac" in case.forums
        if recorded and not named and "da" in case.needs and case.level in (2, 3):
            found.append(("referral", case.case_id))
    homes = {home_of(force, case) for case in force.cases}
    for skill in sorted(set(force.policy.divisions.skills)):
        for division in sorted(homes):
            able = False
            for officer in force.officers:
                if officer.division == division and open_to_cases(officer) and skill in officer.skills:
                    able = True
            if not able:
                found.append(("specialist", division, skill))
    for officer in force.officers:
        count = longest = 0
        for case in held_at_start(force, officer):
            days = [late for late in (delay(force, case.visit_due), delay(force, case.review_due)) if late is not None]
            if days:
                count += 1
                longest = max(longest, *days)
        if count > 0:
            found.append(("overdue", officer.officer_id, count, longest))
    for case, officer_id in zip(force.cases, officers, strict=True):
        visit, review = delay(force, case.visit_due), delay(force, case.review_due)
        overdue = visit is not None or review is not None
        if overdue and case.officer is not None and officer_id != case.officer:  # a new case has no present officer
            found.append(("overdue", case.case_id, visit, review))
    return found
