"""What one person sees, by division and exclusion."""

from __future__ import annotations

import pytest

from allocator.app.rights import RIGHTS, ROLES
from allocator.app.view_scope import ViewScope
from tests.tiny import current, force, new, officer


def two():
    return force(
        [officer("A"), officer("S", division="South")],
        [
            current("c1", "A"),
            current("c2", "S", division="South"),
            current("c3", "S", excluded=frozenset({"A"})),
            new("c4", excluded=frozenset({"A"})),
        ],
    )


@pytest.mark.parametrize(
    ("scope", "cases", "officers"),
    [
        (ViewScope(), ["c1", "c2", "c3", "c4"], ["A", "S"]),
        (ViewScope(frozenset({"North"})), ["c1", "c3", "c4"], ["A"]),
        # c3 counts in the North and is with an officer of the South: both see it.
        (ViewScope(frozenset({"South"})), ["c2", "c3"], ["S"]),
        (ViewScope(None, "A"), ["c1", "c2"], ["A", "S"]),
        (ViewScope(frozenset({"South"}), "A"), ["c2"], ["S"]),
        (ViewScope(frozenset()), [], []),
        (ViewScope(aggregates=True), [], []),
    ],
)
def test_cases_and_officers_that_somebody_sees(scope, cases, officers):
    of = two()
    assert [c.case_id for c in scope.cases(of)] == cases
    assert [o.officer_id for o in scope.officers(of)] == officers


def test_who_receives_a_case_sees_it():
    of = two()
    scope = ViewScope(frozenset({"South"}))
    assert not scope.sees(of, of.case_by_id["c1"]) and scope.sees(of, of.case_by_id["c1"], planned="S")


def test_every_right_is_somebodys():
    assert all(right.roles for right in RIGHTS.values())
    assert {role for right in RIGHTS.values() for role in right.roles} == set(ROLES)
