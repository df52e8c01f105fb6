"""What is open to the model: who may receive which case, what must stay, and the parts that no rule ties together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np

from allocator.rules import MOVEMENT, PLACEMENT, RECEIVING
from allocator.rules.base import PlacementRule
from allocator.rules.columns import NOBODY, Bools, Columns, Ints, numbered
from allocator.rules.movement.budget import Budget

_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Choices:
    """What is open for each case of a force.

    Attributes
    ----------
    receive : (kinds, officers) bools
        Who may receive which kind of case.
    permitted : (cases,) bools
        Whether the current officer may hold the case.
    pinned : (cases,) bools
        Permitted, and kept whatever the plan.
    must : (cases,) bools
        New or not permitted, and somebody may receive it.
    stuck : (cases,) bools
        New or not permitted, and nobody may: unplaced.
    counted : (cases,) bools
        Cases whose moving draws on a budget of moves: those that the rules permit where they are.
    """

    columns: Columns
    receive: Bools
    permitted: Bools
    pinned: Bools
    must: Bools
    stuck: Bools
    counted: Bools

    def part(self, part: Part) -> Choices:
        """What is open in one part, as if there were nothing else: positions count from 0."""
        kinds, kind = np.unique(self.columns.kind[part.cases], return_inverse=True)
        columns = self.columns.part(part.officers, part.cases)
        columns.kind = kind.reshape(-1)
        return Choices(
            columns,
            self.receive[np.ix_(kinds, part.officers)],
            *(mask[part.cases] for mask in (self.permitted, self.pinned, self.must, self.stuck, self.counted)),
        )

    def with_fixed_case(self, case: int, officers: Bools) -> Choices | None:
        """The same choices, save that one case is with one of some officers.

        Parameters
        ----------
        officers : (officers,) bools

        Returns
        -------
        Choices or None
            None where the rules leave the case with none of them.
        """
        columns, current = copy(self.columns), self.columns.current[case]
        row = self.receive[columns.kind[case]] & officers & ~self.pinned[case]
        stays = bool(self.permitted[case] and officers[current])
        if not (stays or row.any()):
            return None
        columns.kind = columns.kind.copy()
        columns.kind[case] = len(self.receive)
        columns.kind_home = np.append(columns.kind_home, columns.home[case])
        changed = replace(
            self,
            columns=columns,
            receive=np.vstack([self.receive, row]),
            **{name: getattr(self, name).copy() for name in ("permitted", "pinned", "must")},
        )
        others = bool(row.sum() > (current >= 0 and row[current]))
        changed.permitted[case], changed.must[case] = stays, not stays
        changed.pinned[case] = stays and not others
        return changed

    @cached_property
    def receivers(self) -> tuple[Bools, Ints]:
        """Distinct sets of receivers, and which of them each case has: shapes (sets, officers), (cases,)."""
        of_kind = numbered(self.receive)
        sets = self.receive[np.unique(of_kind, return_index=True)[1]]
        return sets, of_kind[self.columns.kind]

    @property
    def mostly_placed(self) -> bool:
        """Whether most cases have to be placed."""
        return bool(2 * self.must.sum() > len(self.must))

    @property
    def free(self) -> Bools:
        """Permitted cases that may be kept or moved: shape (cases,)."""
        return self.permitted & ~self.pinned


def choices(columns: Columns) -> Choices:
    """What the placement and movement rules leave open."""
    columns = columns.with_permitted(_all(columns, PLACEMENT))
    receive, permitted, others = _eligible(columns, ())
    columns = columns.with_knowers(receive)
    pinned = permitted & (others == 0)
    for rule in MOVEMENT:
        pinned |= rule.pinned(columns, permitted)
    must, stuck = ~permitted & (others > 0), ~permitted & (others == 0)
    return Choices(columns, receive, permitted, pinned, must, stuck, counted=permitted)


def relax_rules(open_to: Choices, left_out: Collection[str]) -> Choices:
    """What is open where some placement and movement rules do not hold: nothing less than where they do.

    Cases that nobody may have under all rules stay with nobody. Only a case that all rules permit where it is can be
    pinned there, and draws on a budget.

    Parameters
    ----------
    open_to : Choices
        Under all rules.
    left_out : collection of str
        Ids of rules.
    """
    columns = open_to.columns
    receive, permitted, others = _eligible(columns, left_out)
    permitted &= ~open_to.stuck
    pinned = permitted & (others == 0)
    for rule in MOVEMENT:
        if rule.id not in left_out:
            pinned |= rule.pinned(columns, open_to.permitted)
    must = ~permitted & ~open_to.stuck
    columns = copy(columns)
    for rule in MOVEMENT:
        columns.policy = rule.without(columns.policy) if rule.id in left_out else columns.policy
    return replace(open_to, columns=columns, receive=receive, permitted=permitted, pinned=pinned, must=must)


def with_max_moves(columns: Columns, moves: int | None) -> Columns:
    """The same columns under a policy by which so many permitted cases of each budget may move."""
    changed = copy(columns)
    changed.policy = columns.policy.merge({"relationship": {"max_moves": moves}})
    return changed


def _eligible(columns: Columns, left_out: Collection[str]) -> tuple[Bools, Bools, Ints]:
    """Who may receive which kind, which cases may stay, and how many others may receive each case."""
    placement, receiving = ([rule for rule in rules if rule.id not in left_out] for rules in (PLACEMENT, RECEIVING))
    hold = _all(columns, placement)
    receive = hold & _all(columns, receiving)
    current = columns.current >= 0
    permitted = current & hold[columns.kind, columns.current] if len(columns.officer_ids) else current
    others = receive.sum(axis=1)[columns.kind]
    if len(columns.officer_ids):
        others = others - (current & receive[columns.kind, columns.current])
    return receive, permitted, others


def _all(columns: Columns, rules: Iterable[PlacementRule]) -> Bools:
    """Which officer all of some rules allow which kind of case: shape (kinds, officers)."""
    every = np.ones((len(columns.kind_division), len(columns.officer_ids)), dtype=np.bool_)
    return reduce(np.logical_and, (rule.allows(columns) for rule in rules), every)


@dataclass(frozen=True)
class Part:
    """Officers and cases that some rule ties together. Positions in ``columns``."""

    officers: Ints
    cases: Ints

    def inward(self, plan: Ints) -> Ints:
        """Officers of a plan of the force for this part's cases, by the part's own positions."""
        officers = plan[self.cases]
        return np.where(officers == NOBODY, NOBODY, np.searchsorted(self.officers, officers))

    def outward(self, officers: Ints) -> Ints:
        """Officers by the part's own positions as positions of the force."""
        return np.append(self.officers, NOBODY)[officers]


