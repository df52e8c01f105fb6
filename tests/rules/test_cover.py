from __future__ import annotations

from allocator.domain.plan import Finding
from tests.rules.found import found
from tests.tiny import current, force, new, officer, plan


def told(*cases: str) -> Finding:
    return Finding("cover", "note", 0, officer="A", facts={"count": len(cases), "cases": cases})


def test_told() -> None:
    # Kept, and not permitted but still with A: both need cover. What moves away needs none.
    f = force(
        [officer("A", status="absent"), officer("B")],
        [current("c1", "A"), current("c2", "A", needs=frozenset({"da"})), current("c3", "A")],
    )
    assert found(plan(f, c2=None, c3="B"), "cover") == [told("c1", "c2")]


def test_not_told() -> None:
    for status in ("open", "closed", "leaving"):
        f = force([officer("A", status=status)], [current("c1", "A")])
        assert found(plan(f), "cover") == [], status


def test_boundary() -> None:
    # One case is enough; none is nothing to cover.
    f = force([officer("A", status="absent"), officer("B")], [current("c1", "A"), new("c2")])
    assert found(plan(f, c2="B"), "cover") == [told("c1")]
    assert found(plan(f, c1="B", c2="B"), "cover") == []
