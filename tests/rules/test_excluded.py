from __future__ import annotations

from allocator.domain.plan import Finding
from tests.rules.found import found
from tests.tiny import agree, current, force, new, officer, plan


def broken(officer_id: str, case_id: str) -> Finding:
    return Finding("excluded", "broken", 1, officer=officer_id, case=case_id)


def test_holds() -> None:
    f = force([officer("A"), officer("B")], [new("c1", excluded=frozenset({"A"})), current("c2", "A")])
    assert found(plan(f, c1="B", c2="A"), "excluded") == []


def test_breaks() -> None:
    # The current officer may be excluded from their own case: keeping it breaks the rule.
    f = force(
        [officer("A"), officer("B")],
        [new("c1", excluded=frozenset({"A", "B"})), current("c2", "A", excluded=frozenset({"A"}))],
    )
    assert found(plan(f, c1="B"), "excluded") == [broken("B", "c1"), broken("A", "c2")]


def test_boundary() -> None:
    # Excluded from this case alone: the next case, alike in all else, is theirs to hold. Nobody at all is no breach.
    f = force([officer("A")], [new("c1", excluded=frozenset({"A"})), new("c2")])
    assert found(plan(f, c1=None, c2="A"), "excluded") == []
    assert found(plan(f, c1="A", c2="A"), "excluded") == [broken("A", "c1")]


def test_agrees() -> None:
    f = force(
        [officer("A"), officer("B"), officer("C")],
        [
            current("c1", "A", excluded=frozenset({"A"})),
            current("c2", "A", excluded=frozenset({"B"})),
            new("c3", excluded=frozenset({"A", "C"})),
            new("c4", excluded=frozenset({"A", "B", "C"})),
            current("c5", "B", excluded=frozenset({"A", "B", "C"}), locked=True),
        ],
    )
    # c1 must leave A, for B or C; c2: A or C; c3: B; nobody may hold c4 or c5, whose lock is lifted.
    assert agree(f) == (2 * 2 * 1 * 1 * 1, 4**5 - 4)
