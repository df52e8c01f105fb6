"""Recommend, why and why-not, by trying every plan of tiny forces."""

import pytest

from allocator.analysis.cached_ledger import CachedLedger
from allocator.analysis.effects import bars, pins
from allocator.analysis.recommend import recommend
from allocator.analysis.why import why
from allocator.analysis.why_not import why_not
from allocator.checking import check
from allocator.domain.plan import Plan
from allocator.errors import InputError
from allocator.reporting.recommend import recommendation_sentences
from allocator.reporting.why import why_sentences
from allocator.reporting.why_not import why_not_sentences
from allocator.rules import GOALS
from tests.inline import InlinePool
from tests.oracle import brute
from tests.oracle.forces import random_force
from tests.oracle.goals import barred_from_holding, barred_from_receiving, goal_values
from tests.tiny import current, force, new, officer, plan

INLINE = InlinePool()


def given(one, officers, case, officer_id):
    """A plan with one case given to an officer."""
    return tuple(officer_id if c is case else o for c, o in zip(one.cases, officers, strict=True))


def best_where(one, holds):
    measure = brute.Measure(one)
    return min(
        (
            measure.values(p)
            for p in brute.plans(one)
            if holds(dict(zip((c.case_id for c in one.cases), p, strict=True)))
        ),
        default=None,
    )


@pytest.mark.parametrize("block", range(2))
def test_any_case_with_anybody_is_counted_as_the_check_counts(block):
    for seed in range(40 * block, 40 * block + 40):
        one = random_force(seed, officers=3, cases=5)
        best = Plan(one, brute.best_plans(one)[0])
        for start in (Plan.as_it_stands(one), best):
            ledger = CachedLedger(start)
            for case in one.cases:
                for officer_id in (None, *(o.officer_id for o in one.officers)):
                    changed = ledger.with_officer(case, officer_id)
                    expected = check(Plan(one, given(one, start.officers, case, officer_id)))
                    assert {g.id: g.value(changed) for g in GOALS} == expected.goals, (seed, case.case_id, officer_id)


def test_officers_are_ranked_by_the_exact_effect():
    barred = ranked = 0
    for seed in range(60):
        one = random_force(seed, officers=4, cases=5)
        stands = tuple(c.officer for c in one.cases)
        base = goal_values(one, stands)
        for case in one.cases:
            answer = recommend(one, case.case_id)
            effects = []
            for candidate in answer.candidates:
                values = goal_values(one, given(one, stands, case, candidate.officer.officer_id))
                assert candidate.effect.changes == tuple(b - a for a, b in zip(base, values, strict=True))
                effects.append((candidate.effect.changes, candidate.officer.officer_id))
            assert effects == sorted(effects)
            for member, rules in answer.barred:
                own = member.officer_id == case.officer
                expected = (barred_from_holding if own else barred_from_receiving)(one, case, member)
                assert set(rules) == set(expected) and rules
            assert len(answer.candidates) + len(answer.barred) == len(one.officers)
            ranked, barred = ranked + len(answer.candidates), barred + len(answer.barred)
    assert min(ranked, barred) > 100


def test_planning_the_rest_anew_is_the_best_of_all_plans_with_the_case_there():
    for seed in range(25):
        one = random_force(seed, officers=3, cases=5)
        case = one.cases[seed % 5]
        answer = recommend(one, case.case_id, replan=True, pool=INLINE)
        best = brute.best(one)
        for name, found in answer.replanned.items():
            expected = best_where(one, lambda plan, name=name, case=case: plan[case.case_id] == name)
            assert tuple(pair.second for pair in found.goals) == expected
            assert tuple(pair.first for pair in found.goals) == best
        order = [one.officer.officer_id for one in answer.candidates if one.officer.officer_id in answer.replanned]
        ranked = sorted(
            answer.replanned, key=lambda name: (tuple(p.second for p in answer.replanned[name].goals), name)
        )
        assert order == ranked


def test_the_price_of_insisting_is_exact():
    priced = barred = 0
    for seed in range(70):
        one = random_force(seed, officers=3, cases=5)
        case, member = one.cases[seed % 5], one.officers[seed % 3]
        answer = why_not(one, case.case_id, member.officer_id, pool=INLINE)
        expected = best_where(one, lambda plan, case=case, member=member: plan[case.case_id] == member.officer_id)
        if answer.bars:
            assert expected is None, seed
            barred += 1
            continue
        assert tuple(pair.second for pair in answer.comparison.goals) == expected, seed
        assert tuple(pair.first for pair in answer.comparison.goals) == brute.best(one)
        assert answer.proven
        priced += 1
    assert min(priced, barred) > 15


