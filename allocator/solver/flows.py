"""How cases flow in one part: what leaves each officer, and who receives it. Plans go in and come out as counts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from allocator.rules.base import Rule
from allocator.rules.columns import Bools, Ints
from allocator.rules.linear import LinearModel, Lines
from allocator.solver.groups import group_cases
from allocator.solver.parts import Choices

NONE = -1  # in place of a variable


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
    pinned : (cases,) bools
        What stays: of the choices, and ``within``.
    groups : Groups
    out : (stocks,) ints
        Variables: cases that leave their officer.
    into : (bases, officers) ints
        Cases received from a base by an officer of its home, or by any where its pool has no other base; `NONE` where
        none can be, as in the next two.
    from_pool : (pools, officers) ints
        Cases received from a pool by officers who are not of their home.
    known : (acquainted groups, officers) ints
        Cases received by officers who have managed them before.
    strange : (acquainted groups,) ints
        Cases received by others.
    leaving : (bases,) ints
        Cases handed to the pool; `NONE` where it has no other base.
    """

    def __init__(
        self, linear: LinearModel, open_to: Choices, goals: Iterable[Rule], moves: bool, within: Flows | None = None
    ) -> None:
        self.linear, self.columns = linear, open_to.columns
        self.pinned = open_to.pinned if within is None else within._find_settled()
        groups = self.groups = group_cases(open_to, self.pinned, goals, moves)
        receivers = groups.receivers[groups.pool]
        self._acquainted = np.flatnonzero(groups.knowing)
        self._row = np.full(len(groups.one), NONE)  # of each group among the acquainted
        self._row[self._acquainted] = np.arange(len(self._acquainted))
        self.near: Bools = self.columns.officer_division == groups.home[:, None]
        shared = np.bincount(groups.pool, minlength=len(groups.receivers)) > 1
        direct = self.near | ~shared[groups.pool][:, None]

        of_stock = groups.base[groups.stock_group]
        most = np.zeros(receivers.shape, dtype=np.int64)
        np.add.at(most, groups.base, groups.size[:, None])
        np.subtract.at(most, (of_stock, groups.officer), groups.stock_size)
        pooled = np.zeros(groups.receivers.shape, dtype=np.int64)
        np.add.at(pooled, groups.pool, np.where(direct, 0, most))
        acquainted = groups.knowing[self._acquainted]
        to_known = np.repeat(groups.size[self._acquainted][:, None], receivers.shape[1], axis=1)
        own = self._row[groups.stock_group]
        np.subtract.at(to_known, (own[own >= 0], groups.officer[own >= 0]), groups.stock_size[own >= 0])
        if within is not None:
            ways = within._most_received(groups.one[np.unique(groups.base, return_index=True)[1]])
            most = np.minimum(most, ways)
            by_pool = np.zeros_like(pooled)
            np.maximum.at(by_pool, groups.pool, np.where(direct, 0, ways))
            pooled = np.minimum(pooled, by_pool)
            to_known = np.minimum(to_known, within._most_known(groups.one[self._acquainted]))

        self.out = linear.variables(0, groups.stock_size)
        self.into = self._table(receivers & direct, most)
        self.leaving = np.full(len(groups.pool), NONE)
        hands = shared[groups.pool]
        sizes = np.zeros_like(groups.pool)
        np.add.at(sizes, groups.base, groups.size)
        self.leaving[hands] = linear.variables(0, sizes[hands])
        self.from_pool = self._table(groups.receivers, pooled)
        self.known = self._table(receivers[groups.base[self._acquainted]] & self.columns.knowers[acquainted], to_known)
        self.strange = linear.variables(0, groups.size[self._acquainted])
        self._balance(shared)

    def _table(self, able: Bools, most: Ints) -> Ints:
        """Variables for the pairs that are able and can come to anything."""
        table = np.full(most.shape, NONE)
        table[able & (most > 0)] = self.linear.variables(0, most[able & (most > 0)])
        return table

    def _balance(self, shared: Bools) -> None:
        """What leaves its officers or must be placed is received by someone."""
        groups = self.groups
        hands = np.flatnonzero(self.leaving >= 0)
        through = _lines(
            len(shared),
            (groups.pool[hands], self.leaving[hands], 1),
            (*_found(self.from_pool), -1),
        )
        self.linear.equal(through[shared], 0)
        own = self._row[groups.stock_group]  # stocks of acquainted groups, and of others
        acquainted, others = own >= 0, own < 0
        flow = _lines(
            len(self._acquainted),
            (own[acquainted], self.out[acquainted], -1),
            (*_found(self.known), 1),
            (np.arange(len(self.strange)), self.strange, 1),
        )
        self.linear.equal(flow, groups.must[self._acquainted])
        must = np.zeros_like(groups.pool)
        np.add.at(must, groups.base, np.where(self._row < 0, groups.must, 0))
        onward = _lines(
            len(must),
            (groups.base[groups.stock_group[others]], self.out[others], -1),
            (*_found(self.into), 1),
            (hands, self.leaving[hands], 1),
            (groups.base[self._acquainted], self.strange, -1),
        )
        self.linear.equal(onward, must)

    def _find_settled(self) -> Bools:
        """Cases that stay where they are: pinned, or of a stock that cannot move."""
        settled = self.pinned.copy()
        cases = self.groups.cases[: len(self.groups.stock)]
        settled[cases[self.linear.upper[self.out[self.groups.stock]] == 0]] = True
        return settled

    @cached_property
    def _group_of(self) -> Ints:
        of = np.full(len(self.columns.case_ids), NONE)
        of[self.groups.cases] = self.groups.group
        return of

    def _most_received(self, cases: Ints) -> Ints:
        """The most that each officer can receive of what a case stands for here, as a stranger perhaps."""
        base = self.groups.base[self._group_of[cases]]
        into, pool = self.into[base], self.from_pool[self.groups.pool[base]]
        way = np.where(into >= 0, into, pool)
        return np.where(way >= 0, self.linear.upper[way], 0)

    def _most_known(self, cases: Ints) -> Ints:
        """The most that each officer can receive of what a case stands for here, as one who knows them."""
        most, row = self._most_received(cases), self._row[self._group_of[cases]]
        known = self.known[row[row >= 0]]
        most[row >= 0] = np.where(known >= 0, self.linear.upper[known], 0)
        return most

    @cached_property
    def received(self) -> tuple[Ints, Ints, Ints]:
        """Variables of what is received, the officer who receives it, and a case that stands for it."""
        groups = self.groups
        (row, known), (base, into), (pool, pooled) = (
            np.nonzero(table >= 0) for table in (self.known, self.into, self.from_pool)
        )
        one_of_base = groups.one[np.unique(groups.base, return_index=True)[1]]
        one_of_pool = one_of_base[np.unique(groups.pool, return_index=True)[1]]
        variables = self.known[row, known], self.into[base, into], self.from_pool[pool, pooled]
        cases = groups.one[self._acquainted[row]], one_of_base[base], one_of_pool[pool]
        return np.concatenate(variables), np.concatenate([known, into, pooled]), np.concatenate(cases)

    @property
    def away(self) -> Lines:
        """Cases received by an officer who is not of their home."""
        near = self.near[self.groups.base[self._acquainted]]
        far = self.known[(self.known >= 0) & ~near], self.into[(self.into >= 0) & ~self.near]
        return Lines.of(np.concatenate([*far, self.from_pool[self.from_pool >= 0]])).sum()

    def count(self, plan: Ints, values: Ints) -> None:
        """Write the flows of a plan into the values of all variables, which are 0 so far.

        Raises
        ------
        ValueError
            When an officer receives a case of which they can receive none here.
        """
        groups = self.groups
        held = len(groups.stock)
        left = plan[groups.cases[:held]] != groups.officer[groups.stock]
        values[self.out] = np.bincount(groups.stock[left], minlength=len(self.out))
        moved = plan[groups.cases] != self.columns.current[groups.cases]
        group, officer = groups.group[moved], plan[groups.cases[moved]]
        row, base = self._row[group], groups.base[group]
        known = self.columns.knowers[groups.knowing[group], officer] & (row >= 0)
        direct = ~known & (self.into[base, officer] >= 0)
        pooled = ~known & ~direct
        counted = (
            self.known[row[known], officer[known]],
            self.strange[row[~known & (row >= 0)]],
            self.into[base[direct], officer[direct]],
            self.leaving[base[pooled]],
            self.from_pool[groups.pool[base[pooled]], officer[pooled]],
        )
        flows = np.concatenate(counted)
        if (flows < 0).any():
            raise ValueError("a plan in which somebody receives a case that they cannot receive in this model")
        np.add.at(values, flows, 1)

    def plan(self, values: Ints, start: Ints) -> Ints:
        """The plan that the variables' values describe, written over a copy of ``start``."""
        groups, plan = self.groups, start.copy()
        held = len(groups.stock)
        given, strangers = np.append(values, 0)[self.into], values[self.strange]  # `NONE` has the value 0
        moving = self._without_returns(values[self.out], given, strangers)
        plan[groups.cases[:held]] = groups.officer[groups.stock]
        order, rank, stock = self._movers
        moves = (stock < 0) | (rank < np.append(moving, 0)[stock])
        cases, group = groups.cases[order[moves]], groups.group[order[moves]]
        to_known = np.append(values, 0)[self.known]
        row = self._row[group]
        counts = np.append(to_known.sum(axis=1), 0)[row]
        rest = self._hand(plan, cases, row, _rank(group) < counts, to_known)
        cases, base = cases[rest], groups.base[group[rest]]
        rest = self._hand(plan, cases, base, _rank(base) < given.sum(axis=1)[base], given)
        cases, pool = cases[rest], groups.pool[base[rest]]
        self._hand(plan, cases, pool, np.ones_like(cases, dtype=np.bool_), np.append(values, 0)[self.from_pool])
        return plan

    def _without_returns(self, moving: Ints, given: Ints, strangers: Ints) -> Ints:
        """What moves, but for what leaves an officer and is received by the same one: that simply stays."""
        groups = self.groups
        base = groups.base[groups.stock_group]
        for s in np.flatnonzero((moving > 0) & (given[base, groups.officer] > 0)).tolist():
            row = self._row[groups.stock_group[s]]
            back = min(moving[s], given[base[s], groups.officer[s]], moving[s] if row < 0 else strangers[row])
            moving[s] -= back
            given[base[s], groups.officer[s]] -= back
            if row >= 0:
                strangers[row] -= back
        return moving

    @cached_property
    def _movers(self) -> tuple[Ints, Ints, Ints]:
        """Open cases in the order in which they are handed on, group by group; their rank in their stock, and stock."""
        groups = self.groups
        stock = np.full(len(groups.cases), NONE)
        stock[: len(groups.stock)] = groups.stock
        cost = np.append(groups.cost, UNKEPT)[stock]
        rank = np.empty_like(stock)
        by_stock = np.lexsort((groups.cases, stock))
        rank[by_stock] = _rank(stock[by_stock])
        order = np.lexsort((rank, stock, -cost, groups.group))
        return order, rank[order], stock[order]

    @staticmethod
    def _hand(plan: Ints, cases: Ints, key: Ints, now: Bools, counts: Ints) -> Bools:
        """Hand some cases to officers, so many of each key to each; those that are not handed on yet."""
        rows, officers = np.nonzero(counts)
        order = np.lexsort((cases[now], key[now]))
        plan[cases[now][order]] = np.repeat(officers, counts[rows, officers])
        return ~now


UNKEPT: int = np.iinfo(np.int64).max  # what has to be placed is handed on before all that could stay


def _rank(numbers: Ints) -> Ints:
    """Place of each number among its equals, which stand together."""
    if not len(numbers):
        return numbers
    first = np.flatnonzero(np.append(True, np.diff(numbers) != 0))
    return np.arange(len(numbers)) - np.repeat(first, np.diff(np.append(first, len(numbers))))


def _found(table: Ints) -> tuple[Ints, Ints]:
    """Row and number of each variable of a table."""
    there = table >= 0
    return np.nonzero(there)[0], table[there]


def _lines(count: int, *terms: tuple[Ints, Ints, int]) -> Lines:
    """Lines made of terms: their rows, their variables, and what all of them are multiplied by."""
    rows, variables, factors = zip(*terms, strict=True)
    coefficients = [np.full(len(row), factor) for row, factor in zip(rows, factors, strict=True)]
    return Lines(np.zeros(count, dtype=np.int64), *map(np.concatenate, (rows, variables, coefficients)))
