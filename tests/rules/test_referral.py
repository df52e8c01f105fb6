from __future__ import annotations

from typing import Any

import pytest

from allocator.domain.plan import Finding
from tests.rules.found import BY_ID, found
from tests.tiny import current, force, new, officer, plan

DA: dict[str, Any] = {"needs": frozenset({"da"})}
MARAC = new("m", forums=frozenset({"marac"}))


def told(case_id: str, level: int) -> Finding:
    return Finding("referral", "note", 0, case=case_id, facts={"level": level})


@pytest.mark.parametrize("forum", ["marac", "matac"])
def test_told(forum: str) -> None:
    # New or current, placed or not, with other needs or in other meetings.
    f = force(
        [officer("A", skills=frozenset({"da"}))],
        [
            new("c1", level=2, **DA),
            current("c2", "A", level=3, **DA),
            new("c3", level=3, needs=frozenset({"da", "iom"}), forums=frozenset({"mappa"})),
            new("m", forums=frozenset({forum})),
        ],
    )
    findings = found(plan(f, c1="A"), "referral")
    assert findings == [told("c1", 2), told("c2", 3), told("c3", 3)]
    assert BY_ID["referral"].sentence(findings[0]) == (
        "Case c1 is a domestic abuse case at MAPPA level 2 that neither MARAC nor MATAC discusses: consider either."
    )


def test_not_told() -> None:
    # In one of the meetings; no domestic abuse.
    f = force(
        [officer("A")],
        [
            new("c1", level=2, forums=frozenset({"marac"}), **DA),
            new("c2", level=3, forums=frozenset({"matac", "iom"}), **DA),
            new("c3", level=2, needs=frozenset({"iom"})),
            new("c4", level=2),
        ],
    )
    assert found(plan(f), "referral") == []


def test_boundary() -> None:
    # Levels 2 and 3 alone, whatever the risk, and whatever levels the policy asks training for.
    cases = [new(f"c{level}", level=level, **DA) for level in range(4)]
    f = force([officer("A")], [*cases, MARAC], training={"levels": [1]})
    assert found(plan(f), "referral") == [told("c2", 2), told("c3", 3)]
    # A force that names neither meeting keeps no list of them: there is nothing to tell.
    assert found(plan(force([officer("A")], cases)), "referral") == []
    other = new("m", forums=frozenset({"mappa", "MARAC"}))
    assert found(plan(force([officer("A")], [*cases, other])), "referral") == []