def whole_part(open_to: Choices) -> Part:
    """All of it as one part."""
    return Part(np.arange(len(open_to.columns.officer_ids)), np.arange(len(open_to.columns.case_ids)))


def split_into_parts(open_to: Choices) -> list[Part]:
    """The force cut into parts that can be decided alone, the one with most cases first.

    Two officers are in one part where one case may be with either, where both serve premises whose room is reserved,
    or where their cases draw on one budget of moves.
    """
    columns = open_to.columns
    sets, of_case = open_to.receivers
    first = np.where(open_to.must, _first_receiver(open_to), columns.current)
    tied = [sets[np.unique(of_case[open_to.free | open_to.must])]]
    if columns.policy.premises.reserve_arrivals:
        tied.append(columns.linked[:, columns.expected_arrivals > 0].T)
    budgets = Budget().load(columns)
    if budgets is not None:
        drawing = open_to.counted & (open_to.free | open_to.must)
        codes, budget = np.unique(budgets[drawing], return_inverse=True)
        of_budget = np.zeros((len(codes), len(columns.officer_ids)), dtype=np.bool_)
        of_budget[budget, first[drawing]] = True
        tied.append(of_budget)
    pairs = columns.current[open_to.free], _first_receiver(open_to)[open_to.free]
    return connected_parts(len(columns.officer_ids), np.vstack(tied), first, pairs)


def connected_parts(count: int, tied: Bools, first: Ints, pairs: tuple[Ints, Ints] = (_NONE, _NONE)) -> list[Part]:
    """Officers, so many, and cases cut into parts, the one with most cases first.

    Parameters
    ----------
    tied : (sets, officers) bools
        Officers who are in one part.
    first : (cases,) ints
        An officer in whose part each case is; `NOBODY` for one that is in none.
    pairs : pair of (pairs,) ints
        More officers who are in one part, two by two.
    """
    rows, officers = np.nonzero(tied)
    same = np.diff(rows) == 0  # neighbours in a row
    leaders = _connected(
        count,
        np.concatenate([officers[:-1][same], pairs[0]]),
        np.concatenate([officers[1:][same], pairs[1]]),
    )
    here = np.flatnonzero(first >= 0)
    cases = _members(leaders[first[here]], here)
    found = [Part(who, cases.get(number, _NONE)) for number, who in _members(leaders, np.arange(count)).items()]
    return sorted(found, key=lambda part: (-len(part.cases), part.officers[0]))


def _connected(count: int, one: Ints, other: Ints) -> Ints:
    """The least of all that each of so many is tied to by pairs, directly or through others."""
    least = np.arange(count)
    while True:
        before = least.copy()
        near = np.minimum(least[one], least[other])
        np.minimum.at(least, one, near)
        np.minimum.at(least, other, near)
        least = least[least]
        if np.array_equal(least, before):
            return least


def _members(numbers: Ints, positions: Ints) -> dict[int, Ints]:
    """Positions that have each number, sorted."""
    order = np.argsort(numbers, kind="stable")
    distinct, first = np.unique(numbers[order], return_index=True)
    return dict(zip(distinct.tolist(), np.split(positions[order], first[1:]), strict=True)) if len(order) else {}


def _first_receiver(open_to: Choices) -> Ints:
    """Position of one officer who may receive each case, `NOBODY` where none may."""
    if not len(open_to.columns.officer_ids):
        return np.full(len(open_to.columns.case_ids), NOBODY)
    first = np.where(open_to.receive.any(axis=1), open_to.receive.argmax(axis=1), NOBODY)
    return np.asarray(first[open_to.columns.kind])