def test_why_compares_what_the_check_counts_and_prices_exactly():
    actions = {"kept": 0, "moved": 0, "placed": 0, "unplaced": 0}
    compared = 0
    for seed in range(90):
        one = random_force(seed, officers=3, cases=5)
        case = one.cases[seed % 5]
        answer = why(one, case.case_id, pool=INLINE)
        actions[answer.action] += 1
        planned = dict(answer.plan.officer_of)
        base = goal_values(one, answer.plan.officers)
        for relation in answer.relations:
            other = relation.case.case_id
            stays, goes = (case.case_id, other) if answer.action == "moved" else (other, case.case_id)
            exchanged = planned | {stays: case.officer, goes: planned[stays]}
            values = goal_values(one, tuple(exchanged[c.case_id] for c in one.cases))
            assert relation.effect.changes == tuple(b - a for a, b in zip(base, values, strict=True)), seed
            compared += 1
        if answer.price is None:
            assert best_where(one, lambda p, a=answer, c=case: p[c.case_id] != a.officer) is None, seed
        else:
            wanted = {case.officer} if answer.price.stays else {o.officer_id for o in one.officers} - {answer.officer}
            expected = best_where(one, lambda p, w=wanted, c=case: p[c.case_id] in w)
            assert tuple(pair.second for pair in answer.price.goals) == expected, seed
        assert list(why_sentences(answer))
    assert min(actions["kept"], actions["moved"], actions["placed"]) > 5 and actions["unplaced"] > 0
    assert compared > 3


def test_what_pins_a_case():
    f = force([officer("A"), officer("B")], [current("c1", "A", locked=True), current("c2", "A")])
    assert pins(f, f.cases[0]) == ("locked",) and pins(f, f.cases[1]) == ()
    none = f.replace(policy=f.policy.merge({"relationship": {"max_moves": 0}}))
    assert pins(none, none.cases[1]) == ("budget",)
    assert why_not(none, "c1", "B").bars == ("locked", "budget")
    assert "Nobody" not in " ".join(why_not_sentences(why_not(none, "c2", "B")))


def test_the_present_officer_has_to_pass_the_placement_rules_alone():
    f = force([officer("A", status="closed"), officer("B", status="closed")], [current("c1", "A")])
    assert bars(f, f.cases[0], f.officers[0]) == ()
    assert bars(f, f.cases[0], f.officers[1]) == ("open",)


def test_a_recommendation_in_words():
    # A holds 1 of 1; B none. A second case with A is one too many.
    f = force([officer("A"), officer("B")], [current("c1", "A"), new("n1")], limits={"cases": 1})
    answer = recommend(f, "n1")
    assert [one.officer.officer_id for one in answer.candidates] == ["B", "A"]
    told = " ".join(recommendation_sentences(answer))
    assert "B is best: unplaced -1" in told
    assert recommend(f, "n1", top=1).more == 1


def test_a_plan_that_is_not_the_best_is_said_to_be_so():
    f = force([officer("A"), officer("B")], [current(c, "A") for c in ("c1", "c2")], limits={"cases": 1})
    answer = why(f, "c1", plan=plan(f), pool=INLINE)
    assert (answer.action, answer.behind.name, answer.behind.first, answer.behind.second) == ("kept", "excess", 0, 1)
    assert "excess is 1, and the best plan has 0" in " ".join(why_sentences(answer))


def test_a_plan_that_breaks_rules_is_explained_all_the_same():
    f = force([officer("A"), officer("B", status="absent")], [new("n1"), new("n2")])
    answer = why(f, "n1", plan=plan(f, n1="B"), pool=INLINE)
    assert "breaks rules (open)" in next(why_sentences(answer))


def test_unknown_ids_are_named_with_what_is_meant():
    f = force([officer("OM-1")], [new("c10")])
    with pytest.raises(InputError) as error:
        why_not(f, "c1O", "OM-l")
    assert [problem.column or problem.file for problem in error.value.problems] == ["--case", "--officer"]
    assert str(error.value).count("Maybe") == 2
    for ask in (recommend, why):
        with pytest.raises(InputError, match="a case of the force"):
            ask(f, "c9")
