"""How cases flow in one part: what leaves each officer, and who receives it. Plans go in and come out as counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

import numpy as np

from allocator.rules.base import Rule
from allocator.rules.columns import Bools, Ints
from allocator.rules.linear import Line, LinearModel
from allocator.solver.groups import grouped
from allocator.solver.parts import Choices, Part


class Flows:
    """The variables that say who receives what, and the rows that lose nobody.

    Groups that differ only in their home hand what leaves that home to one pool, from which officers receive: far
    fewer variables than one for each group and officer, and a case that came back home this way would only be charged
    for what it did not cost.

    Parameters
    ----------
    linear : LinearModel
        Gets the variables and rows.
    open_to : Choices
    part : Part
    goals : iterable of Rule
        Goals that groups must be fine enough for.
    moves : bool
        Whether permitted cases may move.
    within : Flows, optional
        Flows of the same part for fewer goals, whose variables' bounds hold here too: what stays there, or is not
        received, is left out.

    Attributes
    ----------
    open_to : Choices
        With what stays ``within`` pinned.
    groups : list of Group
    stocks : list of Stock
    out : list of Line
        Cases that leave their officer, for each stock.
    into : dict of (group, officer) to Line
        Cases of one group received by an officer.
    """

    def __init__(
        self,
        linear: LinearModel,
        open_to: Choices,
        part: Part,
        goals: Iterable[Rule],
        moves: bool,
        within: Flows | None = None,
    ) -> None:
        self.linear, self._within = linear, within
        self.open_to = open_to if within is None else replace(open_to, pinned=within._settled())
        self.columns = open_to.columns
        self.groups, self.stocks = grouped(self.open_to, part, goals, moves)
        self.out = [linear.variable(0, len(stock.cases)) for stock in self.stocks]
        self.into: dict[tuple[int, int], Line] = {}
        self._leaving: dict[int, Line] = {}
        self._from_pool: dict[tuple[int, int], Line] = {}
        self._own: dict[tuple[int, int], int] = defaultdict(int)
        for stock in self.stocks:
            self._own[stock.group, stock.officer] += len(stock.cases)
        self._pools: dict[int, list[int]] = defaultdict(list)
        for g, group in enumerate(self.groups):
            self._pools[group.pool].append(g)
        for pool, members in self._pools.items():
            if len(members) > 1:
                self._pool(pool, members)
            else:
                self._receive(members[0], self.groups[members[0]].receivers)
        self._balance()

    def _receive(self, g: int, officers: Iterable[int]) -> None:
        for o in officers:
            most = self._most(g, o)
            if most > 0:
                self.into[g, o] = self.linear.variable(0, most)

    def _pool(self, pool: int, members: list[int]) -> None:
        through = Line()
        for g in members:
            self._receive(g, (o for o in self.groups[g].receivers if self._near(g, o)))
            self._leaving[g] = self.linear.variable(0, len(self.groups[g].cases))
            through.add(self._leaving[g])
        for o in self.groups[members[0]].receivers:
            most = sum(self._most(g, o) for g in members if not self._near(g, o))
            if most > 0:
                self._from_pool[pool, o] = self.linear.variable(0, most)
                through.add(self._from_pool[pool, o], -1)
        self.linear.equal(through, 0)

    def _balance(self) -> None:
        """What leaves its officers or must be placed in a group is received by someone."""
        flow = [Line({}, -len(group.must)) for group in self.groups]
        for stock, out in zip(self.stocks, self.out, strict=True):
            flow[stock.group].add(out, -1)
        for (g, _), into in self.into.items():
            flow[g].add(into)
        for g, leaving in self._leaving.items():
            flow[g].add(leaving)
        for line in flow:
            self.linear.equal(line, 0)

    def _near(self, group: int, officer: int) -> bool:
        """Whether an officer is of a group's home."""
        return bool(self.columns.officer_division[officer] == self.groups[group].home)

    def _most(self, g: int, officer: int) -> int:
        """Cases of a group that an officer can receive."""
        group, coarse = self.groups[g], self._within
        most = len(group.cases) - self._own[g, officer]
        if coarse is None:
            return most
        wider = coarse._group_of[group.cases[0]]
        into = coarse.into.get((wider, officer)) or coarse._from_pool.get((coarse.groups[wider].pool, officer))
        return 0 if into is None else min(most, coarse.linear.upper[into.number])

    @cached_property
    def _group_of(self) -> dict[int, int]:
        return {case: g for g, group in enumerate(self.groups) for case in group.cases}

    def _settled(self) -> Bools:
        """Cases that stay where they are: pinned, or of a stock that cannot move."""
        settled = self.open_to.pinned.copy()
        for stock, out in zip(self.stocks, self.out, strict=True):
            if self.linear.upper[out.number] == 0:
                settled[list(stock.cases)] = True
        return settled

    @cached_property
    def leaving(self) -> dict[int, list[int]]:
        """Stocks of each officer."""
        found: dict[int, list[int]] = defaultdict(list)
        for s, stock in enumerate(self.stocks):
            found[stock.officer].append(s)
        return found

    @cached_property
    def received(self) -> dict[int, list[tuple[Line, int]]]:
        """What each officer receives: cases in number, and one that stands for them."""
        found: dict[int, list[tuple[Line, int]]] = defaultdict(list)
        for (g, o), into in self.into.items():
            found[o].append((into, self.groups[g].cases[0]))
        for (pool, o), into in self._from_pool.items():
            found[o].append((into, self.groups[self._pools[pool][0]].cases[0]))
        return found

    @property
    def away(self) -> Line:
        """Cases received by an officer who is not of their home."""
        line = Line()
        for (g, o), into in self.into.items():
            if not self._near(g, o):
                line.add(into)
        for into in self._from_pool.values():
            line.add(into)
        return line

    def count(self, plan: Ints, values: list[int]) -> None:
        """Write the flows of a plan into the values of all variables, which are 0 so far."""
        cases, stock_of, officer_of = self._stocked
        left = np.bincount(stock_of[plan[cases] != officer_of], minlength=len(self.stocks)).tolist()
        for out, count in zip(self.out, left, strict=True):
            values[out.number] = count
        cases, group_of = self._grouped
        moved = plan[cases] != self.columns.current[cases]
        received, counts = np.unique(np.stack([group_of, plan[cases]])[:, moved], axis=1, return_counts=True)
        for (g, o), count in zip(received.T.tolist(), counts.tolist(), strict=True):
            if (g, o) in self.into:
                values[self.into[g, o].number] = count
            else:
                values[self._leaving[g].number] += count
                values[self._from_pool[self.groups[g].pool, o].number] += count

    @cached_property
    def _stocked(self) -> tuple[Ints, Ints, Ints]:
        """Cases of all stocks in a row, with the number and the officer of their stock."""
        rows = [(case, s, stock.officer) for s, stock in enumerate(self.stocks) for case in stock.cases]
        cases, stock_of, officer_of = np.array(rows, dtype=np.int64).reshape(-1, 3).T
        return cases, stock_of, officer_of

    @cached_property
    def _grouped(self) -> tuple[Ints, Ints]:
        """Cases of all groups in a row, with the number of their group."""
        rows = [(case, g) for g, group in enumerate(self.groups) for case in group.cases]
        cases, group_of = np.array(rows, dtype=np.int64).reshape(-1, 2).T
        return cases, group_of

    def plan(self, values: list[int], start: Ints) -> Ints:
        """The plan that the variables' values describe, written over a copy of ``start``."""
        plan = start.copy()
        movers: dict[int, list[int]] = {g: list(group.must) for g, group in enumerate(self.groups)}
        given = {key: flow.at(values) for key, flow in self.into.items()}
        for s in sorted(range(len(self.stocks)), key=lambda s: -self.stocks[s].cost):
            stock = self.stocks[s]
            moving = self.out[s].at(values)
            back = min(moving, given.get((stock.group, stock.officer), 0))
            if back:  # what leaves an officer and is received by the same one simply stays
                given[stock.group, stock.officer] -= back
                moving -= back
            plan[list(stock.cases)] = stock.officer
            movers[stock.group].extend(stock.cases[:moving])
        for pool, members in self._pools.items():
            through: list[int] = []
            for g in members:
                receivers = [o for o in self.groups[g].receivers for _ in range(given.get((g, o), 0))]
                plan[sorted(movers[g][: len(receivers)])] = receivers
                through += movers[g][len(receivers) :]
            if through:
                officers = [o for o in self.groups[members[0]].receivers if (pool, o) in self._from_pool]
                plan[sorted(through)] = [o for o in officers for _ in range(self._from_pool[pool, o].at(values))]
        return plan
