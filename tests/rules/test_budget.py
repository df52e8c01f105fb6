from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from allocator.domain.force import Force, Premises
from allocator.domain.plan import Finding
from allocator.rules.columns import Columns
from allocator.rules.goals.excess import Excess
from allocator.solver.model import Model
from allocator.solver.parts import choices
from tests.rules.found import found
from tests.tiny import agree, current, force, new, officer, plan

HOSTEL = Premises(premises_id="P", division="South")


def broken(of: str, moves: int, limit: int) -> Finding:
    return Finding("budget", "broken", 1, facts={"of": of, "moves": moves, "limit": limit})


def units(max_moves: int | None, cross: bool = False) -> Force:
    """North and South, two officers each; c3 is of North and at premises in South, so South is its home."""
    relationship = {} if max_moves is None else {"max_moves": max_moves}
    south: dict[str, Any] = {"division": "South", "premises": frozenset({"P"})}
    return force(
        [officer("A"), officer("B", premises=frozenset({"P"})), officer("S", **south), officer("T", **south)],
        [
            current("c1", "A"),
            current("c2", "A"),
            current("c3", "A", setting="premises", premises="P"),
            current("c4", "S", division="South"),
            current("c5", "A", excluded=frozenset({"A"})),
            new("c6"),
        ],
        [HOSTEL],
        relationship=relationship,
        divisions={"cross": cross},
    )


def test_holds() -> None:
    # One of each home, and c5, which may not stay and so draws on no budget, and c6, which is new.
    moved = {"c1": "B", "c3": "B", "c5": "B", "c6": "B"}
    assert found(plan(units(1), **moved), "budget") == []
    assert found(plan(units(None), **moved, c2="B", c4="T"), "budget") == []


def test_breaks() -> None:
    # North: c1, c2. South: c3 by its home, c4. One finding for each home.
    moved = {"c1": "B", "c2": "B", "c3": "B", "c4": "T", "c5": "B"}
    assert found(plan(units(1), **moved), "budget") == [broken("North", 2, 1), broken("South", 2, 1)]
    assert found(plan(units(0), c4="T"), "budget") == [broken("South", 1, 0)]


def test_boundary() -> None:
    # Two of two, then three of two; crossing, one budget serves the whole force.
    f = units(2)
    assert found(plan(f, c1="B", c2="B", c3="S", c4="T"), "budget") == []
    f = units(2, cross=True)
    assert found(plan(f, c1="B", c4="T"), "budget") == []
    assert found(plan(f, c1="B", c3="S", c4="T"), "budget") == [broken("the force", 3, 2)]


@pytest.mark.parametrize(
    ("max_moves", "cross", "allowed"),
    [
        # North: c1 and c2 may go to B. South: c3 and c4 may each go to B or T. c5 goes to B and draws on no budget.
        (0, False, 1),
        # North: none, or one of two. South: none, or one of two in one of two ways.
        (1, False, (1 + 2) * (1 + 2 * 2)),
        (2, False, 2**2 * 3**2),
        (None, False, 2**2 * 3**2),
        # Crossing, one budget: each of c1 to c4 has two ways to go, and so has c5, outside the budget.
        (0, True, 2),
        (1, True, (1 + 4 * 2) * 2),
        (2, True, (1 + 4 * 2 + 6 * 2**2) * 2),
        (None, True, 3**4 * 2),
    ],
)
def test_agrees(max_moves: int | None, cross: bool, allowed: int) -> None:
    linked: dict[str, Any] = {"premises": frozenset({"P"})}
    f = force(
        [officer("A"), officer("B", **linked), officer("T", division="South", **linked)],
        [
            current("c1", "A"),
            current("c2", "A", risk="high"),
            current("c3", "A", setting="premises", premises="P"),
            current("c4", "A", setting="premises", premises="P"),
            current("c5", "A", excluded=frozenset({"A"})),
        ],
        [HOSTEL],
        relationship={} if max_moves is None else {"max_moves": max_moves},
        divisions={"cross": cross},
    )
    assert agree(f) == (allowed, 4**5 - allowed)


def test_agrees_where_only_excess_is_asked() -> None:
    # As long as disruption is not asked for, nothing but their budgets tells these cases apart: c1 and c2 have their
    # home in South, c3 and c4 in North, and A and B serve both premises. One of each home may move: 3 * 3 of 16 plans.
    linked: dict[str, Any] = {"premises": frozenset({"P", "Q"})}
    f = force(
        [officer("A", **linked), officer("B", **linked)],
        [current(f"c{k}", "A", setting="premises", premises="P" if k < 3 else "Q") for k in range(1, 5)],
        [HOSTEL, Premises(premises_id="Q", division="North")],
        relationship={"max_moves": 1},
    )
    columns = Columns(f)
    model = Model(choices(columns), (Excess(),))
    admitted = 0
    for officers in product("AB", repeat=4):
        broken = found(plan(f, **dict(zip(columns.case_ids, officers, strict=True))), "budget")
        values = model.values(np.array([columns.position[o] for o in officers]))
        assert model.linear.holds(values) == (not broken), officers
        admitted += not broken
    assert admitted == 9
