from __future__ import annotations

import pytest

from allocator.domain.force import Officer
from allocator.domain.plan import Finding
from tests.rules.found import everything, found
from tests.tiny import agree, current, force, new, officer, plan


def broken(officer_id: str, case_id: str) -> Finding:
    return Finding("open", "broken", 1, officer=officer_id, case=case_id)


def test_holds() -> None:
    # To keep is not to receive: closed, absent, or without capacity, each keeps what they have.
    f = force(
        [officer("A"), officer("B", status="closed"), officer("C", capacity=0), officer("D", status="absent")],
        [new("c1"), current("c2", "B"), current("c3", "C"), current("c4", "D")],
    )
    assert found(plan(f, c1="A"), "open") == []


@pytest.mark.parametrize("status", ["closed", "absent", "leaving"])
def test_breaks(status: str) -> None:
    f = force([officer("A"), officer("B", status=status)], [new("c1"), current("c2", "A")])
    assert found(plan(f, c1="B", c2="B"), "open") == [broken("B", "c1"), broken("B", "c2")]


def test_boundary() -> None:
    # A capacity of 1 percent receives, one of 0 does not.
    f = force([officer("A", capacity=1), officer("B", capacity=0)], [new("c1")])
    assert found(plan(f, c1="A"), "open") == []
    assert [finding for finding in everything(plan(f, c1="B")) if finding.kind == "broken"] == [broken("B", "c1")]


@pytest.mark.parametrize(
    "other",
    [
        officer("B", status="closed"),
        officer("B", status="absent"),
        officer("B", capacity=0),
        officer("B", status="closed", capacity=0),
    ],
)
def test_agrees(other: Officer) -> None:
    f = force(
        [officer("A"), other, officer("C", capacity=1)],
        [new("c1"), current("c2", "B"), current("c3", "B", excluded=frozenset({"B"})), current("c4", "A")],
    )
    # c1: A or C; c2: A, C or stays with B; c3 must leave B, for A or C; c4: A or C.
    assert agree(f) == (2 * 3 * 2 * 2, 4**4 - 24)
