from __future__ import annotations

import pytest

from allocator.domain.force import Case, Force
from allocator.domain.plan import Finding
from tests.rules.found import amounts, found
from tests.tiny import agree, current, force, new, officer, plan


def above(officer_id: str, cases: int, limit: int) -> Finding:
    facts = {"cases": cases, "limit": limit}
    return Finding("case-limit", "excess", cases - limit, officer=officer_id, facts=facts)


def held_by_a(count: int) -> list[Case]:
    return [current(f"c{k}", "A") for k in range(count)]


def test_holds() -> None:
    f = force([officer("A"), officer("B")], held_by_a(2), limits={"cases": 3})
    assert found(plan(f), "case-limit") == []


def test_breaks() -> None:
    # Two kept, one given and one moved to A make 4, one more than 3. B, closed, holds 4 as well.
    f = force(
        [officer("A"), officer("B", status="closed")],
        [*held_by_a(2), new("c2"), *(current(f"c{k}", "B") for k in range(3, 8))],
        limits={"cases": 3},
    )
    assert found(plan(f, c2="A", c3="A"), "case-limit") == [above("A", 4, 3), above("B", 4, 3)]


@pytest.mark.parametrize(
    ("capacity", "limit"),
    [(100, 5), (99, 4), (50, 2), (40, 2), (39, 1), (0, 0)],  # floor(5 * 99 / 100) = 4, floor(2.5) = 2, floor(1.95) = 1
)
def test_boundary(capacity: int, limit: int) -> None:
    a = officer("A", capacity=capacity)
    assert found(plan(force([a], held_by_a(limit), limits={"cases": 5})), "case-limit") == []
    one_more = plan(force([a], held_by_a(limit + 1), limits={"cases": 5}))
    assert found(one_more, "case-limit") == [above("A", limit + 1, limit)]


def test_who_is_limited() -> None:
    # A case that may not stay and that nobody may receive is still with its officer, and counts.
    stuck = current("c0", "A", needs=frozenset({"da"}))
    for status, findings in [
        ("open", [above("A", 1, 0)]),
        ("closed", [above("A", 1, 0)]),
        ("absent", []),
        ("leaving", []),
    ]:
        f = force([officer("A", status=status)], [stuck], limits={"cases": 0})
        assert found(plan(f, c0=None), "case-limit") == findings, status


def test_agrees() -> None:
    # Limits: A 2, B floor(2 * 50 / 100) = 1, C 0. C is closed and still with c3. Of c1, c2, c4, c5 A holds a, B 4 - a:
    # a = 4: 2 + 0 + 1, a = 3: 1 + 0 + 1, a = 2: 0 + 1 + 1, a = 1: 0 + 2 + 1, a = 0: 0 + 3 + 1.
    f: Force = force(
        [officer("A"), officer("B", capacity=50), officer("C", capacity=0, status="closed")],
        [
            current("c1", "A"),
            current("c2", "A"),
            current("c3", "C", needs=frozenset({"da"})),
            new("c4"),
            new("c5"),
        ],
        limits={"cases": 2},
    )
    assert agree(f) == (2**4, 4**5 - 2**4)
    assert amounts(f, "case-limit") == {2, 3, 4}


def test_agrees_about_who_is_limited() -> None:
    # D, absent, has no limit; L, leaving, is still with nothing. A, limit 1, receives c3, and c1 and c2 or not.
    f = force(
        [officer("A"), officer("D", status="absent"), officer("L", status="leaving")],
        [
            current("c1", "D"),
            current("c2", "D"),
            new("c3"),
            current("c4", "L", needs=frozenset({"da"})),
        ],
        limits={"cases": 1},
    )
    assert agree(f) == (2**2, 4**4 - 2**2)
    assert amounts(f, "case-limit") == {0, 1, 2}
