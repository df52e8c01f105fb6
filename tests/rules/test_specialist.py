from __future__ import annotations

from typing import Any

import pytest

from allocator.domain.force import Premises
from allocator.domain.plan import Finding
from tests.rules.found import BY_ID, found
from tests.tiny import current, force, new, officer, plan

DA: dict[str, Any] = {"skills": frozenset({"da"})}


def told(division: str, skill: str = "da") -> Finding:
    return Finding("specialist", "note", 0, facts={"division": division, "skill": skill})


def test_told() -> None:
    # North has nobody with the skill, South no officers at all; each is told once, whatever its cases need.
    f = force(
        [officer("A"), officer("B", skills=frozenset({"iom"}))],
        [new("c1"), current("c2", "A"), new("c3", division="South")],
    )
    findings = found(plan(f), "specialist")
    assert findings == [told("North"), told("South")]
    assert BY_ID["specialist"].sentence(findings[0]) == (
        "North has no officer with the skill da who is open and has capacity."
    )


def test_not_told() -> None:
    # One officer with the skill is enough, trained or not, over a limit or not; without cases none is missed.
    f = force(
        [officer("A"), officer("B", mosovo="none", **DA), officer("S", division="South")],
        [current("c1", "B")],
        limits={"cases": 0},
    )
    assert found(plan(f), "specialist") == []


@pytest.mark.parametrize(
    ("fields", "findings"),
    [
        ({}, []),
        ({"capacity": 1}, []),
        ({"capacity": 0}, [told("North")]),
        ({"status": "closed"}, [told("North")]),
        ({"status": "absent"}, [told("North")]),
        ({"status": "leaving"}, [told("North")]),
        ({"division": "South"}, [told("North")]),  # even where divisions cross
        ({"skills": frozenset({"DA"})}, [told("North")]),
    ],
)
def test_boundary(fields: dict[str, Any], findings: list[Finding]) -> None:
    for cross in (False, True):
        f = force([officer("A", **{**DA, **fields})], [new("c1")], divisions={"cross": cross})
        assert found(plan(f), "specialist") == findings


def test_skills_of_the_policy() -> None:
    f = force([officer("A", **DA)], [new("c1")], divisions={"skills": ["iom", "da", "iom"]})
    assert found(plan(f), "specialist") == [told("North", "iom")]
    f = force([officer("A")], [new("c1")], divisions={"skills": []})
    assert found(plan(f), "specialist") == []


def test_where_a_case_is_at_home() -> None:
    # c1 is of North and at premises in South, which is its home: North has no case of its own.
    sites = [Premises(premises_id="P", division="South")]
    f = force([officer("A")], [new("c1", setting="premises", premises="P")], sites)
    assert found(plan(f), "specialist") == [told("South")]
