from __future__ import annotations

import pytest

from allocator.domain.plan import Plan
from tests.tiny import current, force, new, officer


def test_actions() -> None:
    f = force(
        [officer("A"), officer("B")],
        [current("c1", "A"), current("c2", "A"), current("c3", "A"), new("c4"), new("c5")],
    )
    plan = Plan(f, ("A", "B", None, "A", None))
    assert [plan.action(case) for case in f.cases] == ["kept", "moved", "unplaced", "placed", "unplaced"]
    assert {action: [c.case_id for c in cases] for action, cases in plan.actions.items()} == {
        "kept": ["c1"],
        "moved": ["c2"],
        "placed": ["c4"],
        "unplaced": ["c3", "c5"],
    }


def test_as_it_stands() -> None:
    f = force([officer("A")], [new("c1"), current("c2", "A")])
    assert Plan.as_it_stands(f).officers == (None, "A")


def test_one_officer_for_every_case() -> None:
    f = force([officer("A")], [new("c1"), new("c2")])
    for officers in ((), ("A",), ("A", "A", "A")):
        with pytest.raises(ValueError, match=f"{len(officers)} officers for 2 cases"):
            Plan(f, officers)
