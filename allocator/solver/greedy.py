"""A valid plan at once: nobody who may stay is moved, and everybody else goes where it hurts least at that moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from allocator.rules.columns import NOBODY, Ints
from allocator.solver.model import Model
from allocator.solver.parts import Choices


def greedy_plan(open_to: Choices) -> Ints:
    """Officer of each case of a part, `NOBODY` where nobody may receive it.

    Cases with the fewest possible receivers come first, and of those the heaviest. Each goes to the receiver with the
    least added excess, then with the least added disruption, then with the lowest workload for their capacity.
    """
    columns, away = open_to.columns, open_to.columns.policy.divisions.away
    plan = np.where(open_to.permitted, columns.current, NOBODY)
    must = np.flatnonzero(open_to.must)
    if not len(must):
        return plan
    filling = Filling(Model(open_to, (), moves=False))
    held = np.flatnonzero(plan != NOBODY)
    points = np.zeros(len(columns.officer_ids), dtype=np.int64)
    np.add.at(points, plan[held], columns.points[held])
    load, capacity, groups = points.tolist(), columns.capacity.tolist(), filling.model.flows.groups
    receivers = [np.flatnonzero(row).tolist() for row in groups.receivers]
    base = dict(zip(groups.cases.tolist(), groups.base[groups.group].tolist(), strict=True))
    few = np.array([len(able) for able in receivers])[groups.pool]
    order = np.lexsort((must, -columns.points[must], few[[base[case] for case in must.tolist()]]))
    strange = np.where(columns.knowing > 0, columns.policy.relationship.former, 0)
    for case in must[order].tolist():
        far = away * (columns.officer_division != columns.home[case])
        cost = (far + strange[case] * ~columns.knowers[columns.knowing[case]]).tolist()
        weight, of = int(columns.points[case]), base[case]
        receiver = min(
            receivers[groups.pool[of]],
            key=lambda o: (filling.added_excess(of, o), cost[o], (load[o] + weight) / capacity[o], o),
        )
        filling.give(of, receiver)
        plan[case] = receiver
        load[receiver] += weight
    return plan


@dataclass(slots=True)
class _Follower:
    """A variable that follows from what some lines reach."""

    variable: int
    value: Callable[..., Any]
    parameters: tuple[int, ...]
    reached: list[int]
    at: int


class Filling:
    """A model without moves, with nothing received yet: filled case by case, it knows what the next would add."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._excess = set(model.total_excess().variable.tolist())
        self._added: dict[tuple[int, int], int] = {}
        self._resting: dict[int, set[tuple[int, int]]] = defaultdict(set)  # on each follower, what was added last
        self._followers: list[_Follower] = []
        self._users: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        values = np.zeros_like(model.linear.lower)
        for derived in model.derived:
            first = len(self._followers)
            reached = [line.at(values).tolist() for line in derived.lines]
            values[derived.variables] = derived.at(values)
            rows = zip(
                derived.variables.tolist(),
                zip(*(parameter.tolist() for parameter in derived.parameters), strict=True),
                zip(*reached, strict=True),
                values[derived.variables].tolist(),
                strict=True,
            )
            self._followers += [_Follower(v, derived.value, given, list(lines), at) for v, given, lines, at in rows]
            for side, line in enumerate(derived.lines):
                terms = zip(line.variable.tolist(), (line.row + first).tolist(), line.coefficient.tolist(), strict=True)
                for variable, follower, coefficient in terms:
                    self._users[variable].append((follower, side, coefficient))

    def added_excess(self, base: int, officer: int) -> int:
        """Excess that one more case of a base would add with an officer."""
        if (base, officer) not in self._added:
            touched = self._follow(base, officer)
            changes = ((self._followers[k], at) for k, (_, at) in touched.items())
            self._added[base, officer] = sum(at - f.at for f, at in changes if f.variable in self._excess)
            for follower in touched:
                self._resting[follower].add((base, officer))
        return self._added[base, officer]

    def give(self, base: int, officer: int) -> None:
        """One more case of a base goes to an officer."""
        for number, (reached, at) in self._follow(base, officer).items():
            follower = self._followers[number]
            follower.reached, follower.at = reached, at
            for known in self._resting.pop(number, ()):
                self._added.pop(known, None)

    def _follow(self, base: int, officer: int) -> dict[int, tuple[list[int], int]]:
        """What the lines of each follower reach, and its value, with one more case of a base received."""
        touched: dict[int, tuple[list[int], int]] = {}
        ahead: dict[int, list[int]] = {}

        def change(variable: int, by: int) -> None:
            for follower, side, coefficient in self._users.get(variable, ()):
                ahead.setdefault(follower, list(self._followers[follower].reached))[side] += by * coefficient

        change(int(self.model.flows.into[base, officer]), 1)
        while ahead:
            number = min(ahead)  # a follower follows from those before it only
            follower, reached = self._followers[number], ahead.pop(number)
            at = follower.value(*reached, *follower.parameters)
            touched[number] = reached, at
            if at != follower.at:
                change(follower.variable, at - follower.at)
        return touched
