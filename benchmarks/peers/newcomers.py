"""What greedy peers share: who needs an officer, who may receive them, and a plan filled one case after another."""

from __future__ import annotations

from collections.abc import Callable

from allocator import Case, Force, Officer
from allocator.rules.notes.nobody_can import first_bar
from allocator.rules.placement import is_permitted

Choose = Callable[[list[Officer], dict[str, int]], Officer]


def receivers(force: Force, case: Case) -> list[Officer]:
    """Officers who may receive a case that they do not hold, in the force's order."""
    return [
        officer
        for officer in force.officers
        if officer.officer_id != case.officer and first_bar(force, officer, case) is None
    ]


def limit(force: Force, officer: Officer) -> int:
    """Cases that an officer may hold (L)."""
    return force.policy.limits.cases * officer.capacity // 100


def filled(force: Force, choose: Choose) -> list[str | None]:
    """A plan in which permitted cases stay and every other case, in input order, goes where ``choose`` says.

    Parameters
    ----------
    force : Force
    choose : callable
        Given the officers who may receive the case and the cases that each officer_id holds at that moment.

    Returns
    -------
    list of (str or None)
        One officer_id a case, None where nobody may receive it.
    """
    stays = [case.officer is not None and is_permitted(force, case) for case in force.cases]
    held = {officer.officer_id: 0 for officer in force.officers}
    for case in force.cases:
        if case.officer is not None and force.officer_by_id[case.officer].status != "leaving":
            held[case.officer] += 1
    plan: list[str | None] = []
    for case, stay in zip(force.cases, stays, strict=True):
        able = [] if stay else receivers(force, case)
        if stay or not able:
            plan.append(case.officer if stay else None)
            continue
        chosen = choose(able, held).officer_id
        if case.officer in held and force.officer_by_id[case.officer].status != "leaving":
            held[case.officer] -= 1
        held[chosen] += 1
        plan.append(chosen)
    return plan
