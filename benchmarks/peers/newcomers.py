"""What greedy peers share: who needs an officer, who may receive them, a plan filled case by case, and a run of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from allocator import Case, Force, Officer
from allocator.rules.notes.nobody_can import first_bar
from allocator.rules.placement import is_permitted
from benchmarks.peers.protocol import Run, Teller

Choose = Callable[[Case, list[Officer], dict[str, int]], Officer]


def at_once(planned: Callable[[Force], list[str | None]]) -> Run:
    """A run that tells the one plan that a rule makes."""

    def run(force: Force, seconds: float, seed: int) -> Teller:
        teller = Teller(force, seconds)
        teller.plan(planned(force))
        return teller

    return run


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


def stays(force: Force, case: Case) -> bool:
    """Whether a case has an officer and may stay there."""
    return case.officer is not None and is_permitted(force, case)


def start(force: Force) -> dict[str, int]:
    """Cases that each officer_id holds before anything is decided: none with who leaves."""
    held = {officer.officer_id: 0 for officer in force.officers}
    for case in force.cases:
        if case.officer is not None and force.officer_by_id[case.officer].status != "leaving":
            held[case.officer] += 1
    return held


def give(force: Force, case: Case, officer_id: str, held: dict[str, int]) -> None:
    """Count a case with who receives it, and no longer with its present officer."""
    if case.officer is not None and force.officer_by_id[case.officer].status != "leaving":
        held[case.officer] -= 1
    held[officer_id] += 1


def filled(force: Force, choose: Choose, together: Mapping[str, str] | None = None) -> list[str | None]:
    """A plan in which permitted cases stay and every other case, in input order, goes where ``choose`` says.

    Parameters
    ----------
    force : Force
    choose : callable
        Given the case, the officers who may receive it and the cases that each officer_id holds at that moment.
    together : mapping of str to str, optional
        Who receives a case_id is settled before all others.

    Returns
    -------
    list of (str or None)
        One officer_id a case, None where nobody may receive it.
    """
    settled, held = dict(together or {}), start(force)
    for case in force.cases:
        if case.case_id in settled:
            give(force, case, settled[case.case_id], held)
    plan: list[str | None] = []
    for case in force.cases:
        if case.case_id in settled:
            plan.append(settled[case.case_id])
        elif stays(force, case):
            plan.append(case.officer)
        elif able := receivers(force, case):
            chosen = choose(case, able, held).officer_id
            give(force, case, chosen, held)
            plan.append(chosen)
        else:
            plan.append(None)
    return plan
