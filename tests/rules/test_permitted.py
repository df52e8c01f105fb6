from __future__ import annotations

import pytest

from allocator.checking import check
from allocator.domain.plan import Finding
from tests.rules.found import found
from tests.tiny import agree, current, force, new, officer, plan


def test_holds() -> None:
    f = force([officer("A"), officer("B")], [current("c1", "A"), current("c2", "A"), new("c3")])
    assert found(plan(f, c1="A", c2="B", c3=None), "permitted") == []


@pytest.mark.parametrize("status", ["open", "closed", "absent"])
def test_breaks(status: str) -> None:
    # Left with nobody, it still counts with A: the check does not lose sight of a case because a plan is bad.
    f = force([officer("A", status=status, capacity=0), officer("B")], [current("c1", "A")])
    bad = plan(f, c1=None)
    assert found(bad, "permitted") == [Finding("permitted", "broken", 1, officer="A", case="c1")]
    assert check(bad).goals["excess"] == (0 if status == "absent" else 1)


def test_boundary() -> None:
    # Excluded, untrained, of another division, unskilled or leaving: not permitted, and nobody is no breach.
    officers = [officer("A", mosovo="none"), officer("L", status="leaving")]
    f = force(
        officers,
        [
            current("c1", "A", excluded=frozenset({"A"})),
            current("c2", "A", level=2),
            current("c3", "A", division="South"),
            current("c4", "A", needs=frozenset({"da"})),
            current("c5", "L"),
            current("c6", "A"),
        ],
    )
    nobody = plan(f, c1=None, c2=None, c3=None, c4=None, c5=None)
    assert found(nobody, "permitted") == []
    nobody = plan(f, c1=None, c2=None, c3=None, c4=None, c5=None, c6=None)
    assert found(nobody, "permitted") == [Finding("permitted", "broken", 1, officer="A", case="c6")]


def test_agrees() -> None:
    # Full beyond their limits and forbidden to move a case, A and B keep theirs: c1: A; c2: B; c3: A or B.
    f = force(
        [officer("A"), officer("B")],
        [current("c1", "A"), current("c2", "B"), new("c3")],
        limits={"cases": 0, "intake": 0},
        relationship={"max_moves": 0},
    )
    assert agree(f) == (2, 3**3 - 2)
    # Nobody else may receive it, so a permitted case is kept: c1: A. A case that is not is unplaced: c2.
    f = force(
        [officer("A", status="absent"), officer("B", status="closed")],
        [current("c1", "A"), current("c2", "B", division="South")],
    )
    assert agree(f) == (1, 3**2 - 1)
