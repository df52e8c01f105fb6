from __future__ import annotations

from allocator.domain.plan import Finding
from tests.rules.found import everything, found
from tests.tiny import agree, current, force, new, officer, plan


def broken(officer_id: str, case_id: str) -> Finding:
    return Finding("staying", "broken", 1, officer=officer_id, case=case_id)


def test_holds() -> None:
    f = force([officer("A", status="leaving"), officer("B")], [current("c1", "A"), new("c2")], divisions={"skills": []})
    assert everything(plan(f, c1="B", c2="B")) == []


def test_breaks() -> None:
    f = force([officer("A", status="leaving"), officer("B")], [current("c1", "A"), new("c2")])
    assert found(plan(f, c2="A"), "staying") == [broken("A", "c1"), broken("A", "c2")]


def test_boundary() -> None:
    # Of the four who receive nothing now, only the one who leaves may not keep either.
    for status, findings in {"open": [], "closed": [], "absent": [], "leaving": [broken("A", "c1")]}.items():
        f = force([officer("A", status=status)], [current("c1", "A")])
        assert found(plan(f), "staying") == findings, status


def test_agrees() -> None:
    f = force(
        [officer("A", status="leaving"), officer("B"), officer("C", status="absent")],
        [
            current("c1", "A"),
            current("c2", "A", level=3, needs=frozenset({"da"}), points=50),
            current("c3", "C"),
            new("c4"),
        ],
        limits={"cases": 1, "high_risk_percent": 0},
    )
    # c1 must leave A, for B; nobody can meet the need of c2, so it has nobody and counts nowhere;
    # c3 stays with C or goes to B; c4: B.
    assert agree(f) == (1 * 1 * 2 * 1, 4**4 - 2)
