"""What one person sees, by division and exclusion, and what is cut out of documents for them."""

from __future__ import annotations

import pytest

from allocator.access.roles import RIGHTS, ROLES
from allocator.access.view_scope import ViewScope
from allocator.access.visibility import hidden, hidden_in, mask_exclusions
from allocator.domain.plan import Plan
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


def test_documents_lose_whatever_mentions_what_is_hidden():
    of = two()
    cut = hidden(of, ViewScope(frozenset({"South"})))
    document = {
        "moves": [{"case_id": "c1", "officer_id": "A"}, {"case_id": "c2", "officer_id": "S"}],
        "officers": [{"officer_id": "A", "cases": 3}, {"officer_id": "S", "cases": 1}],
        "says": ["c1 goes to A.", "c2 stays; c10 is another.", "If c4, and c2."],
        "affected": ["c1", "c2"],
        "spread": {"officers": {"A": 100, "S": 90}},
        "one": "c1",
        "count": 4,
    }
    assert cut.without(document) == {
        "moves": [{"case_id": "c2", "officer_id": "S"}],
        "officers": [{"officer_id": "S", "cases": 1}],
        "says": ["c2 stays; c10 is another."],
        "affected": ["c2"],
        "spread": {"officers": {"S": 90}},
        "one": None,
        "count": 4,
    }
    assert hidden(of, ViewScope()).without(document) == document


def test_ids_with_spaces_and_marks_are_found_in_sentences_too():
    of = force([officer("A")], [new("case 7, b", excluded=frozenset({"A"}))])
    cut = hidden(of, ViewScope(None, "A"))
    assert cut.mentions("If case 7, b stayed") and not cut.mentions("If case 7 stayed")


def test_aggregates_name_nobody():
    of = two()
    cut = hidden(of, ViewScope(aggregates=True), Plan.as_it_stands(of))
    findings = [{"officer": "A", "says": "A would hold 3 cases."}, {"officer": None, "says": "3 cases move."}]
    assert cut.without({"findings": findings}) == {"findings": findings[1:]}
    assert cut.without({"best": "A", "says": ["A is best.", "3 cases move."]}) == {
        "best": None,
        "says": ["3 cases move."],
    }


def test_ids_that_are_numbers_hide_no_sentence_that_counts():
    of = force([officer("1"), officer("2", division="South")], [new("45"), new("50", division="South"), new("7")])
    cut = hidden(of, ViewScope(frozenset({"North"})))
    count = {"officer": "1", "case": None, "says": "1 would hold 50 cases; the limit is 45."}
    given = {"officer": "1", "cases": ["45", "50"], "says": "1 would be given 2 new cases: 45, 50."}
    document = {"findings": [count, given, {"case": "50", "says": "Nobody may have it."}], "says": "50 cases stay."}
    assert cut.without(document) == {
        "findings": [count, {**given, "cases": ["45"], "says": None}],
        "says": None,  # 50 stands in a field of this document
    }
    assert cut.without({"findings": [count], "says": "50 cases stay."}) == {
        "findings": [count],
        "says": "50 cases stay.",
    }


def test_what_either_of_two_plans_hides_is_hidden():
    before = force([officer("A"), officer("S", division="South")], [current("c1", "S", division="South")])
    after = before.changed(cases=(current("c1", "A", division="North"),))
    north = ViewScope(frozenset({"North"}))
    cut = hidden_in([Plan.as_it_stands(before), Plan.as_it_stands(after)], north)
    assert cut.cases == {"c1"} and cut.officers == {"S"} and not hidden(after, north).cases
    assert cut.without({"affected": ["A", "S"]}) == {"affected": ["A"]}


def test_an_exclusion_is_told_as_not_eligible_and_nothing_beside_it():
    document = {
        "barred": [{"officer_id": "A", "rules": ["division", "excluded"]}, {"officer_id": "B", "rules": ["division"]}],
        "barred_by": ["excluded"],
        "count": {"division": 3, "excluded": 1},
        "by": {"A": "excluded", "B": "division"},
        "differences": [{"column": "excluded", "after": "A"}, {"column": "risk", "after": "high"}],
        "reasons": ["division bars 3", "excluded bars 1"],
        "why": "rule division excluded",
        "says": ["A must not manage case c1.", "Nobody may receive case c1: division bars 3, excluded bars 1."],
    }
    assert mask_exclusions(document) == {
        "barred": [{"officer_id": "A", "rules": ["not eligible"]}, {"officer_id": "B", "rules": ["division"]}],
        "barred_by": ["not eligible"],
        "count": {"division": 3, "not eligible": 1},
        "by": {"A": "not eligible", "B": "division"},
        "differences": [{"column": "risk", "after": "high"}],
        "reasons": ["division bars 3", "1 not eligible"],
        "why": "not eligible",
        "says": ["A is not eligible for case c1.", "Nobody may receive case c1: division bars 3, 1 not eligible."],
    }


def test_every_right_is_somebodys():
    assert all(right.roles for right in RIGHTS.values())
    assert {role for right in RIGHTS.values() for role in right.roles} == set(ROLES)
