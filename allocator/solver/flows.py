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
from allocator.solver.groups import Group, group_cases
from allocator.solver.parts import Choices, Part


class Flows:
    """The variables that say who receives what, and the rows that lose nobody.

    Cases pass through up to three stations, each with far fewer variables than one for each group and officer. A group
    with former officers goes to those directly, and what is left of it to strangers by way of its base. A base goes to
    officers of its home directly; bases that differ only in their home hand what leaves it to one pool, from which
    officers receive. A case that came by a costlier way than it need have would only be charged for what it did not
    cost.

    Parameters
    ----------
    linear : LinearModel
        Gets the variables and rows.
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
    out : list of Line
        Cases that leave their officer, for each stock.
    into : dict of (base, officer) to Line
        Cases of one base received by an officer of its home, or by any where its pool has no other.
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
        self.open_to = open_to if within is None else replace(open_to, pinned=within._find_settled())
        self.columns = open_to.columns
        self.groups, self.stocks = group_cases(self.open_to, part, goals, moves)
        self.out = [linear.variable(0, len(stock.cases)) for stock in self.stocks]
        self.into: dict[tuple[int, int], Line] = {}
        self._known: dict[tuple[int, int], Line] = {}
        self._strange: dict[int, Line] = {}
        self._leaving: dict[int, Line] = {}
        self._from_pool: dict[tuple[int, int], Line] = {}
        self._own: dict[tuple[int, int], int] = defaultdict(int)
        for stock in self.stocks:
            self._own[stock.group, stock.officer] += len(stock.cases)
        self._bases: dict[int, list[int]] = defaultdict(list)
        self._pools: dict[int, list[int]] = defaultdict(list)
        for g, group in enumerate(self.groups):
            if group.base not in self._bases:
                self._pools[group.pool].append(group.base)
            self._bases[group.base].append(g)
        for pool, bases in self._pools.items():
            if len(bases) > 1:
                self._pool(pool, bases)
            else:
                self._receive(bases[0], self._any(bases[0]).receivers)
        for g, group in enumerate(self.groups):
            if group.known is not None:
                self._acquaint(g, group.known)
        self._balance()

    def _any(self, base: int) -> Group:
        """One group of a base, whose receivers and home are those of all."""
        return self.groups[self._bases[base][0]]

    def _receive(self, base: int, officers: Iterable[int]) -> None:
        for o in officers:
            most = self._most(self._bases[base], o)
            if most > 0:
                self.into[base, o] = self.linear.variable(0, most)

    def _pool(self, pool: int, bases: list[int]) -> None:
        through = Line()
        for base in bases:
            self._receive(base, (o for o in self._any(base).receivers if self._near(base, o)))
            self._leaving[base] = self.linear.variable(0, sum(len(self.groups[g].cases) for g in self._bases[base]))
            through.add(self._leaving[base])
        for o in self._any(bases[0]).receivers:
            most = sum(self._most(self._bases[base], o) for base in bases if not self._near(base, o))
            if most > 0:
                self._from_pool[pool, o] = self.linear.variable(0, most)
                through.add(self._from_pool[pool, o], -1)
        self.linear.equal(through, 0)

    def _acquaint(self, g: int, known: Iterable[int]) -> None:
        for o in sorted(known):
            most = self._most([g], o, known=True)
            if most > 0:
                self._known[g, o] = self.linear.variable(0, most)
        self._strange[g] = self.linear.variable(0, len(self.groups[g].cases))

    def _balance(self) -> None:
        """What leaves its officers or must be placed is received by someone."""
        flow = [Line({}, -len(group.must)) for group in self.groups]
        for stock, out in zip(self.stocks, self.out, strict=True):
            flow[stock.group].add(out, -1)
        onward: dict[int, Line] = {base: Line() for base in self._bases}
        for (base, _), into in self.into.items():
            onward[base].add(into)
        for base, leaving in self._leaving.items():
            onward[base].add(leaving)
        for (g, _), into in self._known.items():
            flow[g].add(into)
        for g, group in enumerate(self.groups):
            if g in self._strange:
                flow[g].add(self._strange[g])
                onward[group.base].add(self._strange[g], -1)
                self.linear.equal(flow[g], 0)
            else:
                onward[group.base].add(flow[g])
        for line in onward.values():
            self.linear.equal(line, 0)

    def _near(self, base: int, officer: int) -> bool:
        """Whether an officer is of a base's home."""
        return bool(self.columns.officer_division[officer] == self._any(base).home)

    def _most(self, groups: list[int], officer: int, known: bool = False) -> int:
        """Cases of some groups that an officer can receive, as one who knows them or not."""
        most = sum(len(self.groups[g].cases) - self._own[g, officer] for g in groups)
        if self._within is None:
            return most
        wider = {self._within._group_of[self.groups[g].cases[0]] for g in groups}
        ways = [self._within._way(g, officer, known) for g in wider]
        return min(most, sum(self._within.linear.upper[v] for v in {way.number for way in ways if way is not None}))

    def _way(self, g: int, officer: int, known: bool) -> Line | None:
        """What counts the cases of a group that come to an officer, among others perhaps; None where none can."""
        group = self.groups[g]
        if known and group.known is not None:
            return self._known.get((g, officer))
        return self.into.get((group.base, officer)) or self._from_pool.get((group.pool, officer))

    @cached_property
    def _group_of(self) -> dict[int, int]:
        return {case: g for g, group in enumerate(self.groups) for case in group.cases}

    def _find_settled(self) -> Bools:
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
        for (g, o), into in self._known.items():
            found[o].append((into, self.groups[g].cases[0]))
        for (base, o), into in self.into.items():
            found[o].append((into, self._any(base).cases[0]))
        for (pool, o), into in self._from_pool.items():
            found[o].append((into, self._any(self._pools[pool][0]).cases[0]))
        return found

    @property
    def away(self) -> Line:
        """Cases received by an officer who is not of their home."""
        line = Line()
        for (g, o), into in self._known.items():
            if not self._near(self.groups[g].base, o):
                line.add(into)
        for (base, o), into in self.into.items():
            if not self._near(base, o):
                line.add(into)
        for into in self._from_pool.values():
            line.add(into)
        return line

    @property
    def strange(self) -> Line:
        """Cases received by an officer who does not know them, although one who does may receive them."""
        line = Line()
        for into in self._strange.values():
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
            group = self.groups[g]
            if group.known is not None and o in group.known:
                values[self._known[g, o].number] += count
                continue
            if g in self._strange:
                values[self._strange[g].number] += count
            if (group.base, o) in self.into:
                values[self.into[group.base, o].number] += count
            else:
                values[self._leaving[group.base].number] += count
                values[self._from_pool[group.pool, o].number] += count

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
        given_known = {key: flow.at(values) for key, flow in self._known.items()}
        strangers = {g: flow.at(values) for g, flow in self._strange.items()}
        for s in sorted(range(len(self.stocks)), key=lambda s: -self.stocks[s].cost):
            stock = self.stocks[s]
            moving, base = self.out[s].at(values), self.groups[stock.group].base
            back = min(moving, given.get((base, stock.officer), 0), strangers.get(stock.group, moving))
            if back:  # what leaves an officer and is received by the same one simply stays
                given[base, stock.officer] -= back
                if stock.group in strangers:
                    strangers[stock.group] -= back
                moving -= back
            plan[list(stock.cases)] = stock.officer
            movers[stock.group].extend(stock.cases[:moving])
        for pool, bases in self._pools.items():
            through: list[int] = []
            for base in bases:
                ahead: list[int] = []
                for g in self._bases[base]:
                    known = [o for o in sorted(self.groups[g].known or ()) for _ in range(given_known.get((g, o), 0))]
                    plan[sorted(movers[g][: len(known)])] = known
                    ahead += movers[g][len(known) :]
                receivers = [o for o in self._any(base).receivers for _ in range(given.get((base, o), 0))]
                plan[sorted(ahead[: len(receivers)])] = receivers
                through += ahead[len(receivers) :]
            if through:
                officers = [o for o in self._any(bases[0]).receivers if (pool, o) in self._from_pool]
                plan[sorted(through)] = [o for o in officers for _ in range(self._from_pool[pool, o].at(values))]
        return plan
