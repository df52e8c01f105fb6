"""What differs between two snapshots, worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from allocator.cycles.difference import RowChange, compare_snapshots
from allocator.cycles.rollover import next_force
from allocator.cycles.staleness import keepable_placements, staleness
from allocator.domain.result import RULES_VERSION
from allocator.reporting.differences import difference_sentence, difference_words, overtaken_sentence
from tests.cycling import small, with_case, with_officer
from tests.tiny import new, officer, plan


def test_nothing_differs_from_itself_in_any_order():
    of = small()
    assert not compare_snapshots(of, of)
    assert not compare_snapshots(of, of.replace(cases=of.cases[::-1], officers=of.officers[::-1], name="other"))
    assert difference_sentence(compare_snapshots(of, of)) == "Nothing differs from the data before."


def test_every_kind_of_difference_is_listed_by_table_and_id():
    old = small()
    new_force = with_officer(with_case(old, "c3", risk="low", needs=frozenset({"b", "a"})), "B", capacity=60)
    new_force = new_force.replace(
        cases=(*(c for c in new_force.cases if c.case_id != "c4"), new("c0")),
        officers=(*new_force.officers, officer("C")),
        policy=old.policy.merge({"limits": {"cases": 45}, "relationship": {"max_moves": 3}}),
    )
    assert compare_snapshots(old, new_force).changes == (
        RowChange("officers", "B", "changed", "capacity", "100", "60"),
        RowChange("officers", "C", "joined"),
        RowChange("cases", "c0", "joined"),
        RowChange("cases", "c3", "changed", "risk", "high", "low"),
        RowChange("cases", "c3", "changed", "needs", "", "a;b"),
        RowChange("cases", "c4", "left"),
        RowChange("policy", "limits.cases", "changed", None, "50", "45"),
        RowChange("policy", "relationship.max_moves", "changed", None, None, "3"),
    )
    assert difference_sentence(compare_snapshots(old, new_force)) == (
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
    assert keepable_placements(made, newer) == {"c3": ["B"], "c5": ["S"]}


@pytest.mark.parametrize(
    ("fields", "bars"), [({"excluded": frozenset({"A"})}, ("excluded",)), ({"division": "South"}, ("division",))]
)
def test_a_case_that_may_no_longer_stay_is_touched(fields, bars):
    of = small()
    touched = staleness(plan(of, c1="A", c4="B"), with_case(of, "c2", **fields)).touched
    assert [(one.case_id, one.bars) for one in touched] == [("c2", bars)]


def test_what_was_learned_of_a_case_differs_in_words():
    later = with_case(
        small(), "c3", former=frozenset({"A", "gone"}), forums=frozenset({"marac"}), visit_due=date(2026, 4, 9)
    )
    later = with_case(later, "c2", review_due=date(2026, 4, 9))
    assert [(c.name, difference_words(c)) for c in compare_snapshots(small(), later).changes] == [
        ("c2", "review due none → 2026-04-09"),
        ("c3", "managed before by none → A;gone"),
        ("c3", "discussed at none → marac"),
        ("c3", "visit due none → 2026-04-09"),
    ]


def test_new_settings_differ_like_any_other():
    strict = {"training": {"risks": ["high", "very_high"]}, "relationship": {"former": 6}, "divisions": {"skills": []}}
    later = small().replace(policy=small().policy.merge(strict))
    assert [(c.name, difference_words(c)) for c in compare_snapshots(small(), later).changes] == [
        ("divisions.skills", '["da"] → []'),
        ("relationship.former", "12 → 6"),
        ("training.risks", '["very_high"] → ["high", "very_high"]'),
    ]


def test_newer_rules_are_told_beside_newer_data():
    of = small()
    same = plan(of, c1="A", c2="A", c3="B", c4="B", c5="S")
    assert staleness(same, of).rules is None
    stale = staleness(same, of, "1")
    assert stale.rules == ("1", RULES_VERSION) and not stale.difference and not stale.touched
    assert overtaken_sentence(stale).startswith("The rules have changed since this plan was made")
    both = overtaken_sentence(staleness(same, with_case(of, "c4", risk="high"), "1"))
    assert both.startswith("Newer data has overtaken this plan. ") and "The rules have changed" in both


def test_whoever_gives_a_case_up_has_managed_it_before():
    """c1 goes from U to A, who had managed it already; c4 is new, and c2 stays."""
    of = with_case(small(), "c1", former=frozenset({"A"}))
    found = next_force(plan(of, c1="A", c2="A", c3="B", c4="B", c5="S"), {}).case_by_id
    assert (found["c1"].officer, found["c1"].former) == ("A", {"A", "U"})
    assert not found["c4"].former and not found["c2"].former
