"""Cases that no rule can tell apart, computed from the rules' own answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from allocator.rules import LIMITS
from allocator.rules.base import Rule
from allocator.rules.columns import Ints
from allocator.rules.goals.disruption import Disruption
from allocator.rules.movement.budget import Budget
from allocator.solver.parts import Choices, Part

UNCOUNTED = -1


@dataclass(frozen=True)
class Group:
    """Cases alike to whoever may receive them.

    Attributes
    ----------
    receivers : tuple of int
        Officers who may receive them.
    cases : tuple of int
        One position stands for all: every rule loads them equally.
    must : tuple of int
        Those that have to be placed or moved.
    home : int
        Division that they count in; alike for all where it matters.
    known : frozenset of int or None
        Receivers who have managed them before; anybody else is a stranger to them. None where nobody is, or where that
        does not matter.
    base : int
        Groups that differ in nothing but who has managed them before share one.
    pool : int
        Bases that differ in nothing but their home share one.
    """

    receivers: tuple[int, ...]
    cases: tuple[int, ...]
    must: tuple[int, ...]
    home: int
    known: frozenset[int] | None
    base: int
    pool: int


@dataclass(frozen=True)
class Stock:
    """Permitted cases of one officer and group whose relationships cost the same to end.

    Attributes
    ----------
    cases : tuple of int
        Any of them may move as well as any other.
    budget : int
        The budget of moves that they draw on, `UNCOUNTED` where they draw on none.
    cost : int
        Relationship-months for each that moves.
    """

    officer: int
    group: int
    cases: tuple[int, ...]
    budget: int
    cost: int


def group_cases(open_to: Choices, part: Part, goals: Iterable[Rule], moves: bool) -> tuple[list[Group], list[Stock]]:
    """Groups of a part's open cases, as fine as the limits and the given goals need and no finer.

    Parameters
    ----------
    goals : iterable of Rule
        Goals in force; one that is not posted does not split groups.
    moves : bool
        Whether permitted cases may move at all.
    """
    columns = open_to.columns
    goals = tuple(goals)
    free = part.cases[open_to.free[part.cases]] if moves else part.cases[:0]
    must = part.cases[open_to.must[part.cases]]
    cases = np.concatenate([free, must])
    if not len(cases):
        return [], []
    sets, of_kind = np.unique(open_to.receive, axis=0, return_inverse=True)
    receivers = of_kind.reshape(-1)[columns.kind]
    costed = any(isinstance(goal, Disruption) for goal in goals)
    keys = [receivers[cases]]
    for rule in (*LIMITS, *goals):
        weights = None if isinstance(rule, Disruption) else rule.load(columns)
        if weights is not None:
            felt = np.logical_or.reduce(sets & rule.concerns(columns), axis=1)
            keys.append(np.where(felt[receivers], weights, 0)[cases])
    _, pool = _alike(keys)
    base, knowing = pool, np.zeros_like(cases)
    if costed:
        abroad = np.not_equal.outer(columns.home[cases], columns.officer_division)
        away = np.logical_or.reduce(sets[receivers[cases]] & abroad, axis=1)
        _, base = _alike([pool, np.where(away, columns.home[cases], -1)])
        knowing = columns.knowing[cases] * (columns.policy.relationship.former > 0)
    first, group = _alike([base, knowing])
    groups = []
    for number, members in enumerate(_members(group, len(first))):
        one = first[number]
        able = sets[receivers[cases[one]]]
        known = np.flatnonzero(able & columns.knowers[knowing[one]]).tolist()
        groups.append(
            Group(
                receivers=tuple(np.flatnonzero(able).tolist()),
                cases=tuple(cases[members].tolist()),
                must=tuple(cases[members[members >= len(free)]].tolist()),
                home=int(columns.home[cases[one]]),
                known=frozenset(known) if knowing[one] else None,
                base=int(base[one]),
                pool=int(pool[one]),
            )
        )
    if not len(free):
        return groups, []
    cost = Disruption().load(columns)[free] if costed else np.zeros_like(free)
    budgets = Budget().load(columns)
    budget = np.full_like(free, UNCOUNTED) if budgets is None else np.where(open_to.counted, budgets, UNCOUNTED)[free]
    first, stock = _alike([columns.current[free], group[: len(free)], budget, cost])
    stocks = [
        Stock(
            int(columns.current[free[first[number]]]),
            int(group[first[number]]),
            tuple(free[members].tolist()),
            int(budget[first[number]]),
            int(cost[first[number]]),
        )
        for number, members in enumerate(_members(stock, len(first)))
    ]
    return groups, stocks


def _alike(keys: list[Ints]) -> tuple[Ints, Ints]:
    """First position of each distinct row of keys, and the number of the row that each position has."""
    _, first, inverse = np.unique(np.stack(keys, axis=1), axis=0, return_index=True, return_inverse=True)
    return first, inverse.reshape(-1)


def _members(numbers: Ints, count: int) -> list[Ints]:
    order = np.argsort(numbers, kind="stable")
    return np.split(order, np.cumsum(np.bincount(numbers, minlength=count))[:-1])
