from __future__ import annotations

from allocator.domain.plan import Finding
from tests.rules.found import found
from tests.tiny import current, force, officer, plan

TOLD = [Finding("lock-lifted", "note", 0, officer="A", case="c1")]


def test_told() -> None:
    # Whatever the plan does with it: moved, unplaced, or kept against the rules.
    f = force([officer("A"), officer("B")], [current("c1", "A", locked=True, excluded=frozenset({"A"}))])
    for officer_id in ("B", None, "A"):
        assert found(plan(f, c1=officer_id), "lock-lifted") == TOLD, officer_id


def test_not_told() -> None:
    # A permitted case keeps its lock, even where a plan breaks it; a case that is not locked has none to lift.
    f = force(
        [officer("A"), officer("B")],
        [current("c1", "A", locked=True), current("c2", "A", excluded=frozenset({"A"}))],
    )
    assert found(plan(f, c1="B", c2="B"), "lock-lifted") == []


def test_boundary() -> None:
    # Only leaving lifts the locks of an officer; closed, absent or without capacity, they keep their cases.
    for status, findings in {"open": [], "closed": [], "absent": [], "leaving": TOLD}.items():
        f = force([officer("A", status=status, capacity=0)], [current("c1", "A", locked=True)])
        assert found(plan(f, c1=None), "lock-lifted") == findings, status
