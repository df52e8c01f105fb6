"""What a plan does with officers who start the cycle over a limit, counted without a solver."""

from __future__ import annotations

from allocator import Force, Officer, Plan
from allocator.rules.ledger import Ledger
from allocator.rules.placement import permitted
from allocator.rules.start import at_start, case_limit, high_at_start, share, starts_over


def counts(plan: Plan) -> dict[str, int]:
    """Officers who start over a limit, what they are given, and who of them is under it on paper alone.

    Returns
    -------
    dict of str to int
        ``over_start``: officers who start over a limit. Cases that go to one of them: ``over_moves`` could have stayed
        where they were; ``over_arrivals`` are new, or could not stay, and are at premises; ``over_given`` are the same
        and are not. ``on_paper``: officers who end under a limit that they started over, and gave up no case that
        counts against it.
    """
    force, ledger = plan.force, Ledger(plan)
    over = {officer.officer_id for officer in force.officers if starts_over(force, officer)}
    found = {"over_start": len(over), "over_moves": 0, "over_arrivals": 0, "over_given": 0, "on_paper": 0}
    for case, officer_id in plan:
        if officer_id not in over or officer_id == case.officer:
            continue
        if case.officer is not None and permitted(force, case):
            found["over_moves"] += 1
        else:
            found["over_arrivals" if case.setting == "premises" else "over_given"] += 1
    for officer_id in over:
        officer = force.officer_by_id[officer_id]
        found["on_paper"] += _on_paper(force, officer, plan, ledger.cases(officer), ledger.high_risk(officer))
    return found


def _on_paper(force: Force, officer: Officer, plan: Plan, cases: int, high: int) -> bool:
    """Whether an officer who holds so many cases and high-risk cases is under a limit that nobody relieved."""
    start, limit = at_start(force, officer), case_limit(force, officer)
    stays = (
        {officer.officer_id} if officer.status == "leaving" else {officer.officer_id, None}
    )  # unplaced: still theirs
    gone = [case for case in start if plan.officer_of[case.case_id] not in stays]
    by_cases = len(start) > limit >= cases and not gone
    too_high = high_at_start(force, officer) > share(force, officer, len(start))
    by_share = too_high and high <= share(force, officer, cases) and not any(map(force.high_risk, gone))
    return by_cases or by_share
