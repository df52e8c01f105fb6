"""The report of a run, and its sentences."""

import pytest

from allocator.analysis.explain import explain
from allocator.reporting.plan_sentences import (
    count_sentence,
    new_case_sentence,
    officer_remarks,
    proof_sentence,
    trade_sentence,
    unplaced_sentence,
)
from allocator.reporting.words import proof_word
from tests.results import goals, result
from tests.tiny import current, force, new, officer, plan


def test_unplaced_cases_say_where_they_are_meanwhile():
    nobody = frozenset({"A", "B"})
    f = force(
        [officer("A"), officer("B", status="leaving")],
        [current("c1", "A", excluded=nobody), current("c2", "B", excluded=nobody), new("c3", excluded=nobody)],
    )
    report = explain(result(plan(f, c1=None, c2=None)), "digest")
    assert [(u.case.case_id, u.still_with) for u in report.unplaced] == [("c1", "A"), ("c2", None), ("c3", None)]
    ends = [unplaced_sentence(u) for u in report.unplaced]
    assert ends[0].endswith("It is still with A until a supervisor decides.")
    assert ends[1].endswith("B is leaving, so it will have nobody.")
    assert ends[2].startswith("Nobody may receive case c3: ")


def test_notes_do_not_repeat_the_unplaced():
    # c1 has nobody; c2 should be considered for category 3.
    f = force(
        [officer("A", skills=frozenset({"da"}))],
        [new("c1", needs=frozenset({"x"})), current("c2", "A", risk="high", needs=frozenset({"da"}))],
    )
    report = explain(result(plan(f)), "digest")
    assert {finding.rule for finding in report.result.findings} >= {"nobody-can", "category-3"}
    assert "nobody-can" not in {finding.rule for finding in report.notes}
    assert "category-3" in {finding.rule for finding in report.notes}


def test_an_unplaced_case_that_somebody_could_receive():
    f = force([officer("A")], [new("c1")])
    (unplaced,) = explain(result(plan(f)), "digest").unplaced
    assert unplaced.finding is None
    assert unplaced_sentence(unplaced) == "Case c1 has been given to nobody."


def test_a_new_case_says_out_of_how_many_its_officer_is():
    f = force([officer("A"), officer("B"), officer("C", division="South")], [new("c1"), new("c2", division="South")])
    report = explain(result(plan(f, c1="A", c2="C")), "digest")
    assert [new_case_sentence(case) for case in report.new_cases] == [
        "A is one of 2 who may receive it: 0 cases before, 1 after, of 50.",
        "C is the only one who may receive it: 0 cases before, 1 after, of 50.",
    ]


def test_counts():
    f = force([officer("A"), officer("B")], [current("c1", "A"), current("c2", "A"), new("c3"), new("c4")])
    report = explain(result(plan(f, c1="B", c3="A")), "digest")
    assert count_sentence(report.result.plan) == "4 cases: 1 kept, 1 moved, 1 placed, 1 unplaced."


PROVED = ((0, 0), (2, 2), (36, 36), (9, 9))


def test_what_the_moves_buy():
    # A gives up c1 because it leaves, c2 because its limit is 1 (kept: excess 1, no move of a permitted case).
    f = force(
        [officer("A", status="leaving"), officer("B"), officer("C")],
        [current("c1", "A"), current("c2", "B"), current("c3", "B")],
    )
    found = result(plan(f, c1="C", c2="C"), goals=goals(*PROVED), without_moves=goals((0, 0), (3, 3), (0, 0), (9, 9)))
    assert trade_sentence(explain(found, "digest")) == (
        "1 case moves that could have stayed; 1 more could not. "
        "Had it stayed, the best plan would have excess 3 instead of 2 and disruption 0 instead of 36."
    )


def test_what_no_moves_buy():
    f = force([officer("A", status="leaving"), officer("B")], [current("c1", "A")])
    assert trade_sentence(explain(result(plan(f, c1="B")), "d")) == "No case moves that could have stayed."
    g = force([officer("A")], [current("c1", "A")])
    assert trade_sentence(explain(result(plan(g)), "d")) == "No case moves."


def test_an_unproved_plan_without_moves_is_called_found_not_best():
    f = force([officer("A"), officer("B")], [current("c1", "A")])
    found = result(plan(f, c1="B"), goals=goals(*PROVED), without_moves=goals((0, 0), (3, 1), (0, 0), (9, 9)))
    assert "the best plan found would have excess 3" in trade_sentence(explain(found, "d"))


def test_proof_in_plain_words():
    f = force([officer("A")], [current("c1", "A")])
    assert proof_sentence(result(plan(f))) == "Solved in 1.5 s. Proved best: on each goal in turn, no plan does better."
    unproved = goals((0, 0), (1200, 3), (36, 36), (9, 0))
    said = proof_sentence(result(plan(f), goals=unproved, stopped="time limit"))
    assert said.startswith("The time limit ended the run after 1.5 s. This plan is valid, but not proved best: ")
    assert "excess is 1,200, and all that is proved is that no plan is below 3" in said
    assert said.endswith("nothing is proved about disruption and fairness either.")
    assert proof_word(unproved[0]) == "proved"
    assert proof_word(unproved[1]) == "at least 3"
    assert proof_sentence(result(plan(f), stopped="interrupted")).startswith("Cut short by Ctrl-C after 1.5 s.")


@pytest.mark.parametrize(
    ("fields", "remarks"),
    [
        ({}, ("case-limit +1", "started over a limit")),
        ({"status": "closed"}, ("closed", "case-limit +1", "started over a limit")),
    ],
)
def test_remarks(fields, remarks):
    f = force([officer("A", **fields)], [current("c1", "A"), current("c2", "A")], limits={"cases": 1})
    assert officer_remarks(explain(result(plan(f)), "d").officers[0]) == remarks
