"""Cases that no rule can tell apart, computed from the rules' own answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from allocator.rules import LIMITS
from allocator.rules.base import Rule
from allocator.rules.columns import Bools, Ints, alike
from allocator.rules.goals.disruption import Disruption
from allocator.rules.movement.budget import Budget
from allocator.solver.parts import Choices

UNCOUNTED = -1


@dataclass(frozen=True)
class Groups:
    """Groups of cases alike to whoever may receive them, and stocks of an officer's whose relationships cost the same.

    Groups that differ in nothing but who has managed them before share a base; bases that differ in nothing but their
    home share a pool. Groups are numbered base by base, and these pool by pool.

    Attributes
    ----------
    cases : (cases,) ints
        Open cases by position: permitted ones first, then those that have to be placed or moved.
    group : (cases,) ints
        Group of each.
    stock : (permitted cases,) ints
        Stock of each: any case of it may move as well as any other.
    one : (groups,) ints
        A case that stands for all of a group: every rule loads them equally.
    size, must : (groups,) ints
        Cases of a group, and those of them that have to be placed or moved.
    knowing : (groups,) ints
        Row of ``columns.knowers`` that says who has managed a group's cases before; anybody else is a stranger to
        them. 0 where nobody has, or where that does not matter.
    base : (groups,) ints
    home, pool : (bases,) ints
        ``home`` is the division that cases count in; alike for all of a base where it matters.
    receivers : (pools, officers) bools
        Who may receive them.
    officer, stock_group, stock_size : (stocks,) ints
    budget : (stocks,) ints
        The budget of moves that cases draw on, `UNCOUNTED` where they draw on none.
    cost : (stocks,) ints
        Relationship-months for each case that moves.
    """

    cases: Ints
    group: Ints
    stock: Ints
    one: Ints
    size: Ints
    must: Ints
    knowing: Ints
    base: Ints
    home: Ints
    pool: Ints
    receivers: Bools
    officer: Ints
    stock_group: Ints
    stock_size: Ints
    budget: Ints
    cost: Ints


def group_cases(open_to: Choices, pinned: Bools, goals: Iterable[Rule], moves: bool) -> Groups:
    """Groups of the open cases, as fine as the limits and the given goals need and no finer.

    Parameters
    ----------
    pinned : (cases,) bools
        What stays where it is.
    goals : iterable of Rule
        Goals in force; one that is not posted does not split groups.
    moves : bool
        Whether permitted cases may move at all.
    """
    columns, goals = open_to.columns, tuple(goals)
    free = np.flatnonzero(open_to.permitted & ~pinned) if moves else np.zeros(0, dtype=np.int64)
    cases = np.concatenate([free, np.flatnonzero(open_to.must)])
    sets, of_case = open_to.receivers
    receivers, home = of_case[cases], columns.home[cases]
    costed = any(isinstance(goal, Disruption) for goal in goals)
    keys = [receivers]
    for rule in (*LIMITS, *goals):
        weights = None if isinstance(rule, Disruption) else rule.load(columns)
        if weights is not None:
            felt = np.logical_or.reduce(sets & rule.concerns(columns), axis=1)
            keys.append(np.where(felt[receivers], weights[cases], 0))
    _, pool = alike(keys)
    base, knowing = pool, np.zeros_like(cases)
    if costed:
        divisions = np.zeros((len(sets), max(home.max(initial=0), columns.officer_division.max(initial=0)) + 1), bool)
        rows, officers = np.nonzero(sets)
        divisions[rows, columns.officer_division[officers]] = True
        away = divisions.sum(axis=1)[receivers] > divisions[receivers, home]  # somebody of another division may
        _, base = alike([pool, np.where(away, home, -1)])
        knowing = columns.knowing[cases] * (columns.policy.relationship.former > 0)
    one, group = alike([base, knowing])
    of_base = np.unique(base[one], return_index=True)[1]  # a group of each base
    of_pool = np.unique(pool[one], return_index=True)[1]
    cost = Disruption().load(columns)[free] if costed else np.zeros_like(free)
    budgets = Budget().load(columns)
    budget = np.full_like(free, UNCOUNTED) if budgets is None else np.where(open_to.counted, budgets, UNCOUNTED)[free]
    first, stock = alike([columns.current[free], group[: len(free)], budget, cost])
    return Groups(
        cases=cases,
        group=group,
        stock=stock,
        one=cases[one],
        size=np.bincount(group, minlength=len(one)),
        must=np.bincount(group[len(free) :], minlength=len(one)),
        knowing=knowing[one],
        base=base[one],
        home=home[one][of_base],
        pool=pool[one][of_base],
        receivers=sets[receivers[one]][of_pool],
        officer=columns.current[free[first]],
        stock_group=group[first],
        stock_size=np.bincount(stock, minlength=len(first)),
        budget=budget[first],
        cost=cost[first],
    )
