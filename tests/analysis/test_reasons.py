"""Why a case moves, and what would happen if it alone stayed."""

from hypothesis import given, settings

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.explain import explain
from allocator.analysis.reasons import count_receivers, explain_moves
from allocator.checking import check
from allocator.domain.plan import Plan
from allocator.reporting.plan_sentences import move_sentence, new_case_sentence, proof_sentence
from tests.oracle.forces import forces_with_plans
from tests.results import result
from tests.tiny import TODAY, current, force, new, officer, plan

# Moving costs nothing: only the limits and the evenness of workload speak.
FREE = {"base": 0, "months_cap": 0, "high_risk": 0, "settle": 0}


def only_move(of_plan):
    (move,) = explain_moves(CachedLedger(of_plan))
    return move


def test_a_rule_bars_the_present_officer():
    f = force([officer("A", status="leaving"), officer("B")], [current("c1", "A")])
    move = only_move(plan(f, c1="B"))
    assert (move.bars, move.instead, move.officer) == (("staying",), None, "B")
    assert move_sentence(move) == "A is leaving and gives up case c1."


def test_every_rule_that_bars_is_told():
    f = force(
        [officer("A", mosovo="none"), officer("B")],
        [current("c1", "A", level=2, excluded=frozenset({"A"}))],
    )
    assert only_move(plan(f, c1="B")).bars == ("trained", "excluded")


def test_what_a_move_costs():
    # Since 31 March 2024: 24 months on 31 March 2026. 12 + 24, and 12 for high risk.
    f = force([officer("A"), officer("B")], [current("c1", "A", risk="high")])
    move = only_move(plan(f, c1="B"))
    assert (move.months, move.cost) == (24, 48)


def test_an_excess_would_appear():
    # A holds 2 of 1; one goes to B. Kept, A would be 1 above.
    f = force([officer("A"), officer("B")], [current("c1", "A"), current("c2", "A")], limits={"cases": 1})
    move = only_move(plan(f, c1="B"))
    assert move.bars == ()
    assert (move.instead.goal, move.instead.planned, move.instead.instead) == ("excess", 0, 1)
    assert move.instead.worse
    (growth,) = move.instead.growths
    assert (growth.finding.rule, growth.finding.officer, growth.finding.amount) == ("case-limit", "A", 1)
    assert growth.first == 0
    assert move_sentence(move) == "If it stayed: A would hold 2 cases; the limit is 1."


def test_an_excess_would_grow():
    # A holds 3 of 1 and gives one to B: 1 above under the plan, 2 above if it stayed.
    f = force([officer("A"), officer("B")], [current(c, "A") for c in ("c1", "c2", "c3")], limits={"cases": 1})
    move = only_move(plan(f, c1="B"))
    assert (move.instead.planned, move.instead.instead) == (1, 2)
    assert [growth.first for growth in move.instead.growths] == [1]
    assert move_sentence(move).endswith("A would hold 3 cases; the limit is 1 (2 too many instead of 1).")


def test_a_low_risk_case_that_thins_the_share_of_its_receiver():
    # B starts with one high-risk case of 2, no more than half, and gets another: 2 of 4 with c1 are half. With one case
    # fewer it is 2 of 3, and floor(1.5) = 1 may be.
    f = force(
        [officer("A"), officer("B")],
        [current("c1", "A"), current("c2", "B", risk="high"), current("c3", "B"), new("n", risk="high")],
        limits={"high_risk_percent": 50, "small_caseload": 0},
    )
    sentence = move_sentence(only_move(plan(f, c1="B", n="B")))
    assert sentence == "If it stayed: B would hold 2 high-risk cases of 3; the share allows 1 (having one case fewer)."


def test_evenness_decides_where_moves_are_free():
    # 2 cases of 3 points each (base 2, low 1); shares of 3. Even: each at 100%; otherwise A is at 200%.
    f = force(
        [officer("A"), officer("B")],
        [current("c1", "A", since=TODAY), current("c2", "A", since=TODAY)],
        relationship=FREE,
    )
    move = only_move(plan(f, c1="B"))
    assert (move.instead.goal, move.instead.growths) == ("fairness", ())
    assert move.instead.worse
    assert move_sentence(move).startswith("If it stayed: fairness would be ")


def test_nothing_would_differ():
    # One case, two officers alike: whoever holds it, the other has none.
    f = force([officer("A"), officer("B")], [current("c1", "A", since=TODAY)], relationship=FREE)
    move = only_move(plan(f, c1="B"))
    assert (move.instead.goal, move.instead.worse) == (None, False)
    assert move_sentence(move) == "It could as well have stayed: no goal would differ."


def test_a_pointless_move_of_a_run_cut_short():
    # 12 + 24 relationship-months for nothing.
    f = force([officer("A"), officer("B")], [current("c1", "A")])
    move = only_move(plan(f, c1="B"))
    assert (move.instead.goal, move.instead.planned, move.instead.instead) == ("disruption", 36, 0)
    assert move_sentence(move).startswith("Staying would be better: disruption would be 0 instead of 36.")


def test_receivers_leave_out_the_present_officer_and_whom_a_rule_bars():
    f = force(
        [officer("A"), officer("B"), officer("C", status="closed"), officer("D", division="South")],
        [current("c1", "A"), new("c2")],
    )
    assert [count_receivers(f, case) for case in f.cases] == [1, 2]  # B; A and B


def test_moves_come_by_who_gives_up():
    f = force(
        [officer("A"), officer("B"), officer("C")],
        [current("c1", "B"), current("c2", "A"), current("c3", "B")],
    )
    found = list(explain_moves(CachedLedger(plan(f, c1="C", c2="C", c3="C"))))
    assert [move.case.case_id for move in found] == ["c2", "c1", "c3"]


@settings(max_examples=100, deadline=None)
@given(forces_with_plans())
def test_the_deciding_goal_is_that_of_the_check(drawn):
    f, officers = drawn
    planned = check(Plan(f, officers)).goals
    for move in explain_moves(CachedLedger(Plan(f, officers))):
        kept = tuple(move.case.officer if c is move.case else o for c, o in zip(f.cases, officers, strict=True))
        instead = check(Plan(f, kept)).goals
        assert move.cost == planned["disruption"] - instead["disruption"]
        if move.instead is not None:
            first = next((name for name in planned if planned[name] != instead[name]), None)
            assert move.instead.goal == first
            if first is not None:
                assert (move.instead.planned, move.instead.instead) == (planned[first], instead[first])


def test_a_move_to_a_former_officer_says_so():
    f = force([officer("A", status="leaving"), officer("B")], [current("c1", "A", former=frozenset({"B", "gone"}))])
    assert move_sentence(only_move(plan(f, c1="B"))) == (
        "A is leaving and gives up case c1. B managed the case before."
    )


def test_a_placement_with_a_former_officer_says_so():
    f = force([officer("A"), officer("B")], [new("c1", former=frozenset({"B"})), new("c2", former=frozenset({"A"}))])
    first, second = explain(result(plan(f, c1="B", c2="B")), "d").new_cases
    assert new_case_sentence(first).endswith(", of 50. B managed the case before.")
    assert "before." not in new_case_sentence(second)


def test_a_plan_of_earlier_rules_is_told_as_such():
    f = force([officer("A")], [current("c1", "A")])
    assert "rules" not in proof_sentence(result(plan(f)))
    said = proof_sentence(result(plan(f), versions={"allocator": "0"}))
    assert "This plan was made under version 1 of the rules, and today's are version 2" in said
