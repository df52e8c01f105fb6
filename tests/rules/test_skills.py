from __future__ import annotations

from allocator.domain.plan import Finding
from tests.rules.found import found
from tests.tiny import agree, current, force, new, officer, plan

DA, BOTH = frozenset({"da"}), frozenset({"da", "iom"})


def broken(officer_id: str, case_id: str) -> Finding:
    return Finding("skills", "broken", 1, officer=officer_id, case=case_id)


def test_holds() -> None:
    # Skills beyond the needs do no harm, and a case without needs asks for none.
    f = force([officer("A", skills=BOTH), officer("B")], [new("c1", needs=DA), current("c2", "B")])
    assert found(plan(f, c1="A"), "skills") == []


def test_breaks() -> None:
    f = force([officer("A", skills=DA), officer("B")], [new("c1", needs=DA), current("c2", "B", needs=DA)])
    assert found(plan(f, c1="B"), "skills") == [broken("B", "c1"), broken("B", "c2")]


def test_boundary() -> None:
    # Each of two needs must be met: one of the two is too little. Tags are case-sensitive.
    f = force(
        [officer("A", skills=BOTH), officer("B", skills=DA), officer("C", skills=frozenset({"DA", "iom"}))],
        [new("c1", needs=BOTH)],
    )
    assert found(plan(f, c1="A"), "skills") == []
    assert found(plan(f, c1="B"), "skills") == [broken("B", "c1")]
    assert found(plan(f, c1="C"), "skills") == [broken("C", "c1")]


def test_agrees() -> None:
    f = force(
        [officer("A", skills=BOTH), officer("B", skills=DA), officer("C")],
        [
            new("c1", needs=BOTH),
            current("c2", "C", needs=DA),
            current("c3", "B", needs=frozenset({"terror"})),
            new("c4", needs=frozenset({"da", "terror"})),
            new("c5"),
        ],
    )
    # c1: A; c2 must leave C, for A or B; a need that nobody meets leaves c3 and c4 with nobody; c5: anybody.
    assert agree(f) == (1 * 2 * 1 * 1 * 3, 4**5 - 6)
