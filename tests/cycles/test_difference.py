"""What differs between two snapshots, worked by hand."""

from __future__ import annotations

import pytest

from allocator.cycles.difference import Change, difference
from allocator.cycles.staleness import kept, staleness
from allocator.store.sentences import count_sentence
from tests.cycling import small, with_case, with_officer
from tests.tiny import new, officer, plan


def test_nothing_differs_from_itself_in_any_order():
    of = small()
    assert not difference(of, of)
    assert not difference(of, of.changed(cases=of.cases[::-1], officers=of.officers[::-1], name="other"))
    assert count_sentence(difference(of, of)) == "Nothing differs from the data before."


def test_every_kind_of_difference_is_listed_by_table_and_id():
    old = small()
    new_force = with_officer(with_case(old, "c3", risk="low", needs=frozenset({"b", "a"})), "B", capacity=60)
    new_force = new_force.changed(
        cases=(*(c for c in new_force.cases if c.case_id != "c4"), new("c0")),
        officers=(*new_force.officers, officer("C")),
        policy=old.policy.merged({"limits": {"cases": 45}, "relationship": {"max_moves": 3}}),
    )
    assert difference(old, new_force).changes == (
        Change("officers", "B", "changed", "capacity", "100", "60"),
        Change("officers", "C", "joined"),
        Change("cases", "c0", "joined"),
        Change("cases", "c3", "changed", "risk", "high", "low"),
        Change("cases", "c3", "changed", "needs", "", "a;b"),
        Change("cases", "c4", "left"),
        Change("policy", "limits.cases", "changed", None, "50", "45"),
        Change("policy", "relationship.max_moves", "changed", None, None, "3"),
    )
    assert count_sentence(difference(old, new_force)) == (
        "Against the data before, officers: 1 joined, 1 changed; cases: 1 joined, 1 left, 1 changed; "
        "settings: 2 changed."
    )


def test_what_newer_data_touches_is_named_and_nothing_else():
    of = small()
    made = plan(of, c1="A", c4="B")
    # c2 stays with A whatever its risk; c4, which is placed, is touched by any change; so is c1, whose officer changed.
    newer = with_officer(with_case(with_case(of, "c2", risk="high"), "c4", risk="high"), "A", capacity=80)
    touched = {one.case_id: one for one in staleness(made, newer).touched}
    assert touched.keys() == {"c1", "c4"}
    assert [c.column for c in touched["c1"].officer_changes] == ["capacity"]
    # Neither c4, nor what goes to or stays with A or comes from there, is kept; c3 and c5 are.
    assert kept(made, newer) == {"c3": ["B"], "c5": ["S"]}


@pytest.mark.parametrize(
    ("fields", "bars"), [({"excluded": frozenset({"A"})}, ("excluded",)), ({"division": "South"}, ("division",))]
)
def test_a_case_that_may_no_longer_stay_is_touched(fields, bars):
    of = small()
    touched = staleness(plan(of, c1="A", c4="B"), with_case(of, "c2", **fields)).touched
    assert [(one.case_id, one.bars) for one in touched] == [("c2", bars)]
