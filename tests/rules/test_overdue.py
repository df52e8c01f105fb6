from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from allocator.domain.plan import Finding
from tests.rules.found import found, in_words
from tests.tiny import TODAY, current, force, new, officer, plan


def due(visit: int | None = None, review: int | None = None) -> dict[str, Any]:
    """Dates by days before today."""
    days = {"visit_due": visit, "review_due": review}
    return {column: TODAY - timedelta(ago) for column, ago in days.items() if ago is not None}


def of_officer(officer_id: str, count: int, longest: int) -> Finding:
    return Finding("overdue", "note", 0, officer=officer_id, facts={"count": count, "longest": longest})


def of_case(case_id: str, action: str, **days: int) -> Finding:
    return Finding("overdue", "note", 0, case=case_id, facts={"action": action, "overdue": days})


def test_told() -> None:
    # A: c1 by 3 days, c2 by 10 and 40; B: c4 by 1. Of those only c2, which moves, is told by itself.
    f = force(
        [officer("A"), officer("B")],
        [
            current("c1", "A", **due(visit=3)),
            current("c2", "A", **due(visit=10, review=40)),
            current("c3", "A"),
            current("c4", "B", **due(review=1)),
        ],
    )
    findings = found(plan(f, c2="B"), "overdue")
    assert findings == [
        of_officer("A", 2, 40),
        of_case("c2", "moved", visit=10, review=40),
        of_officer("B", 1, 1),
    ]
    assert [in_words(finding) for finding in findings] == [
        "A has 2 cases with an overdue visit or review, the longest by 40 days.",
        "Case c2 is moved, and its visit is overdue by 10 days and its review by 40 days.",
        "B has 1 case with an overdue visit or review, the longest by 1 day.",
    ]


@pytest.mark.parametrize("status", ["open", "closed", "absent", "leaving"])
def test_told_of_officers_of_any_status(status: str) -> None:
    f = force([officer("A", status=status)], [current("c1", "A", **due(review=2), needs=frozenset({"da"}))])
    findings = found(plan(f, c1=None), "overdue")
    assert findings == [of_officer("A", 1, 2), of_case("c1", "unplaced", review=2)]
    assert in_words(findings[1]) == "Case c1 is unplaced, and its review is overdue by 2 days."


def test_not_told() -> None:
    # Nothing is due, or not yet; a new case is late with nobody.
    f = force(
        [officer("A"), officer("B")],
        [current("c1", "A"), current("c2", "A", **due(visit=-1, review=-30)), new("c3", **due(visit=5))],
    )
    assert found(plan(f, c1="B", c2="B", c3="A"), "overdue") == []


def test_boundary() -> None:
    # Due on the cycle date is not overdue; the day before is. One of the two dates is enough.
    f = force([officer("A"), officer("B")], [current("c1", "A", **due(visit=0, review=0))])
    assert found(plan(f, c1="B"), "overdue") == []
    f = force([officer("A"), officer("B")], [current("c1", "A", **due(visit=0, review=1))])
    assert found(plan(f, c1="B"), "overdue") == [of_officer("A", 1, 1), of_case("c1", "moved", review=1)]
    # Kept, a case is counted and not named.
    assert found(plan(f), "overdue") == [of_officer("A", 1, 1)]
    # It is the cycle date that counts: 28 February to 31 March 2026 is 31 days.
    f = force([officer("A")], [current("c1", "A", visit_due=date(2026, 2, 28))])
    assert found(plan(f), "overdue") == [of_officer("A", 1, 31)]
    assert found(plan(f.replace(cycle_date=date(2026, 2, 28))), "overdue") == []
