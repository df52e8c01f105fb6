from __future__ import annotations

from typing import Any

import pytest

from allocator.domain.force import Force, Officer
from allocator.domain.plan import Finding
from tests.rules.found import found
from tests.tiny import agree, current, force, new, officer, plan

SERVING = [{}, {"status": "closed"}, {"capacity": 0}, {"capacity": 0, "status": "closed"}]
USELESS = [
    {"status": "absent"},
    {"status": "leaving"},
    {"mosovo": "awaiting"},
    {"mosovo": "none"},
    {"division": "South"},
]


def broken(case_id: str) -> Finding:
    return Finding("buddied", "broken", 1, officer="U", case=case_id)


def paired(buddy: dict[str, Any], **policy: Any) -> Force:
    """U is untrained, their buddy is B; A is trained and free."""
    officers = [officer("A"), officer("B", **buddy), officer("U", mosovo="none", buddy="B")]
    return force(officers, [new("c1"), current("c2", "A"), current("c3", "U")], **policy)


@pytest.mark.parametrize("buddy", SERVING)
def test_holds(buddy: dict[str, Any]) -> None:
    assert found(plan(paired(buddy), c1="U", c2="U"), "buddied") == []


@pytest.mark.parametrize("buddy", USELESS)
def test_breaks(buddy: dict[str, Any]) -> None:
    # Given and moved to U; what U has, U keeps.
    assert found(plan(paired(buddy), c1="U", c2="U"), "buddied") == [broken("c1"), broken("c2")]
    assert found(plan(paired(buddy), c1="A"), "buddied") == []


def test_boundary() -> None:
    # No buddy, or oneself, is no support; a trained officer needs none, and their buddy is ignored.
    for u, findings in [
        (officer("U", mosovo="none"), [broken("c1")]),
        (officer("U", mosovo="awaiting", buddy="U"), [broken("c1")]),
        (officer("U"), []),
        (officer("U", buddy="Z"), []),
    ]:
        f = force([u, officer("Z", mosovo="none", status="leaving")], [new("c1")])
        assert found(plan(f, c1="U"), "buddied") == findings, u
    # Another division is near enough when divisions cross, and nothing is asked when the policy asks nothing.
    south = {"division": "South"}
    assert found(plan(paired(south, divisions={"cross": True}), c1="U"), "buddied") == []
    assert found(plan(paired(south, training={"buddy_required": False}), c1="U"), "buddied") == []
    assert found(plan(paired({"status": "absent"}, divisions={"cross": True}), c1="U"), "buddied") == [broken("c1")]


@pytest.mark.parametrize(
    ("buddy", "policy", "allowed"),
    [
        # c1: A, B, U; c2: A, B, U; c3: A, B, U.
        ({}, {}, 3 * 3 * 3),
        # B receives nothing and supports U. c1: A, U; c2: A, U; c3: A, U.
        ({"status": "closed"}, {}, 2 * 2 * 2),
        # Without support U receives nothing. c1: A; c2: A; c3: A or stays with U.
        ({"status": "absent"}, {}, 2),
        ({"division": "South"}, {}, 2),
        # An untrained B without a buddy receives nothing either.
        ({"mosovo": "awaiting"}, {}, 2),
        ({"mosovo": "awaiting"}, {"training": {"buddy_required": False}}, 3 * 3 * 3),
        ({"division": "South"}, {"divisions": {"cross": True}}, 3 * 3 * 3),
    ],
)
def test_agrees(buddy: dict[str, Any], policy: dict[str, Any], allowed: int) -> None:
    assert agree(paired(buddy, **policy)) == (allowed, 4**3 - allowed)


def test_agrees_about_a_circle() -> None:
    # Two untrained officers are no support for each other, nor is one for oneself. A alone receives c1.
    untrained: list[Officer] = [
        officer("U", mosovo="none", buddy="V"),
        officer("V", mosovo="awaiting", buddy="U"),
        officer("W", mosovo="none", buddy="W"),
    ]
    assert agree(force([officer("A"), *untrained], [new("c1"), current("c2", "U")])) == (2, 5**2 - 2)
