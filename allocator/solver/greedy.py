"""A valid plan at once: nobody who may stay is moved, and everybody else goes where it hurts least at that moment."""

from __future__ import annotations

import numpy as np

from allocator.rules.columns import NOBODY, Ints
from allocator.solver.model import Derived, Model
from allocator.solver.parts import Choices, Part


def greedy_plan(open_to: Choices, part: Part) -> Ints:
    """Officer of each case of a part, in its order, `NOBODY` where nobody may receive it.

    Cases with the fewest possible receivers come first, and of those the heaviest. Each goes to the receiver with the
    least added excess, then with the least added disruption, then with the lowest workload for their capacity.
    """
    columns, away = open_to.columns, open_to.columns.policy.divisions.away
    strange = np.where(columns.knowing > 0, columns.policy.relationship.former, 0)
    plan = np.where(open_to.permitted, columns.current, NOBODY)
    filling = Filling(Model(open_to, part, (), moves=False))
    held = part.cases[plan[part.cases] != NOBODY]
    points = np.bincount(plan[held], columns.points[held], minlength=len(columns.officer_ids))
    group_of = {case: group for group in filling.model.flows.groups for case in group.must}
    for case in sorted(group_of, key=lambda c: (len(group_of[c].receivers), -columns.points[c], c)):
        group = group_of[case]
        receiver = min(
            group.receivers,
            key=lambda o: (
                filling.added_excess(group.base, o),
                away * (columns.officer_division[o] != columns.home[case])
                + strange[case] * (not columns.knowers[columns.knowing[case], o]),
                (points[o] + columns.points[case]) / columns.capacity[o],
                o,
            ),
        )
        filling.give(group.base, receiver)
        plan[case] = receiver
        points[receiver] += columns.points[case]
    return plan[part.cases]


class Filling:
    """A model without moves, with nothing received yet: filled case by case, it knows what the next would add."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._values = [0] * len(model.linear.lower)
        self._excess = set(model.total_excess().terms)
        self._added: dict[tuple[int, int], int] = {}
        self._resting: dict[int, set[tuple[int, int]]] = {}  # on each derived variable, what was added last
        self._users: dict[int, list[int]] = {}
        for number, derived in enumerate(model.derived):
            for variable in {v for line in derived.lines for v in line.terms}:
                self._users.setdefault(variable, []).append(number)
        self._settle(model.derived)

    def added_excess(self, base: int, officer: int) -> int:
        """Excess that one more case of a base would add with an officer."""
        if (base, officer) not in self._added:
            variable = self._variable(base, officer)
            touched = self._following(variable)
            before = {derived.variable: self._values[derived.variable] for derived in touched}
            self._values[variable] += 1
            self._settle(touched)
            self._added[base, officer] = sum(self._values[v] - old for v, old in before.items() if v in self._excess)
            self._values[variable] -= 1
            for v, old in before.items():
                self._values[v] = old
                self._resting.setdefault(v, set()).add((base, officer))
        return self._added[base, officer]

    def give(self, base: int, officer: int) -> None:
        """One more case of a base goes to an officer."""
        variable = self._variable(base, officer)
        touched = self._following(variable)
        self._values[variable] += 1
        self._settle(touched)
        for derived in touched:
            for known in self._resting.pop(derived.variable, ()):
                self._added.pop(known, None)

    def _variable(self, base: int, officer: int) -> int:
        return self.model.flows.into[base, officer].number

    def _following(self, variable: int) -> list[Derived]:
        """What follows from a variable, directly or through others, in order."""
        found: set[int] = set()
        ahead = [variable]
        while ahead:
            for number in self._users.get(ahead.pop(), ()):
                if number not in found:
                    found.add(number)
                    ahead.append(self.model.derived[number].variable)
        return [self.model.derived[number] for number in sorted(found)]

    def _settle(self, touched: list[Derived]) -> None:
        for derived in touched:
            self._values[derived.variable] = derived.value(lambda line: line.at(self._values))
