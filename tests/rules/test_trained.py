from __future__ import annotations

import pytest

from allocator.domain.force import Force
from allocator.domain.plan import Finding
from tests.rules.found import found
from tests.tiny import agree, current, force, new, officer, plan


def broken(officer_id: str, case_id: str) -> Finding:
    return Finding("trained", "broken", 1, officer=officer_id, case=case_id)


def test_holds() -> None:
    f = force(
        [officer("A"), officer("B", mosovo="none", buddy="A")],
        [new("c1", level=3), current("c2", "B", level=1), new("c3", level=0)],
    )
    assert found(plan(f, c1="A", c3="B"), "trained") == []


def test_breaks() -> None:
    # One who awaits the course counts as untrained; to keep breaks it as to be given does.
    f = force(
        [officer("A"), officer("B", mosovo="awaiting", buddy="A")],
        [new("c1", level=2), current("c2", "B", level=3)],
    )
    assert found(plan(f, c1="B"), "trained") == [broken("B", "c1"), broken("B", "c2")]


def test_boundary() -> None:
    # Levels 2 and 3 need training, 0 and 1 do not; a force may name others.
    cases = [current(f"c{level}", "B", level=level) for level in range(4)]
    officers = [officer("A"), officer("B", mosovo="none", buddy="A")]
    f = force(officers, cases)
    assert found(plan(f), "trained") == [broken("B", "c2"), broken("B", "c3")]
    f = force(officers, cases, training={"levels": [0]})
    assert found(plan(f), "trained") == [broken("B", "c0")]
    f = force(officers, cases, training={"levels": []})
    assert found(plan(f), "trained") == []


def mixed(**training: object) -> Force:
    return force(
        [officer("A"), officer("B", mosovo="awaiting", buddy="A"), officer("C", mosovo="none")],
        [current("c1", "C", level=1), current("c2", "B", level=2), new("c3", level=3), new("c4")],
        training=training,
    )


@pytest.mark.parametrize(
    ("training", "allowed"),
    [
        # C has no buddy, so receives nothing. c1: A, B or stays with C; c2: A; c3: A; c4: A or B.
        ({}, 3 * 1 * 1 * 2),
        # No level needs training. c1: A, B, C; c2: A or stays with B; c3, c4: A or B.
        ({"levels": []}, 3 * 2 * 2 * 2),
        # Only level 0 does, and C receives too: c1, c2, c3 anybody; c4: A.
        ({"levels": [0], "buddy_required": False}, 3 * 3 * 3 * 1),
    ],
)
def test_agrees(training: dict[str, object], allowed: int) -> None:
    assert agree(mixed(**training)) == (allowed, 4**4 - allowed)
