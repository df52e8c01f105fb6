from __future__ import annotations

from typing import Any

import pytest

from allocator.domain.force import Officer
from allocator.domain.plan import Finding, Plan
from tests.rules.found import found
from tests.tiny import force, officer

TOLD = [Finding("buddy-needed", "note", 0, officer="U")]


def noted(u: Officer, *others: Officer, **policy: Any) -> list[Finding]:
    return found(Plan.as_it_stands(force([u, *others], [], **policy)), "buddy-needed")


@pytest.mark.parametrize("mosovo", ["none", "awaiting"])
def test_told(mosovo: str) -> None:
    assert noted(officer("U", mosovo=mosovo)) == TOLD


def test_not_told() -> None:
    assert noted(officer("U")) == []
    assert noted(officer("U", mosovo="none", buddy="B"), officer("B")) == []
    assert noted(officer("U", mosovo="none"), training={"buddy_required": False}) == []
    for status in ("closed", "absent", "leaving"):
        assert noted(officer("U", mosovo="none", status=status)) == [], status


@pytest.mark.parametrize(
    ("buddy", "findings"),
    [
        ({"status": "closed"}, []),
        ({"capacity": 0}, []),
        ({"status": "absent"}, TOLD),
        ({"status": "leaving"}, TOLD),
        ({"mosovo": "awaiting", "buddy": "U", "status": "closed"}, TOLD),
        ({"division": "South"}, TOLD),
    ],
)
def test_boundary(buddy: dict[str, Any], findings: list[Finding]) -> None:
    # A buddy who does not serve is as good as none; across divisions one serves only when they cross.
    u = officer("U", mosovo="none", buddy="B")
    assert noted(u, officer("B", **buddy)) == findings
    crossed = [] if "division" in buddy else findings
    assert noted(u, officer("B", **buddy), divisions={"cross": True}) == crossed
