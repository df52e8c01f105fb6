"""What a plan does with officers who start the cycle over a limit, counted without a solver."""

from __future__ import annotations

from allocator import Force, Officer, Plan
from allocator.rules.ledger import Ledger
from allocator.rules.placement import is_permitted
from allocator.rules.start import (
    case_limit,
    cases_at_start,
    high_risk_allowed,
    high_risk_at_start,
    high_risk_share,
    starts_over_limit,
)


def counts(plan: Plan) -> dict[str, int]:
    """Officers who start over a limit, what they are given, and who of them is under it on paper alone.

    Returns
    -------
    dict of str to int
        ``over_start``: officers who start over a limit. Cases that go to one of them: ``over_moves`` could have stayed
        where they were; ``over_arrivals`` are new, or could not stay, and are at premises; ``over_given`` are the same
        and are not. ``on_paper``: officers who start over a limit, end with no more than the plain limit or share of
        what they then hold, and gave up no case that counts against it; ``counted_under``: those of them whom today's
        rules count as under it.
    """
    force, ledger = plan.force, Ledger(plan)
    over = {officer.officer_id for officer in force.officers if starts_over_limit(force, officer)}
    found = {"over_start": len(over), "over_moves": 0, "over_arrivals": 0, "over_given": 0}
    found |= {"on_paper": 0, "counted_under": 0}
    for case, officer_id in plan:
        if officer_id not in over or officer_id == case.officer:
            continue
        if case.officer is not None and is_permitted(force, case):
            found["over_moves"] += 1
        else:
            found["over_arrivals" if case.setting == "premises" else "over_given"] += 1
    for officer_id in over:
        officer = force.officer_by_id[officer_id]
        cases, high = ledger.cases(officer), ledger.high_risk(officer)
        found["on_paper"] += _unrelieved(force, officer, plan, cases, high <= high_risk_share(force, officer, cases))
        found["counted_under"] += _unrelieved(
            force, officer, plan, cases, high <= high_risk_allowed(force, officer, cases)
        )
    return found


def _unrelieved(force: Force, officer: Officer, plan: Plan, cases: int, within_share: bool) -> bool:
    """Whether an officer who holds so many cases is under a limit that they started over, though nobody relieved it."""
    start, limit = cases_at_start(force, officer), case_limit(force, officer)
    stays = (
        {officer.officer_id} if officer.status == "leaving" else {officer.officer_id, None}
    )  # unplaced: still theirs
    gone = [case for case in start if plan.officer_of[case.case_id] not in stays]
    by_cases = len(start) > limit >= cases and not gone
    too_high = high_risk_at_start(force, officer) > high_risk_share(force, officer, len(start))
    return by_cases or (too_high and within_share and not any(map(force.high_risk, gone)))
