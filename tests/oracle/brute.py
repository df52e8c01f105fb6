"""The best plan of a tiny force, found by trying every plan that breaks no rule.

What an officer adds to excess and fairness depends only on the set of cases with them, so it is measured once
a set (by ``goals``) and remembered; nothing is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from allocator.domain.force import Force
from tests.oracle.goals import (
    budget_home,
    disruption_of,
    excesses_of,
    permitted,
    points_of,
    receivers,
    reserve_shortfall,
    unfairness_of,
    unplaced_value,
)

Assignment = tuple[str | None, ...]
Values = tuple[int, int, int, int]


def options(force: Force) -> list[list[str | None]]:
    """For every case, whoever it may go to or stay with; only None where nobody may hold it."""
    found: list[list[str | None]] = []
    for case in force.cases:
        if permitted(force, case):
            found.append([case.officer] if case.locked else [case.officer, *receivers(force, case)])
        else:
            found.append([*receivers(force, case)] or [None])
    return found


def count(force: Force) -> int:
    """How many plans there are to try, the budget aside."""
    total = 1
    for choices in options(force):
        total *= len(choices)
    return total


def plans(force: Force) -> Iterator[Assignment]:
    """Every plan that breaks no rule."""
    allowed = force.policy.relationship.max_moves
    counted = [budget_home(force, case) if permitted(force, case) else None for case in force.cases]
    for plan in product(*options(force)):
        if allowed is not None:
            moves: dict[str, int] = {}
            for case, home, officer_id in zip(force.cases, counted, plan, strict=True):
                if home is not None and officer_id != case.officer:
                    moves[home] = moves.get(home, 0) + 1
            if max(moves.values(), default=0) > allowed:
                continue
        yield plan


class Measure:
    """Goal values of the plans of one force that break no rule, remembering each officer's set of cases."""

    def __init__(self, force: Force) -> None:
        self.force = force
        self._known: list[dict[int, tuple[int, int, int]]] = [{} for _ in force.officers]
        self._index = {officer.officer_id: i for i, officer in enumerate(force.officers)}
        self._still_with = [  # where an unplaced case counts
            None
            if case.officer is None or force.officer_by_id[case.officer].status == "leaving"
            else self._index[case.officer]
            for case in force.cases
        ]
        self._disruption = [
            {officer_id: disruption_of(force, case, officer_id) for officer_id in [None, *self._index]}
            for case in force.cases
        ]
        self._unplaced: dict[tuple[bool, ...], int] = {}
        self._reserve: dict[tuple[int, ...], int] = {}

    def _of_officer(self, index: int, mask: int) -> tuple[int, int, int]:
        """Cases, excess and unfairness of an officer with the cases whose bits are set."""
        force, officer = self.force, self.force.officers[index]
        held = [case for i, case in enumerate(force.cases) if mask >> i & 1]
        received = [case for case in held if case.officer != officer.officer_id]
        points = sum(points_of(force, case) for case in held)
        excess = sum(excesses_of(force, officer, held, received).values())
        return len(held), excess, unfairness_of(force, officer, points)

    def _of_premises(self, counts: tuple[int, ...]) -> int:
        held = {officer.officer_id: n for officer, n in zip(self.force.officers, counts, strict=True)}
        return sum(reserve_shortfall(self.force, premises, held) for premises in self.force.premises)

    def values(self, plan: Assignment) -> Values:
        """The four goals of a plan that breaks no rule."""
        masks = [0] * len(self._known)
        disruption = 0
        for i, officer_id in enumerate(plan):
            index = self._still_with[i] if officer_id is None else self._index[officer_id]
            if index is not None:
                masks[index] |= 1 << i
            disruption += self._disruption[i][officer_id]
        excess = fairness = 0
        counts = []
        for index, mask in enumerate(masks):
            known = self._known[index].get(mask)
            if known is None:
                known = self._known[index][mask] = self._of_officer(index, mask)
            counts.append(known[0])
            excess += known[1]
            fairness += known[2]
        held = tuple(counts)
        shortfall = self._reserve.get(held)
        if shortfall is None:
            shortfall = self._reserve[held] = self._of_premises(held)
        missing = tuple(officer_id is None for officer_id in plan)
        unplaced = self._unplaced.get(missing)
        if unplaced is None:
            unplaced = self._unplaced[missing] = unplaced_value(self.force, plan)
        return unplaced, excess + shortfall, disruption, fairness


def best_plans(force: Force) -> list[Assignment]:
    """All plans with the lexicographically least four values."""
    measure = Measure(force)
    least: Values | None = None
    found: list[Assignment] = []
    for plan in plans(force):
        values = measure.values(plan)
        if least is None or values < least:
            least, found = values, []
        if values == least:
            found.append(plan)
    return found


def best(force: Force) -> Values:
    """The lexicographically least four values of any plan that breaks no rule."""
    measure = Measure(force)
    return min(measure.values(plan) for plan in plans(force))
