"""What is open to the model: who may receive which case, what must stay, and the parts that no rule ties together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from allocator.rules import MOVEMENT, PLACEMENT, RECEIVING
from allocator.rules.columns import NOBODY, Bools, Columns, Ints
from allocator.rules.movement.budget import Budget


@dataclass(frozen=True)
class Choices:
    """What is open for each case of a force.

    Attributes
    ----------
    columns : Columns
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
    """

    columns: Columns
    receive: Bools
    permitted: Bools
    pinned: Bools
    must: Bools
    stuck: Bools

    @property
    def free(self) -> Bools:
        """Permitted cases that may be kept or moved: shape (cases,)."""
        return self.permitted & ~self.pinned


def choices(columns: Columns) -> Choices:
    """What the placement and movement rules leave open."""
    shape = (len(columns.kind_division), len(columns.officer_ids))
    hold = reduce(np.logical_and, (rule.may(columns) for rule in PLACEMENT), np.ones(shape, dtype=np.bool_))
    receive = reduce(np.logical_and, (rule.may(columns) for rule in RECEIVING), hold)
    current = columns.current >= 0
    permitted = current & hold[columns.kind, columns.current] if shape[1] else current
    others = receive.sum(axis=1)[columns.kind]
    if shape[1]:
        others = others - (current & receive[columns.kind, columns.current])
    pinned = permitted & (others == 0)
    for rule in MOVEMENT:
        pinned |= rule.pinned(columns, permitted)
    return Choices(columns, receive, permitted, pinned, ~permitted & (others > 0), ~permitted & (others == 0))


def nearby(open_to: Choices) -> Choices:
    """The same choices without receivers of other divisions, wherever a kind of case has one in its home.

    A plan made of these is a plan of the full choices, and found in smaller parts.
    """
    columns = open_to.columns
    near = open_to.receive & (columns.kind_home[:, None] == columns.officer_division)
    return replace(open_to, receive=np.where(near.any(axis=1, keepdims=True), near, open_to.receive))


@dataclass(frozen=True)
class Part:
    """Officers and cases that some rule ties together. Positions in ``columns``."""

    officers: Ints
    cases: Ints


def parts(open_to: Choices) -> list[Part]:
    """The force cut into parts that can be decided alone, the one with most cases first.

    Two officers are in one part where one case may be with either, where both serve premises whose room is reserved,
    or where their cases draw on one budget of moves.
    """
    columns = open_to.columns
    count = len(columns.officer_ids)
    leader = list(range(count))

    def find(officer: int) -> int:
        while leader[officer] != officer:
            leader[officer] = leader[leader[officer]]
            officer = leader[officer]
        return officer

    def tie(officers: Ints) -> None:
        for officer in officers[1:]:
            leader[find(int(officer))] = find(int(officers[0]))

    decided = open_to.free | open_to.must
    for kind in np.unique(columns.kind[decided]):
        holders = np.unique(columns.current[open_to.free & (columns.kind == kind)])
        tie(np.concatenate([np.flatnonzero(open_to.receive[kind]), holders]))
    if columns.policy.premises.reserve_arrivals:
        for k, expected in enumerate(columns.expected_arrivals):
            if expected > 0:
                tie(np.flatnonzero(columns.linked[:, k]))
    budgets = Budget().load(columns)
    if budgets is not None:
        for budget in np.unique(budgets[open_to.free]):
            tie(np.unique(columns.current[open_to.free & (budgets == budget)]))

    leaders = np.array([find(o) for o in range(count)], dtype=np.int64)
    first = np.where(open_to.must, _first_receiver(open_to), columns.current)
    found = []
    for number in np.unique(leaders):
        officers = np.flatnonzero(leaders == number)
        belongs = (first >= 0) & np.isin(first, officers)
        found.append(Part(officers, np.flatnonzero(belongs)))
    return sorted(found, key=lambda part: (-len(part.cases), part.officers[0]))


def _first_receiver(open_to: Choices) -> Ints:
    """Position of one officer who may receive each case, `NOBODY` where none may."""
    if not len(open_to.columns.officer_ids):
        return np.full(len(open_to.columns.case_ids), NOBODY)
    first = np.where(open_to.receive.any(axis=1), open_to.receive.argmax(axis=1), NOBODY)
    return np.asarray(first[open_to.columns.kind])
