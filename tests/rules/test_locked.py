from __future__ import annotations

import pytest

from allocator.domain.force import Force
from allocator.domain.plan import Finding
from tests.rules.found import everything, found
from tests.tiny import agree, current, force, officer, plan


def broken(case_id: str) -> Finding:
    return Finding("locked", "broken", 1, officer="A", case=case_id)


def pinned(status: str = "open", **limits: int) -> Force:
    return force(
        [officer("A", status=status), officer("B")],
        [current("c1", "A", locked=True), current("c2", "A")],
        limits=limits,
    )


def test_holds() -> None:
    assert found(plan(pinned(), c1="A", c2="B"), "locked") == []


@pytest.mark.parametrize("status", ["open", "closed", "absent"])
def test_breaks(status: str) -> None:
    # It stays with one who is closed or absent too; the finding names whom it was pinned to.
    assert found(plan(pinned(status), c1="B"), "locked") == [broken("c1")]


def test_boundary() -> None:
    # A lock holds as long as the case is permitted where it is; then it is lifted, and the case may go.
    assert found(plan(pinned("leaving"), c1="B", c2="B"), "locked") == []
    f = force(
        [officer("A"), officer("B")],
        [current("c1", "A", locked=True, excluded=frozenset({"A"}))],
        divisions={"skills": []},
    )
    assert found(plan(f, c1="B"), "locked") == []
    assert [x.rule for x in everything(plan(f))] == ["excluded", "lock-lifted"]


def test_agrees() -> None:
    # A is two over their limit, and B is not: the lock counts for more than excess. c1 stays; c2: A or B.
    assert agree(pinned(cases=0)) == (2, 3**2 - 2)
    assert agree(pinned("absent")) == (2, 3**2 - 2)
    # Lifted with A's leaving: c1 and c2 both go to B.
    assert agree(pinned("leaving")) == (1, 3**2 - 1)
    f = force(
        [officer("A"), officer("B"), officer("C")],
        [
            current("c1", "A", locked=True),
            current("c2", "A", locked=True, excluded=frozenset({"A"})),
            current("c3", "A", locked=True, division="South"),
            current("c4", "B"),
        ],
    )
    # c1 stays; c2 must leave A, for B or C; nobody is of South, so c3 is still with A; c4: anybody.
    assert agree(f) == (1 * 2 * 1 * 3, 4**4 - 6)
